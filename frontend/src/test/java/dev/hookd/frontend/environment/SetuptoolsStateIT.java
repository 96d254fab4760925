package dev.hookd.frontend.environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.hookd.frontend.EnvironmentFailedException;
import dev.hookd.frontend.Processes;
import dev.hookd.frontend.interpreter.PythonInterpreter;
import dev.hookd.frontend.interpreter.PythonInterpreters;
import dev.hookd.frontend.system.CacheDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * The daemon's own {@code test_setuptools_state.py} with the current setuptools, on three Pythons
 * of this machine: most interpreters have an old one or none, and there it cannot build wheels.
 *
 * <p>Needs the package registry for setuptools; the environments are kept in the cache directory.
 */
class SetuptoolsStateIT {

  private static final Duration LIMIT = Duration.ofMinutes(10);

  @TempDir private Path temporary;

  @TestFactory
  Stream<DynamicTest> hooksOfSetuptools_answerAsInAFreshProcess() throws IOException {
    return Pythons.oldestMiddleAndNewest().stream()
        .map(python -> DynamicTest.dynamicTest(python.toString(), () -> runTests(python)));
  }

  private void runTests(Path interpreter) throws IOException, InterruptedException {
    BuildEnvironment environment = withSetuptools(interpreter);
    Path output = Files.createTempFile(temporary, "tests-", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(
                environment.python().toString(),
                "-m",
                "unittest",
                "discover",
                "-s",
                "scripts/hookd/tests",
                "-p",
                "test_setuptools_state.py")
            .directory(Path.of(System.getProperty("hookd.root")).toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment.variables());
    Process process = builder.start();
    process.getOutputStream().close();
    boolean ended = Processes.endsIn(process, LIMIT);

    String said = Files.readString(output);
    assertThat(ended).as("ended in %s: %s", LIMIT, said).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
    assertThat(said).containsPattern("Ran [1-9][0-9]* test").doesNotContain("skipped");
  }

  /** Without a network the test is skipped. */
  private static BuildEnvironment withSetuptools(Path interpreter) {
    CacheDirectory cache = CacheDirectory.of(System.getenv());
    PythonInterpreter python =
        new PythonInterpreters(cache, System.getenv()).find(interpreter.toString());
    BuildEnvironments environments =
        new BuildEnvironments(EnvironmentsConfig.builder().cache(cache).build());
    try {
      return environments.get(
          new EnvironmentSpec(python, List.of("setuptools>=70.1"), InstallerKind.PIP));
    } catch (EnvironmentFailedException e) {
      assumeFalse(
          e.hint().orElse("").contains("the package index could not be reached"),
          "the package index could not be reached: " + e.getMessage());
      throw e;
    }
  }
}
