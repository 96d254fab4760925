package dev.hookd.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hookd.frontend.BuildSettings;
import dev.hookd.frontend.EnvironmentFailedException;
import dev.hookd.frontend.Hookd;
import dev.hookd.frontend.Input;
import dev.hookd.frontend.Product;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The programs as they are started, on the sdists of {@code examples/python}, one for each usual
 * backend. Needs a package index for the build environments; keeps them in the user's cache.
 */
class ProgramsIT {

  private static final Path EXAMPLES = Path.of(System.getProperty("hookd.root"), "examples/python");

  @TempDir static Path sdists;
  private static List<Path> files = List.of();

  @TempDir Path directory;

  @BeforeAll
  static void buildSdists(@TempDir Path copies) throws IOException {
    try (Hookd hookd = Hookd.builder().build();
        Stream<Path> trees = Files.list(EXAMPLES)) {
      for (Path tree : trees.toList()) {
        Path copy = copies.resolve(tree.getFileName()); // some backends leave files in the tree
        copy(tree, copy);
        hookd.build(Input.of(copy), Set.of(Product.SDIST), sdists, BuildSettings.DEFAULT);
      }
    } catch (EnvironmentFailedException e) {
      assumeFalse(
          e.hint().orElse("").contains("the package index could not be reached"),
          "the package index could not be reached: " + e.getMessage());
      throw e;
    }
    try (Stream<Path> built = Files.list(sdists)) {
      files = built.sorted().toList();
    }
    assertThat(files).hasSizeGreaterThanOrEqualTo(7);
  }

  @Test
  void prefetchingResolver_printsWhatIsNeeded() throws Exception {
    String romandate = run(PrefetchingResolver.class, sdists, "Romandate>=0", "stitchgauge");

    assertThat(romandate.lines()).hasSize(2);
    assertThat(romandate).startsWith("romandate==").contains("\nstitchgauge==");
  }

  @Test
  void indexWorker_leavesMetadataBesideEachSdist() throws Exception {
    for (Path file : files) {
      Files.copy(file, directory.resolve(file.getFileName()));
    }

    String lines = run(IndexWorker.class, directory);

    assertThat(lines.lines()).hasSameSizeAs(files).noneMatch(line -> line.contains("\"error\""));
    for (Path file : files) {
      assertThat(directory.resolve(file.getFileName() + ".metadata"))
          .content()
          .startsWith("Metadata-Version: ");
    }
  }

  @Test
  void sourceReview_reportsOnEachSdist() throws Exception {
    Path report = directory.resolve("report.json");
    List<Object> arguments = new ArrayList<>(List.of(report));
    arguments.addAll(files);

    assertThat(run(SourceReview.class, arguments.toArray())).isEmpty();

    JsonNode reports = new ObjectMapper().readTree(report.toFile());
    assertThat(reports).hasSameSizeAs(files);
    assertThat(reports.findValuesAsText("backend"))
        .contains("hatchling.build", "setuptools.build_meta:__legacy__", "birdlog_build");
  }

  private String run(Class<?> program, Object... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(program.getName());
    Stream.of(arguments).map(Object::toString).forEach(command::add);
    Path output = directory.resolve("output");
    Path errors = directory.resolve("errors");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(output.toFile())
            .redirectError(errors.toFile())
            .start();
    try {
      assertThat(process.waitFor(5, TimeUnit.MINUTES)).as("ends in time").isTrue();
    } finally {
      process.destroyForcibly().waitFor(); // its daemons see the end of their input
    }
    assertThat(process.exitValue()).as(Files.readString(errors)).isZero();
    return Files.readString(output);
  }

  private static void copy(Path tree, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(tree)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(tree.relativize(file).toString()));
      }
    }
  }
}
