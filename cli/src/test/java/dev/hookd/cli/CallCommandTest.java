package dev.hookd.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** {@code hookd call} of hooks that answer. */
class CallCommandTest extends CommandFixture {

  @Test
  void call_printsTheResult_andTheHooksOutputOnStandardError() {
    Projects.good(tree("tree"));

    Cli.Run run = call("--env", "EXAMPLE=a=b", "--config-settings", "{\"--x\": [1]}");

    assertThat(run.stderr()).contains("to standard output\n", "to standard error\n", "is old");
    assertThat(run.lines()).containsExactly("idna>=1", "a=b-pkg", "idna>=1", "--x");
    assertThat(run.status()).isEqualTo(ExitStatus.OK);
    assertThat(call("-q").stderr()).isEmpty();
  }

  @Test
  void callJson_printsOneObject() {
    Projects.good(tree("tree"));

    Cli.Run run = call("--json");

    JsonNode node = run.json();
    assertThat(run.lines()).hasSize(1);
    assertThat(run.stderr()).isEmpty();
    assertThat(node.path("hook").asText()).isEqualTo(HOOK);
    assertThat(node.path("ok").asBoolean()).isTrue();
    assertThat(node.path("result").get(0).asText()).isEqualTo("idna>=1");
    assertThat(node.path("stdout").asText()).isEqualTo("to standard output\n");
    assertThat(node.path("stderr").asText()).startsWith("to standard error\n");
    assertThat(node.path("warnings").get(0).path("message").asText()).isEqualTo("something is old");
    assertThat(node.path("warnings").get(0).path("lineno").asInt()).isPositive();
    assertThat(node.path("usage").path("wall").asDouble()).isPositive();
    assertThat(node.path("daemon").path("pid").asLong()).isPositive();
    assertThat(node.path("daemon").path("python").asText()).startsWith("3.");
    assertThat(node.path("daemon").path("dialect").asText()).isEqualTo("extended");
    assertThat(node.path("daemon").path("isolation").asText()).isEqualTo("fork");
  }

  @Test
  void callRepeat_isALineForEachCall_fromOneDaemon() {
    Projects.good(tree("tree"));

    List<JsonNode> lines = call("--repeat", "3").jsonLines();

    Set<Long> pids = new HashSet<>();
    lines.forEach(line -> pids.add(line.path("daemon").path("pid").asLong()));
    assertThat(lines).hasSize(3).allMatch(line -> line.path("ok").asBoolean());
    assertThat(pids).hasSize(1);
  }

  @Test
  void call_withFreshIsolation_saysSo() {
    Projects.good(tree("tree"));

    JsonNode node = call("--isolation", "fresh", "--json").json();

    assertThat(node.path("daemon").path("isolation").asText()).isEqualTo("fresh");
  }

  @Test
  void call_withBackendOptions_usesThatBackend() throws Exception {
    Projects.good(tree("tree"));
    Files.createDirectories(tree("tree/inside"));
    Files.writeString(
        tree("tree/inside/other.py"),
        "class api:\n  def get_requires_for_build_wheel(config_settings=None):\n    return ['x']\n");

    Cli.Run run = call("--build-backend", "other:api", "--backend-path", "inside");

    assertThat(run.stdout()).isEqualTo("x\n");
  }

  @Test
  void call_withBackendOptions_needsNoPyproject() throws Exception {
    Files.createDirectories(tree("tree"));
    Files.createDirectories(tree("lib"));
    Files.writeString(
        tree("lib/a_backend.py"),
        "def get_requires_for_build_wheel(config_settings=None):\n    return ['x']\n");
    cli.with("PYTHONPATH", tree("lib").toString());

    assertThat(call("--build-backend", "a_backend").stdout()).isEqualTo("x\n");
    error(call("--json"), "InvalidProject", ExitStatus.FAILED);
  }

  @Test
  void call_withoutBuildIsolation_passesTheCallersVariables() throws Exception {
    Projects.withHook(tree("tree"), "import helper_of_the_caller\nreturn [helper_of_the_caller.X]");
    Files.createDirectories(tree("lib"));
    Files.writeString(tree("lib/helper_of_the_caller.py"), "X = 'found'\n");
    cli.with("PYTHONPATH", tree("lib").toString());

    assertThat(call().stdout()).isEqualTo("found\n");
  }

  @Test
  void call_ofAHookThatMakesAFile_printsItsBasename() throws Exception {
    Projects.good(tree("tree"));
    Files.createDirectories(tree("out"));

    Cli.Run wheel =
        cli.run("call", "build_wheel", "tree", "--wheel-directory", "out", "--no-build-isolation");
    Cli.Run metadata =
        cli.run(
            "call",
            "prepare_metadata_for_build_wheel",
            "tree",
            "--metadata-directory",
            "out",
            "--no-build-isolation",
            "--sdist-directory",
            "out");

    assertThat(wheel.stdout()).isEqualTo("example-1.0-py3-none-any.whl\n");
    assertThat(tree("out/example-1.0-py3-none-any.whl")).exists();
    assertThat(metadata.stdout()).isEqualTo("example-1.0.dist-info\n");
    assertThat(metadata.stderr()).contains("takes no --sdist-directory; it is ignored");
  }

  @Test
  void call_withBuildIsolation_makesAnEnvironment_thatTheCallersVariablesDoNotReach()
      throws Exception {
    Projects.withHook(
        tree("tree"),
        """
        try:
            import helper_of_the_caller
        except ImportError:
            print(sys.prefix)
        return []
        """);
    Files.createDirectories(tree("lib"));
    Files.writeString(tree("lib/helper_of_the_caller.py"), "");
    cli.with("PYTHONPATH", tree("lib").toString());

    Cli.Run run = cli.run("call", HOOK, "tree", "--json");

    assertThat(run.status()).as(run.stdout()).isEqualTo(ExitStatus.OK);
    assertThat(run.json().path("stdout").asText()).startsWith(tree("cache").toString());
  }
}
