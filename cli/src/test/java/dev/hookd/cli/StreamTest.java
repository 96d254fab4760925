package dev.hookd.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The command as a process of its own: a small heap, SIGKILL, a file that cannot grow. */
@DisabledOnOs(OS.WINDOWS)
@Timeout(180)
class StreamTest {

  private static final int SDISTS = 100;

  /** How many spellings of its path each sdist is asked for by: ten thousand inputs in all. */
  private static final int SPELLINGS = 100;

  @TempDir Path directory;

  private Path path(String name) {
    return directory.resolve(name);
  }

  private ProcessBuilder hookd(List<String> before, String... arguments) {
    List<String> command = new ArrayList<>(before);
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(
        List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(Main.class.getName());
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectOutput(path("stdout").toFile())
            .redirectError(path("stderr").toFile());
    builder.environment().put("PYTHONPATH", path("lib").toString());
    builder.environment().put("HOOKD_CACHE_DIR", path("cache").toString());
    return builder;
  }

  private List<JsonNode> answers() throws IOException {
    try (Stream<String> lines = Files.lines(path("out"))) {
      return lines.map(Cli::json).toList();
    }
  }

  private long linesOfOut() throws IOException {
    if (!Files.exists(path("out"))) {
      return 0;
    }
    try (Stream<String> lines = Files.lines(path("out"))) {
      return lines.count();
    }
  }

  /** An sdist; of ten, nine promise their metadata (PEP 643), and one must be asked. */
  private void sdist(int number) throws IOException {
    String metadataVersion = number % 10 == 0 ? "2.1" : "2.2";
    Map<String, String> files =
        Map.of(
            "PKG-INFO",
            "Metadata-Version: %s\nName: example\nVersion: 1.%d\n"
                .formatted(metadataVersion, number),
            "pyproject.toml",
            """
            [build-system]
            requires = []
            build-backend = "stream_backend"
            backend-path = ["."]
            """,
            "stream_backend.py",
            """
            import os, shutil
            def prepare_metadata_for_build_wheel(metadata_directory, config_settings=None):
                os.mkdir(os.path.join(metadata_directory, "example-1.0.dist-info"))
                shutil.copy("PKG-INFO", os.path.join(metadata_directory, "example-1.0.dist-info/METADATA"))
                return "example-1.0.dist-info"
            """);
    try (ZipOutputStream zip =
        new ZipOutputStream(Files.newOutputStream(path("example-1." + number + ".zip")))) {
      for (Map.Entry<String, String> file : files.entrySet()) {
        zip.putNextEntry(new ZipEntry("example-1." + number + "/" + file.getKey()));
        zip.write(file.getValue().getBytes(Main.UTF_8));
      }
    }
  }

  @Test
  void manyInputs_killedHalfWayAndResumed_areEachAnsweredOnce() throws Exception {
    for (int number = 0; number < SDISTS; number++) {
      sdist(number);
    }
    List<String> inputs = new ArrayList<>();
    for (int spelling = 0; spelling < SPELLINGS; spelling++) {
      for (int number = 0; number < SDISTS; number++) {
        inputs.add("./".repeat(spelling) + "example-1." + number + ".zip");
      }
    }
    Files.write(path("inputs"), inputs);
    String[] command = {"metadata", "-", "--fields", "resolution", "--output", "out", "--resume"};

    Process killed = hookd(List.of(), command).start();
    try (OutputStream stdin = killed.getOutputStream()) {
      // Its input does not end, so that it cannot have ended either.
      String most = String.join("\n", inputs.subList(0, inputs.size() * 6 / 10)) + "\n";
      stdin.write(most.getBytes(Main.UTF_8));
      stdin.flush();
      while (linesOfOut() < inputs.size() / 2 && killed.isAlive()) {
        killed.waitFor(50, TimeUnit.MILLISECONDS);
      }
      assertThat(killed.isAlive()).as(Files.readString(path("stderr"))).isTrue();
    } finally {
      killed.destroyForcibly().waitFor();
    }
    long answered = linesOfOut();
    Process resumed = hookd(List.of(), command).redirectInput(path("inputs").toFile()).start();
    try {
      assertThat(resumed.waitFor(150, TimeUnit.SECONDS)).isTrue();
    } finally {
      resumed.destroyForcibly();
    }

    assertThat(resumed.exitValue()).as(Files.readString(path("stderr"))).isZero();
    assertThat(answered).isBetween(inputs.size() / 2L, inputs.size() * 6L / 10);
    List<JsonNode> answers = answers();
    assertThat(answers.stream().map(answer -> answer.path("input").asText()).toList())
        .isEqualTo(inputs);
    assertThat(answers)
        .allSatisfy(
            answer ->
                assertThat(answer.path("input").asText())
                    .endsWith(
                        "example-" + answer.path("metadata").path("version").asText() + ".zip"));
    assertThat(answers.stream().map(answer -> answer.path("source").asText()).distinct())
        .containsExactlyInAnyOrder("static-pkg-info", "prepare-metadata");
    assertThat(answers.stream().filter(answer -> !answer.path("cached").asBoolean()).count())
        .as("each content is looked at once, but for what the kill interrupted")
        .isBetween((long) SDISTS, SDISTS + 2L * Runtime.getRuntime().availableProcessors());
    assertThat(path("stdout")).isEmptyFile();
  }

  @Test
  void terminate_whileStandardInputIsAwaited_endsAtOnce() throws Exception {
    Process process = hookd(List.of(), "metadata", "-", "--output", "out").start();
    try (OutputStream stdin = process.getOutputStream()) {
      stdin.write("missing\n".getBytes(Main.UTF_8));
      stdin.flush();
      while (linesOfOut() < 1 && process.isAlive()) {
        process.waitFor(20, TimeUnit.MILLISECONDS);
      }

      process.destroy(); // SIGTERM; its input is still open

      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(128 + 15);
      assertThat(answers()).hasSize(1);
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void output_thatCannotGrow_keepsWholeLines_andIsResumed() throws Exception {
    List<String> inputs = IntStream.range(0, 400).mapToObj(i -> "missing-" + i).toList();
    Files.write(path("inputs"), inputs);

    Process process =
        hookd(
                List.of("sh", "-c", "ulimit -f 64; exec \"$@\"", "sh"),
                "metadata",
                "-",
                "--output",
                "out")
            .redirectInput(path("inputs").toFile())
            .start();
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }

    assertThat(process.exitValue()).isEqualTo(ExitStatus.MACHINERY);
    assertThat(path("stderr"))
        .content()
        .contains("error: cannot write to out: File too large [IOError]", "--resume");
    assertThat(Files.readString(path("out"))).endsWith("}\n");
    List<String> before = Files.readAllLines(path("out"));
    assertThat(before).hasSizeBetween(10, 390);
    Cli.Run resumed =
        new Cli(directory)
            .reading(Files.readString(path("inputs")))
            .run("metadata", "-", "--output", "out", "--resume");
    assertThat(resumed.stderr()).doesNotContain("incomplete");
    assertThat(answers().stream().map(answer -> answer.path("input").asText()).toList())
        .isEqualTo(inputs);
    assertThat(Collections.indexOfSubList(Files.readAllLines(path("out")), before)).isZero();
  }
}
