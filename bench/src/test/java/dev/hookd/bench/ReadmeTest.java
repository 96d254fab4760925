package dev.hookd.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The program in the README is complete: it compiles against the modules and runs. What
 * docs/embedding.md shows compiles as well.
 */
class ReadmeTest {

  private static final Path ROOT = Path.of(System.getProperty("hookd.root"));
  private static final Pattern PROGRAM = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

  /** What stands around the statements of a snippet. */
  private static final String SNIPPET =
      """
      import dev.hookd.client.*;
      import dev.hookd.frontend.*;
      import dev.hookd.frontend.metadata.*;
      import dev.hookd.pool.*;
      import dev.hookd.protocol.*;
      import io.micrometer.core.instrument.*;
      import io.micrometer.core.instrument.config.*;
      import io.micrometer.core.instrument.distribution.*;
      import java.net.URI;
      import java.nio.file.*;
      import java.time.*;
      import java.util.*;
      import java.util.concurrent.*;

      class Snippet%d {
        void run(Hookd hookd, Input input, BuildSettings settings, MeterRegistry registry)
            throws Exception {
          %s
        }
      }
      """;

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

  @Test
  void snippetsOfTheEmbeddingPage_compile() throws Exception {
    List<String> snippets =
        PROGRAM
            .matcher(Files.readString(ROOT.resolve("docs/embedding.md")))
            .results()
            .map(snippet -> snippet.group(1))
            .toList();
    assertThat(snippets).hasSizeGreaterThan(5);
    List<Path> sources = new ArrayList<>();
    for (int i = 0; i < snippets.size(); i++) {
      Path source = directory.resolve("Snippet" + i + ".java");
      sources.add(Files.writeString(source, SNIPPET.formatted(i, snippets.get(i))));
    }

    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    DiagnosticCollector<JavaFileObject> problems = new DiagnosticCollector<>();
    List<String> options =
        List.of(
            "-d",
            directory.resolve("classes").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            "-proc:none");
    try (StandardJavaFileManager files =
        compiler.getStandardFileManager(problems, null, StandardCharsets.UTF_8)) {
      compiler
          .getTask(null, files, problems, options, null, files.getJavaFileObjectsFromPaths(sources))
          .call();
    }

    assertThat(problems.getDiagnostics()).isEmpty();
  }
}
