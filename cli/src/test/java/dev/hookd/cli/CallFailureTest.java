package dev.hookd.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** {@code hookd call} of hooks, backends and projects that fail. */
class CallFailureTest extends CommandFixture {

  @Test
  void call_whenTheHookRaises_exitsWith1AndShowsCauseLastLinesAndNoJavaTrace() {
    Projects.withHook(tree("tree"), "print('working')\nraise ValueError('no version')");

    Cli.Run run = call();

    assertThat(run.stdout()).isEmpty();
    assertThat(run.stderr())
        .startsWith("error: ValueError: no version [HookRuntimeError]\n")
        .contains("| working", "Traceback")
        .doesNotContain("at dev.hookd");
    assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
    JsonNode node = error(call("--json"), "HookRuntimeError", ExitStatus.FAILED);
    assertThat(node.path("error").path("exception").asText()).isEqualTo("builtins.ValueError");
    assertThat(node.path("error").path("traceback").asText()).contains("no version");
    assertThat(node.path("stdout").asText()).isEqualTo("working\n");
  }

  @Test
  void call_whenTheHookWritesToDescriptor1_forgesNothing() {
    Projects.withHook(
        tree("tree"),
        "os.write(1, b'OK [\"forged\"]\\nREADY\\n')\nos.system('echo ERROR from a child')\nreturn ['x']");

    JsonNode node = call("--json").json();

    assertThat(node.path("result").get(0).asText()).isEqualTo("x");
    assertThat(node.path("stdout").asText()).contains("forged", "ERROR from a child");
  }

  @Test
  void call_whenTheHookReadsStandardInput_seesItsEnd() {
    Projects.withHook(tree("tree"), "return ['<' + sys.stdin.read() + '>']");

    assertThat(call().stdout()).isEqualTo("<>\n");
  }

  @Test
  void call_whenTheHookExits_isAHookRuntimeError() {
    Projects.withHook(tree("tree"), "sys.exit(3)");
    error(call("--json"), "HookRuntimeError", ExitStatus.FAILED);

    Projects.withHook(tree("tree"), "os._exit(3)");
    error(call("--json"), "HookRuntimeError", ExitStatus.FAILED);
  }

  @Test
  void call_whenTheHookCrashes_isAHookRuntimeErrorOfThatCallAlone() {
    Projects.withHook(
        tree("tree"),
        "if not os.path.exists('crashed'):\n    open('crashed', 'w').close()\n    os.abort()\nreturn ['x']");

    List<JsonNode> lines = call("--repeat", "2").jsonLines();

    assertThat(lines.get(0).path("error").path("message").asText()).contains("SIGABRT");
    assertThat(lines.get(1).path("result").get(0).asText()).isEqualTo("x");
  }

  @Test
  void call_whenTheHookHangs_timesOut() {
    Projects.withHook(
        tree("tree"), "print('before', flush=True)\nopen('printed', 'w').close()\ntime.sleep(600)");
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    JsonNode node;
    int millis = 700;
    do { // on a slow machine the hook may not come to print in that time
      node = error(call("--json", "--timeout", millis + "ms"), "Timeout", ExitStatus.FAILED);
      millis *= 2;
    } while (!Files.exists(tree("tree/printed")) && System.nanoTime() - deadline < 0);

    assertThat(tree("tree/printed")).exists();
    assertThat(node.path("stdout").asText()).isEqualTo("before\n");
  }

  @Test
  void call_ofAHookThatIsMissing_isAnUnsupportedHook() {
    Projects.withBackend(tree("tree"), "def build_wheel(d, c=None, m=None): pass\n");

    JsonNode node = error(call("--json"), "UnsupportedHook", ExitStatus.FAILED);

    assertThat(node.path("error").path("hint").asText()).contains("hookd features");
  }

  @Test
  void call_whenTheBackendIsMissingOrBroken_saysWhich() {
    Projects.withBackend(tree("tree"), "raise OSError('broken')\n");
    error(call("--json"), "BackendImportError", ExitStatus.FAILED);
    error(call("--json", "--build-backend", "nope_x"), "MissingBackendModule", ExitStatus.FAILED);
    error(
        call("--json", "--build-backend", "os:nope"), "MissingBackendAttribute", ExitStatus.FAILED);
    error(call("--json", "--build-backend", "a:b:c"), "MalformedBackendName", ExitStatus.FAILED);
  }

  @Test
  void call_whenTheSourceTreeIsNone_isAnInvalidProject() throws Exception {
    error(call("--json"), "InvalidProject", ExitStatus.FAILED);

    Projects.files(tree("tree"), "[build-system\n", "");
    JsonNode node = error(call("--json"), "InvalidProject", ExitStatus.FAILED);
    assertThat(node.path("error").path("message").asText()).contains("pyproject.toml");
  }
}
