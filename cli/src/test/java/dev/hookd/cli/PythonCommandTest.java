package dev.hookd.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hookd.frontend.IncompatiblePythonException;
import dev.hookd.frontend.interpreter.PythonInterpreters;
import dev.hookd.frontend.system.CacheDirectory;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PythonCommandTest {

  @TempDir static Path directory;
  private static Cli cli;

  @BeforeAll
  static void makeCli() {
    // Few interpreters: what version managers keep at home, and link from PATH, may be a lot.
    Path python =
        new PythonInterpreters(CacheDirectory.at(directory.resolve("cache")), System.getenv())
            .findDefault()
            .executable();
    cli =
        new Cli(directory)
            .with("PATH", python.getParent() + ":/usr/bin:/bin")
            .with("HOME", directory.toString())
            .with("PYENV_ROOT", directory.toString());
  }

  @Test
  void list_tellsOfEachPython() {
    Cli.Run text = cli.run("python", "list");
    JsonNode pythons = cli.run("python", "list", "--json").json().path("pythons");

    assertThat(text.status()).isEqualTo(ExitStatus.OK);
    assertThat(text.stdout()).containsPattern("cpython +3\\.\\d+\\.\\S+ +/.* \\(PATH\\)");
    assertThat(pythons.size()).isEqualTo(text.lines().size());
    assertThat(pythons)
        .anySatisfy(
            python -> {
              assertThat(python.path("source").textValue()).isEqualTo("PATH");
              assertThat(python.path("usable").booleanValue()).isTrue();
              assertThat(Path.of(python.path("real_path").textValue())).isExecutable();
              assertThat(python.path("tags").path("python").textValue()).startsWith("cp3");
            });
    assertThat(cli.run("python", "list", "3.99").stdout()).isEmpty();
  }

  @Test
  void find_printsWhatTheOptionPythonWouldTake() {
    Cli.Run run = cli.run("python", "find", ">=3.8");
    String python = run.stdout().strip();

    assertThat(run.status()).isEqualTo(ExitStatus.OK);
    assertThat(Path.of(python)).isExecutable();
    assertThat(cli.run("python", "find", python, "--json").json().path("executable").textValue())
        .isEqualTo(python);
    Projects.good(directory.resolve("tree"));
    assertThat(cli.run("features", "tree", "--no-build-isolation", "--python", "cpython").stdout())
        .contains("build_wheel");
  }

  @Test
  void find_whenThereIsNone_exitsWith3AndTellsOfTheOthers() {
    Cli.Run run = cli.run("python", "find", ">=3.99");

    assertThat(run.status()).isEqualTo(ExitStatus.MACHINERY);
    assertThat(run.stderr())
        .contains("no Python here is '>=3.99'", "is another version", "hint:", "by its path");
    assertThat(run.stdout()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "python                       | list or find is missing",
        "python lst                   | did you mean",
        "python find                  | REQUEST",
        "python find 39               | did you mean 3.9?",
        "python list ./python         | is no version",
        "features . --python 3.13t    | free-threaded",
        "metadata . --python >=3.x    | '>=3.x' is not a version specifier",
        "doctor --python 3.9,         | is no version of Python",
      })
  void run_whenUsedWrongly_exitsWith2AndSaysWhy(String line, String reason) {
    Cli.Run run = cli.run(line.split(" +"));

    assertThat(run.stderr()).contains(reason).contains("--help' shows the usage");
    assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
  }

  @Test
  void failure_whenAProjectSupportsNoSuchPython_isTheProjects() {
    Failure failure =
        Failure.of(new IncompatiblePythonException("a-1.0.tar.gz", ">=3.13", "3.11.7"));

    assertThat(failure.kind()).isEqualTo("IncompatiblePython");
    assertThat(failure.exitStatus()).isEqualTo(ExitStatus.FAILED);
    assertThat(failure.message()).contains("a-1.0.tar.gz requires Python >=3.13", "3.11.7");
    assertThat(failure.hint()).contains("'>=3.13'");
  }

  @Test
  void help_ofEach_carriesAnExample() {
    assertThat(cli.run("python", "list", "--help").stdout()).contains("hookd python list 3.12");
    assertThat(cli.run("python", "find", "--help").stdout()).contains("hookd python find 3.9");
  }
}
