package dev.hookd.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Wrong usage ends with 2, before anything is started, with the reason on standard error. */
class UsageTest {

  @TempDir Path directory;
  Cli cli;

  @BeforeEach
  void makeCli() {
    cli = new Cli(directory);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "metdata                                              | did you mean metadata",
        "--nope                                               | Unknown option",
        "metadata                                             | INPUT",
        "metadata . --jobs 0                                  | --jobs must be at least 1",
        "metadata - a -                                       | the INPUT - is given twice",
        "metadata . --null                                    | --null needs the INPUT -",
        "metadata . --resume                                  | --resume needs --output FILE",
        "metadata . --overwrite                               | --overwrite needs --output FILE",
        "metadata . --output a --resume --overwrite           | exclude each other",
        "metadata . --output a --format text                  | --output is always jsonl",
        "metadata . --output .                                | not a regular file: .",
        "metadata . --python 3.9 --python 3.9                 | --python 3.9 is given twice",
        "metadata . --policy never                            | expected static-only, static-first or build, got: never",
        "metadata . --fields some                             | expected all or resolution, got: some",
        "metadata . --policy build --allow-wheels             | --policy build and --allow-wheels exclude each other",
        "requires . --python a --python b                     | 'hookd metadata' only",
        "metadata . --jobs many                               | 'many'",
        "metadata . --format xml                              | expected one of text, json, jsonl, raw",
        "requires . --format raw                              | expected one of text, json, jsonl",
        "build .                                              | --outdir",
        "build . -o d --sdist --via-sdist                     | --via-sdist is how a wheel is built: it needs --wheel",
        "build . -o d --editable --via-sdist                  | --via-sdist is how a wheel is built: it needs --wheel",
        "call                                                 | HOOK",
        "call build_wheel                                     | SOURCE_TREE",
        "call buid_wheel .                                    | did you mean build_wheel?",
        "call frobnicate .                                    | the hooks are get_requires_for_build_wheel",
        "call build_wheel .                                   | build_wheel needs --wheel-directory DIR",
        "call build_editable .                                | build_editable needs --wheel-directory DIR",
        "call build_sdist .                                   | build_sdist needs --sdist-directory DIR",
        "call prepare_metadata_for_build_wheel .              | needs --metadata-directory DIR",
        "call build_sdist . --sdist-directory nope            | --sdist-directory: no such directory: nope",
        "call build_wheel . --repeat 0                        | --repeat must be at least 1",
        "call build_wheel . --timeout 30                      | '30' is not a duration",
        "call build_wheel . --timeout 0s                      | no time at all",
        "metadata . --install-timeout 10                      | '10' is not a duration",
        "call build_wheel . --env NAME                        | NAME=VALUE",
        "call build_wheel . --env =VALUE                      | NAME=VALUE",
        "call build_wheel . --isolation none                  | neither fork nor fresh",
        "call build_wheel . --config-settings {a              | column 2",
        "call build_wheel . --config-settings []              | must be a JSON object",
        "call build_wheel . --backend-path src                | --backend-path needs --build-backend",
        "call build_wheel . --daemon-script nope.py           | no such file: nope.py",
        "call build_wheel . extra                             | 'extra'",
        "features . -v -q                                     | exclude each other",
        "completion fish                                      | neither bash nor zsh",
      })
  void run_whenUsedWrongly_exitsWith2AndSaysWhy(String line, String reason) {
    Cli.Run run = cli.run(line.trim().split(" +", -1));

    assertThat(run.stderr()).contains(reason).contains("--help' shows the usage");
    assertThat(run.stdout()).isEmpty();
    assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
  }

  @Test
  void run_withoutArguments_exitsWith2() {
    assertThat(cli.run().status()).isEqualTo(ExitStatus.USAGE);
  }

  @Test
  void metadata_whenAnInputIsEmpty_isRefused() {
    Cli.Run run = cli.run("metadata", "");

    assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(run.stderr()).contains("an INPUT is empty");
  }

  @Test
  void build_whenOutdirIsAFile_isRefused() throws Exception {
    Files.writeString(directory.resolve("dist"), "");

    Cli.Run run = cli.run("build", ".", "--outdir", "dist");

    assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(run.stderr()).contains("not a directory: dist");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "call",
        "features",
        "metadata",
        "requires",
        "build",
        "doctor",
        "python",
        "completion"
      })
  void help_ofEachCommand_carriesAnExample(String command) {
    Cli.Run run = cli.run(command, "--help");

    assertThat(run.status()).isEqualTo(ExitStatus.OK);
    assertThat(run.stderr()).isEmpty();
    assertThat(run.stdout()).contains("Example").contains("hookd " + command + " ");
    assertThat(run.lines()).allMatch(line -> line.length() <= 88);
  }

  @Test
  void help_ofTheRoot_listsEveryCommandAndTheExitStatuses() {
    Cli.Run run = cli.run("--help");

    assertThat(run.status()).isEqualTo(ExitStatus.OK);
    assertThat(run.stdout())
        .contains("call", "features", "metadata", "requires", "build", "doctor", "python")
        .contains("Exit status");
  }

  @Test
  void help_onATerminal_isColouredUnlessRefused() {
    assertThat(cli.runOnTerminal("--help").stdout()).contains("\u001b[");
    assertThat(cli.with("NO_COLOR", "1").runOnTerminal("--help").stdout())
        .doesNotContain("\u001b[");
  }

  @Test
  void version_isOneLine_andWithVerboseNamesJava() {
    assertThat(cli.run("--version").stdout()).matches("hookd \\d+\\.\\d+\\.\\d+\\S*\n");
    assertThat(cli.run("-v", "--version").stdout()).contains("java " + Runtime.version());
    assertThat(cli.run("metadata", "--version").stdout()).startsWith("hookd ");
  }

  @Test
  void completion_isAScriptThatNamesCommandsAndHooks() {
    Cli.Run run = cli.run("completion", "bash");

    assertThat(run.status()).isEqualTo(ExitStatus.OK);
    assertThat(run.stdout())
        .contains("complete -F")
        .contains("doctor")
        .contains("prepare_metadata_for_build_wheel")
        .contains("jsonl");
    assertThat(cli.run("completion", "zsh").bytes()).isEqualTo(run.bytes());
  }
}
