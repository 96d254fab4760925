package dev.hookd.frontend.build;

import dev.hookd.frontend.source.ArchiveLimits;
import dev.hookd.frontend.source.BuildSystem;
import dev.hookd.frontend.source.SdistArchive;
import dev.hookd.frontend.source.SourceTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The source tree of an sdist, as unpacked for each hook, always at the same path and with the same
 * times, since both get into what is built. Who owns the parent directory deletes it. Not
 * thread-safe.
 */
final class PristineTree {

  private final Path sdist;
  private final SourceTree place;
  private TreeState pristine;

  /** The tree is there when this returns. */
  PristineTree(Path sdist, Path parent) throws IOException {
    this.sdist = sdist;
    place = SdistArchive.unpack(sdist, parent, ArchiveLimits.defaults());
    place.buildSystem(); // is read once, and must be before a hook changes it
    pristine = TreeState.of(root());
  }

  BuildSystem buildSystem() {
    return place.buildSystem();
  }

  Path root() {
    return place.root();
  }

  private Path home() {
    return Objects.requireNonNull(root().getParent(), "an sdist's tree lies in a directory");
  }

  /** An empty directory for what one hook makes, beside the tree; made by this call. */
  Path makeOutputDirectory(String hook) throws IOException {
    return Files.createDirectories(outputDirectory().resolve(hook));
  }

  /** Where {@link #makeOutputDirectory} makes directories. */
  Path outputDirectory() {
    return home().resolve("output");
  }

  /** Makes the tree what it was, and the output directory gone. */
  void restore() throws IOException {
    if (Files.exists(outputDirectory())) {
      delete(outputDirectory());
    }
    TreeState now = pristine.now();
    if (pristine.isAllIn(now)) {
      pristine.undo(now);
    } else {
      unpackAgain();
    }
    TreeState restored = pristine.now();
    if (!restored.looksLike(pristine)) {
      throw new AssertionError(root() + " cannot be made what it was");
    }
    pristine = restored;
  }

  @SuppressWarnings(
      "MustBeClosedChecker") // its directory becomes that of `place`, which deletes it
  private void unpackAgain() throws IOException {
    Path parent = Objects.requireNonNull(home().getParent(), "made by SdistArchive in a directory");
    place.close();
    SourceTree again = SdistArchive.unpack(sdist, parent, ArchiveLimits.defaults());
    Files.move(Objects.requireNonNull(again.root().getParent()), home());
    pristine.restoreDirectoryTimes();
  }

  private static void delete(Path directory) throws IOException {
    TreeState all = TreeState.of(directory);
    for (String path : all.pathsInnermostFirst()) {
      Files.delete(directory.resolve(path));
    }
  }

  /** What a hook has changed in the tree and what it has made, one fact for each thing. */
  SortedMap<String, String> facts() throws IOException {
    SortedMap<String, String> facts = new TreeMap<>();
    pristine
        .changesTo(pristine.now())
        .forEach((path, change) -> facts.put("tree: " + (path.isEmpty() ? "." : path), change));
    if (Files.isDirectory(outputDirectory())) {
      for (var made : TreeState.of(outputDirectory()).contents().entrySet()) {
        String path = made.getKey();
        facts.put("made: " + path, made.getValue());
        ArchiveFacts.of(outputDirectory().resolve(path))
            .forEach((fact, value) -> facts.put("made: " + path + ": " + fact, value));
      }
    }
    return facts;
  }
}
