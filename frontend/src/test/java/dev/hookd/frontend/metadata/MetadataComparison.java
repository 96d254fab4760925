package dev.hookd.frontend.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hookd.frontend.BuildSettings;
import dev.hookd.frontend.MetadataSource;
import dev.hookd.frontend.source.ArchiveLimits;
import dev.hookd.frontend.source.SdistArchive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;

/**
 * What hooks have said about real sdists: that it is read as Python's {@code packaging} reads it,
 * and that it is what the sdists' files had promised. Thread-safe.
 */
public final class MetadataComparison {

  /** More sdists of the corpus than these are expected to have an answer in their files. */
  private static final int PROMISES = 55;

  private static final int PROJECT_TABLES = 4;

  private static final int MOST_LOST = 8;

  private record Sdist(String name, Path file, CoreMetadata metadata) {}

  /** What a file promised: its own answer, and the place of both among the files that are read. */
  private record Promise(Sdist sdist, StaticAnswer.Known known, int promised, int built) {}

  private final List<Sdist> sdists = new ArrayList<>();

  /** Why there is nothing to compare, by the sdist's name. */
  private final Map<String, String> leftOut = new TreeMap<>();

  /** Those of them that should have had metadata. */
  private final Map<String, String> lost = new TreeMap<>();

  /** Adds the metadata that a hook prepared, from the directory that it was given. */
  public void add(String name, Path sdist, Path output) throws IOException {
    List<Path> found;
    try (Stream<Path> made = Files.list(output)) {
      found = made.filter(each -> each.toString().endsWith(".dist-info")).toList();
    }
    assertThat(found).as(name).hasSize(1);
    byte[] metadata = Files.readAllBytes(found.get(0).resolve("METADATA"));
    synchronized (sdists) {
      sdists.add(new Sdist(name, sdist, CoreMetadata.parse(metadata)));
    }
  }

  /**
   * Notes that no hook prepared metadata of this sdist.
   *
   * @param isExpected whether that is known of it
   */
  public void leaveOut(String name, String reason, boolean isExpected) {
    synchronized (sdists) {
      leftOut.put(name, reason);
      if (!isExpected) {
        lost.put(name, reason);
      }
    }
  }

  /**
   * Compares all of them; one Python process.
   *
   * @param names of all sdists that there are: each must have been added or left out
   */
  public void check(Path work, List<String> names) throws IOException, InterruptedException {
    System.out.printf(
        "MetadataComparison: %d of %d sdists; left out: %s%n",
        sdists.size(), names.size(), leftOut);
    List<String> known = new ArrayList<>(leftOut.keySet());
    sdists.forEach(sdist -> known.add(sdist.name()));
    assertThat(known).as("compared or left out").containsExactlyInAnyOrderElementsOf(names);
    // On another machine, with other compilers and libraries, a few others fail as well.
    assertThat(lost)
        .as("left out, and scripts/corpus/sdists.txt does not say so")
        .hasSizeLessThanOrEqualTo(MOST_LOST);
    compare(work);
  }

  private void compare(Path work) throws IOException, InterruptedException {
    List<byte[]> files = new ArrayList<>();
    List<String> names = new ArrayList<>();
    List<Promise> promises = new ArrayList<>();
    for (Sdist sdist : sdists) {
      int built = files.size();
      files.add(sdist.metadata().raw());
      names.add(sdist.name() + " METADATA");
      Map<String, byte[]> top =
          TreeFiles.of(
              SdistArchive.read(sdist.file(), StaticMetadata.FILES, ArchiveLimits.defaults()));
      byte[] pkgInfo = top.get(PkgInfo.FILE_NAME);
      if (pkgInfo != null) {
        files.add(pkgInfo);
        names.add(sdist.name() + " PKG-INFO");
      }
      // The widest answer; and that of [project], also where PKG-INFO has one as well.
      List<StaticAnswer> answers = new ArrayList<>();
      answers.add(StaticMetadata.answer(top, true, settings(MetadataField.RESOLUTION)));
      answers.add(StaticMetadata.answer(top, true, settings(MetadataField.ALL)));
      answers.add(ProjectTable.answer(top, MetadataField.RESOLUTION));
      for (StaticAnswer answer : answers) {
        if (answer instanceof StaticAnswer.Known known) {
          promises.add(new Promise(sdist, known, files.size(), built));
          files.add(known.metadata().raw());
          names.add(sdist.name() + " " + known.source().label());
        }
      }
    }
    List<JsonNode> read = PackagingLibrary.parse(work, files);
    SoftAssertions all = new SoftAssertions();
    for (int i = 0; i < files.size(); i++) {
      all.assertThat(PackagingLibrary.ours(files.get(i)))
          .as(names.get(i))
          .isEqualTo(PackagingLibrary.theirs(read.get(i)));
    }
    for (Promise promise : promises) {
      check(promise, read, all);
    }
    all.assertAll();
    assertThat(count(promises, MetadataSource.STATIC_PKG_INFO)).isGreaterThan(PROMISES);
    assertThat(count(promises, MetadataSource.STATIC_PYPROJECT)).isGreaterThan(PROJECT_TABLES);
    System.out.printf(
        "MetadataComparison: %d files of %d sdists; promises: %d of PKG-INFO, %d of [project], %d of"
            + " all fields%n",
        files.size(),
        sdists.size(),
        count(promises, MetadataSource.STATIC_PKG_INFO),
        count(promises, MetadataSource.STATIC_PYPROJECT),
        promises.stream()
            .filter(promise -> promise.known.fields().equals(MetadataField.OF_THE_WHEEL))
            .map(Promise::sdist)
            .distinct()
            .count());
  }

  private static long count(List<Promise> promises, MetadataSource source) {
    return promises.stream()
        .filter(promise -> promise.known.source() == source)
        .map(Promise::sdist)
        .distinct()
        .count();
  }

  private static void check(Promise promise, List<JsonNode> read, SoftAssertions all) {
    JsonNode promised = read.get(promise.promised);
    JsonNode built = read.get(promise.built);
    String what = promise.sdist.name + ": " + promise.known.source().label();
    if (promise.known.source() == MetadataSource.STATIC_PYPROJECT) {
      all.assertThat(promised.get("meaning")).as(what).isEqualTo(built.get("meaning"));
      all.assertThat(promised.get("meaning").isObject()).as(what).isTrue();
      return;
    }
    for (MetadataField field : promise.known.fields()) {
      all.assertThat(promised.get("raw").get(field.key()))
          .as("%s: %s", what, field.label())
          .isEqualTo(built.get("raw").get(field.key()));
    }
  }

  private static BuildSettings settings(Set<MetadataField> fields) {
    return BuildSettings.builder().metadataFields(fields).build();
  }
}
