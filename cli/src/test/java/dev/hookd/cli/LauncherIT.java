package dev.hookd.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The script {@code ./hookd} with what the build has packaged, in a checkout of its own. */
@DisabledOnOs(OS.WINDOWS)
@Timeout(120)
class LauncherIT {

  private static final Path ROOT = Path.of(System.getProperty("hookd.root"));

  @TempDir Path directory;

  private record Run(int status, String stdout, String stderr) {}

  @BeforeEach
  void checkout() throws IOException {
    copy("hookd");
    copy("examples/python");
    copy("cli/target/hookd");
    try (Stream<Path> archives = Files.list(directory.resolve("cli/target/hookd"))) {
      // Of whoever has run the command in the checkout that this is a copy of.
      for (Path each : archives.filter(file -> file.toString().endsWith(".jsa")).toList()) {
        Files.delete(each);
      }
    }
    Files.writeString(directory.resolve("cli/target/hookd/built"), "");
  }

  private void copy(String name) throws IOException {
    try (Stream<Path> files = Files.walk(ROOT.resolve(name))) {
      for (Path file : files.toList()) {
        Path to = directory.resolve(ROOT.relativize(file).toString());
        Files.createDirectories(to.getParent());
        if (!Files.isDirectory(file)) {
          Files.copy(file, to, StandardCopyOption.COPY_ATTRIBUTES);
        }
      }
    }
  }

  private Run run(String javaOptions, String... args) throws Exception {
    Path stdout = Files.createTempFile(directory, "stdout", "");
    Path stderr = Files.createTempFile(directory, "stderr", "");
    ProcessBuilder builder = new ProcessBuilder(directory.resolve("hookd").toString());
    builder.command().addAll(List.of(args));
    builder.environment().remove("HOOKD_NO_BUILD");
    builder.environment().put("HOOKD_JAVA_OPTS", javaOptions);
    builder.environment().put("HOOKD_CACHE_DIR", directory.resolve("cache").toString());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    Process process =
        builder.redirectOutput(stdout.toFile()).redirectError(stderr.toFile()).start();
    try {
      assertThat(process.waitFor(100, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    return new Run(process.exitValue(), Files.readString(stdout), Files.readString(stderr));
  }

  @Test
  void firstUse_archivesTheClasses_andEachUseTakesThemFromThere() throws Exception {
    Run first = run("", "--version");
    Path log = directory.resolve("classes.log");
    Run second = run("-Xlog:class+load:file=" + log, "python", "list");

    assertThat(first.status()).as(first.stderr()).isZero();
    assertThat(first.stdout()).startsWith("hookd ");
    assertThat(first.stderr()).isEmpty();
    assertThat(second.status()).as(second.stderr()).isZero();
    assertThat(second.stderr()).isEmpty();
    List<String> loaded = Files.readAllLines(log);
    for (String name : List.of("dev.hookd.cli.Main ", "dev.hookd.cli.Session ", "org.slf4j.Log")) {
      assertThat(loaded)
          .filteredOn(line -> line.contains(" " + name))
          .isNotEmpty()
          .allSatisfy(line -> assertThat(line).contains("source: shared objects file"));
    }
    try (Stream<Path> files = Files.list(directory.resolve("cli/target/hookd"))) {
      assertThat(files.map(file -> file.getFileName().toString().replaceFirst(".*\\.", "")))
          .as("neither a crash nor what was needed to make it")
          .containsExactlyInAnyOrder("jar", "lib", "built", "jsa", "log");
    }
  }
}
