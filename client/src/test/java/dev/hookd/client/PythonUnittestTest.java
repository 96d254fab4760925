package dev.hookd.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hookd.client.testing.TestPythons;
import dev.hookd.client.testing.TestPythons.Interpreter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Runs the daemon's own tests with every CPython from 3.8 on that this machine has, and those that
 * take long with the oldest and the newest.
 */
class PythonUnittestTest {

  private static final long LIMIT_MINUTES = 10;
  private static final String TESTS = "scripts/hookd/tests";

  @TempDir private Path temporary;

  /** What hooks and imports can do to a process. */
  private static final Pattern LONG =
      Pattern.compile("test_(hostile_.*|preload_(faults|refusals|shadows))\\.py");

  /**
   * A run of its own each: they are started at once, and the last to end decides how long all take.
   */
  private enum Part {
    USUAL,
    LONG
  }

  /** {@code SetuptoolsStateIT} runs it, with a setuptools that can build wheels. */
  private static final String NEEDS_SETUPTOOLS = "test_setuptools_state.py";

  @TestFactory
  @Execution(ExecutionMode.CONCURRENT)
  Stream<DynamicTest> daemonsOwnTests() {
    List<Interpreter> pythons = onePerMinor();
    assertThat(pythons).as("CPython 3.8 or newer").isNotEmpty();
    System.out.println(
        "The daemon's tests run with "
            + String.join(", ", pythons.stream().map(Interpreter::version).toList()));
    Set<Interpreter> oldestAndNewest =
        Set.copyOf(List.of(pythons.get(0), pythons.get(pythons.size() - 1)));
    return Stream.concat(
        oldestAndNewest.stream().map(python -> test(python, Part.LONG)),
        pythons.stream().map(python -> test(python, Part.USUAL)));
  }

  private DynamicTest test(Interpreter python, Part part) {
    return DynamicTest.dynamicTest(python.version() + ", " + part, () -> runTests(python, part));
  }

  private static List<Interpreter> onePerMinor() {
    Map<Integer, Interpreter> found = new TreeMap<>();
    TestPythons.all().forEach(python -> found.putIfAbsent(python.minor(), python));
    return List.copyOf(found.values());
  }

  private static List<String> modules(Part part) throws IOException {
    try (Stream<Path> files = Files.list(TestPythons.root().resolve(TESTS))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith("test_") && name.endsWith(".py"))
          .filter(name -> !name.equals(NEEDS_SETUPTOOLS))
          .filter(name -> LONG.matcher(name).matches() == (part == Part.LONG))
          .map(name -> name.substring(0, name.length() - ".py".length()))
          .sorted()
          .toList();
    }
  }

  private void runTests(Interpreter python, Part part) throws IOException, InterruptedException {
    Path output = temporary.resolve(python.version().replace(' ', '-') + "-" + part + ".txt");
    List<String> command =
        new ArrayList<>(List.of(python.executable().toString(), "-m", "unittest"));
    command.addAll(modules(part));
    Process process =
        new ProcessBuilder(command)
            .directory(TestPythons.root().resolve(TESTS).toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    boolean ended = process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES);
    if (!ended) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly().waitFor();
    }

    String said = Files.readString(output);
    assertThat(ended).as("ended within %d minutes: %s", LIMIT_MINUTES, said).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
    assertThat(said).containsPattern("Ran [1-9][0-9]* test");
    said.lines()
        .filter(line -> line.startsWith("Ran "))
        .forEach(line -> System.out.println(python.version() + ", " + part + ": " + line));
  }
}
