package dev.hookd.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program in the README is complete: it compiles against the modules and runs. */
class ReadmeTest {

  private static final Path ROOT = Path.of(System.getProperty("hookd.root"));
  private static final Pattern PROGRAM = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

  @TempDir Path directory;

  @Test
  void program_printsTheMetadataOfAnExample() throws Exception {
    Matcher program = PROGRAM.matcher(Files.readString(ROOT.resolve("README.md")));
    assertThat(program.find()).as("a Java program in the README").isTrue();
    Path source = Files.writeString(directory.resolve("PrintMetadata.java"), program.group(1));
    // An in-tree backend without requirements: the test needs no network.
    Path example = ROOT.resolve("examples/python/in-tree-backend");

    Path output = directory.resolve("output");
    Path errors = directory.resolve("errors");
    ProcessBuilder java =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "--class-path",
                System.getProperty("java.class.path"),
                source.toString(),
                example.toString())
            .redirectOutput(output.toFile())
            .redirectError(errors.toFile());
    java.environment().put("HOOKD_CACHE_DIR", directory.resolve("cache").toString());
    Process process = java.start();
    process.getOutputStream().close();
    try {
      assertThat(process.waitFor(3, TimeUnit.MINUTES)).as("ends in time").isTrue();
    } finally {
      List<ProcessHandle> descendants = process.descendants().toList();
      process.destroyForcibly().waitFor();
      descendants.forEach(ProcessHandle::destroyForcibly);
    }

    assertThat(process.exitValue()).as(Files.readString(errors)).isZero();
    assertThat(output).content().startsWith("birdlog 0.2.0 [").contains("openpyxl");
  }
}
