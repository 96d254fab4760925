package dev.hookd.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hookd.client.testing.TestPythons;
import dev.hookd.client.testing.TestPythons.Interpreter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Runs the daemon's own tests with every CPython from 3.8 on that this machine has. */
class PythonUnittestTest {

  private static final long LIMIT_MINUTES = 10;

  @TempDir private Path temporary;

  @TestFactory
  @Execution(ExecutionMode.CONCURRENT)
  Stream<DynamicTest> daemonsOwnTests() {
    List<Interpreter> pythons = TestPythons.all();
    assertThat(pythons).as("CPython 3.8 or newer").isNotEmpty();
    System.out.println(
        "The daemon's tests run with "
            + String.join(", ", pythons.stream().map(Interpreter::version).toList()));
    return pythons.stream()
        .map(python -> DynamicTest.dynamicTest(python.version(), () -> runTests(python)));
  }

  private void runTests(Interpreter python) throws IOException, InterruptedException {
    Path output = temporary.resolve(python.version().replace(' ', '-') + ".txt");
    Process process =
        new ProcessBuilder(
                python.executable().toString(),
                "-m",
                "unittest",
                "discover",
                "-s",
                "scripts/hookd/tests")
            .directory(TestPythons.root().toFile())
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
    said.lines().filter(line -> line.startsWith("Ran ")).forEach(System.out::println);
  }
}
