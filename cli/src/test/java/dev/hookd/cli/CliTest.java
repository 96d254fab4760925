package dev.hookd.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The real command against real projects, daemons and Pythons; no network. */
@Timeout(120)
class CliTest {

  private static final String HOOK = "get_requires_for_build_wheel";

  @TempDir Path directory;
  Cli cli;

  @BeforeEach
  void makeCli() {
    cli = new Cli(directory);
  }

  private Path tree(String name) {
    return directory.resolve(name);
  }

  /** Without an environment of its own, which would cost each test a second. */
  private Cli.Run call(String... more) {
    List<String> args = new ArrayList<>(List.of("call", HOOK, "tree", "--no-build-isolation"));
    args.addAll(List.of(more));
    return cli.run(args.toArray(String[]::new));
  }

  private JsonNode error(Cli.Run run, String kind, int status) {
    JsonNode node = run.json();
    assertThat(node.path("ok").asBoolean(true)).isFalse();
    assertThat(node.path("error").path("kind").asText()).as(run.stdout()).isEqualTo(kind);
    assertThat(run.status()).isEqualTo(status);
    assertThat(run.stderr()).isEmpty();
    return node;
  }

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
  void call_ofAClassicDaemon_answers_butCannotBeFresh() {
    Projects.good(tree("tree"));
    String classic =
        Path.of(System.getProperty("hookd.root"), "client/src/test/python/classic_daemon.py")
            .toString();
    String[] backend = {"--build-backend", "json", "--daemon-script", classic, "--json"};

    error(call(backend), "UnsupportedHook", ExitStatus.FAILED);
    List<String> fresh = new ArrayList<>(List.of(backend));
    fresh.addAll(List.of("--isolation", "fresh"));
    error(call(fresh.toArray(String[]::new)), "UnsupportedRequest", ExitStatus.MACHINERY);
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

  @Test
  void call_ofAnInterpreterThatIsMissing_isTheMachinerysFailure() {
    Projects.good(tree("tree"));

    Cli.Run run = call("--json", "--python", "./no-such-python");

    assertThat(run.json().path("ok").asBoolean(true)).isFalse();
    assertThat(run.status()).isEqualTo(ExitStatus.MACHINERY);
  }

  @Test
  void call_ofADaemonThatSaysGarbage_failsToLaunch() throws Exception {
    Projects.good(tree("tree"));
    Files.writeString(tree("daemon.py"), "print('Hello, world!', flush=True)\ninput()\n");

    Cli.Run run = call("--json", "--daemon-script", "daemon.py");

    assertThat(run.json().path("error").path("kind").asText())
        .isIn("LaunchFailed", "ProtocolViolation");
    assertThat(run.stdout()).contains("Hello, world!");
    assertThat(run.status()).isEqualTo(ExitStatus.MACHINERY);
  }

  @Test
  void call_ofADaemonThatSaysNothingAndEnds_failsToLaunch() throws Exception {
    Projects.good(tree("tree"));
    Files.writeString(tree("daemon.py"), "import sys\nprint('my last words', file=sys.stderr)\n");

    Cli.Run run = call("--json", "--daemon-script", "daemon.py");

    JsonNode node = error(run, "LaunchFailed", ExitStatus.MACHINERY);
    assertThat(node.path("error").path("daemon_stderr").asText()).contains("my last words");
  }

  @Test
  void call_ofADaemonThatSaysTooMuch_breaksTheProtocol() throws Exception {
    Projects.good(tree("tree"));
    Files.writeString(
        tree("daemon.py"),
        """
        import sys
        print("READY", flush=True)
        print("EXPECT action", flush=True)
        sys.stdin.readline()
        try:
            while True:
                sys.stdout.write("x" * (1 << 20))
        except BrokenPipeError:
            pass
        """);

    Cli.Run run = call("--json", "--daemon-script", "daemon.py");

    assertThat(run.json().path("error").path("kind").asText())
        .isIn("LaunchFailed", "ProtocolViolation");
    assertThat(run.stdout().length()).isLessThan(100_000);
    assertThat(run.status()).isEqualTo(ExitStatus.MACHINERY);
  }

  @Test
  void call_ofADaemonThatDiesUnderTheCall_saysSo() throws Exception {
    Projects.good(tree("tree"));
    Files.writeString(
        tree("daemon.py"),
        """
        import os, sys
        while True:
            print("READY\\nEXPECT action", flush=True)
            if sys.stdin.readline().strip() == "run":
                print("my last words", file=sys.stderr, flush=True)
                os._exit(9)
            print("ERROR InvalidAction no such action", flush=True)
        """);

    JsonNode node = error(call("--json", "--daemon-script", "daemon.py"), "DaemonDied", 3);

    assertThat(node.path("error").path("daemon_stderr").asText()).contains("my last words");
  }

  @Test
  void features_listsTheHooks() {
    Projects.good(tree("tree"));

    Cli.Run text = cli.run("features", "tree", "--no-build-isolation");
    Cli.Run json = cli.run("features", "tree", "--no-build-isolation", "--json");

    assertThat(text.lines())
        .containsExactlyInAnyOrder(
            "get_requires_for_build_wheel",
            "prepare_metadata_for_build_wheel",
            "build_wheel",
            "get_requires_for_build_sdist",
            "build_sdist");
    assertThat(json.json().path("features").size()).isEqualTo(5);
    assertThat(cli.run("features", "nope", "--json").json().path("error").path("kind").asText())
        .isEqualTo("InvalidProject");
  }

  @Test
  void metadataRaw_ofOneInput_isTheFileByteForByte() {
    Projects.good(tree("tree"));

    Cli.Run run = cli.run("metadata", "tree", "--no-build-isolation", "--format", "raw");

    assertThat(run.bytes()).isEqualTo(Projects.METADATA.getBytes(Main.UTF_8));
    assertThat(run.status()).isEqualTo(ExitStatus.OK);
  }

  @Test
  void metadataRaw_ofSeveral_hasAHeaderEach() {
    Projects.good(tree("a"));
    Projects.good(tree("b"));

    Cli.Run run = cli.run("metadata", "a", "b", "--no-build-isolation", "--format", "raw");

    assertThat(run.stdout())
        .isEqualTo("==> a <==\n" + Projects.METADATA + "\n==> b <==\n" + Projects.METADATA);
  }

  @Test
  void metadataJsonl_isAnObjectAnInput_inOrder_andAFailureStopsNoOther() throws Exception {
    Projects.good(tree("a"));
    Files.writeString(tree("not-an-archive.tar.gz"), "no");
    Projects.withBackend(
        tree("bad"), "def build_wheel(d, c=None, m=None):\n    raise RuntimeError('no wheel')\n");
    Projects.good(tree("z"));

    Cli.Run run =
        cli.run(
            "metadata",
            "a",
            "missing",
            "not-an-archive.tar.gz",
            "bad",
            "z",
            "--format",
            "jsonl",
            "--no-build-isolation",
            "--jobs",
            "3");

    List<JsonNode> lines = run.jsonLines();
    assertThat(lines.stream().map(line -> line.path("input").asText()))
        .containsExactly("a", "missing", "not-an-archive.tar.gz", "bad", "z");
    assertThat(lines.stream().map(line -> line.path("ok").asBoolean()))
        .containsExactly(true, false, false, false, true);
    assertThat(lines)
        .allMatch(
            line ->
                line.has("source")
                    && line.path("seconds").asDouble() > 0
                    && line.has("metadata")
                    && line.has("raw")
                    && line.has("error"));
    JsonNode first = lines.get(0);
    assertThat(first.path("source").asText()).isEqualTo("prepare-metadata");
    assertThat(first.path("metadata").path("name").asText()).isEqualTo("example");
    assertThat(first.path("metadata").path("requires_dist").size()).isEqualTo(2);
    assertThat(first.path("raw").asText()).isEqualTo(Projects.METADATA);
    assertThat(first.path("error").isNull()).isTrue();
    assertThat(lines.get(1).path("error").path("kind").asText()).isEqualTo("InvalidProject");
    assertThat(lines.get(2).path("error").path("kind").asText()).isEqualTo("InvalidProject");
    assertThat(lines.get(3).path("error").path("message").asText()).contains("no wheel");
    assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(run.stderr()).isEmpty();
  }

  @Test
  void metadataJson_isOneArray() {
    Projects.good(tree("a"));

    Cli.Run run = cli.run("metadata", "a", "missing", "--no-build-isolation", "--format", "json");

    assertThat(run.json().isArray()).isTrue();
    assertThat(run.json().size()).isEqualTo(2);
  }

  @Test
  void metadataText_isASummary_andErrorsGoToStandardError() {
    Projects.good(tree("a"));

    Cli.Run run = cli.run("metadata", "a", "missing", "--no-build-isolation");

    assertThat(run.stdout())
        .startsWith("example 1.0")
        .contains("Summary", "An example, caf\u00e9", "Requires-Dist", "idna", "packaging (>=20)")
        .doesNotContain("\u001b");
    assertThat(run.stderr())
        .startsWith("error: " + tree("missing") + ": no such file or directory");
    assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
  }

  @Test
  void metadata_onATerminal_showsProgressAndLeavesNoneOfItBehind() {
    Projects.good(tree("a"));
    Projects.good(tree("b"));

    Cli.Run run =
        cli.with("TERM", "xterm").runOnTerminal("metadata", "a", "b", "--no-build-isolation");

    assertThat(run.stdout()).contains("\u001b[1mexample 1.0");
    assertThat(run.stderr()).contains("metadata").endsWith("\r\u001b[K");
  }

  @Test
  void metadata_ofAnSdistThatBuildMade_isTheSame() {
    Projects.good(tree("tree"));

    Cli.Run built = cli.run("build", "tree", "--no-build-isolation", "--outdir", "dist");
    Cli.Run run =
        cli.run("metadata", "dist/example-1.0.tar.gz", "--no-build-isolation", "--format", "raw");

    assertThat(built.lines())
        .containsExactlyInAnyOrder(
            tree("dist/example-1.0.tar.gz").toString(),
            tree("dist/example-1.0-py3-none-any.whl").toString());
    assertThat(built.status()).isEqualTo(ExitStatus.OK);
    assertThat(run.stdout()).isEqualTo(Projects.METADATA);
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

  @Test
  void build_json_namesTheFiles() {
    Projects.good(tree("tree"));

    Cli.Run run =
        cli.run(
            "build", "tree", "--no-build-isolation", "-o", "dist", "--wheel", "--format", "json");

    JsonNode files = run.json().get(0).path("files");
    assertThat(files.size()).isEqualTo(1);
    assertThat(Path.of(files.path("wheel").asText())).isAbsolute().exists();
  }

  @Test
  void requires_verbose_showsWhatTheHookWrites_onStandardError() {
    Projects.good(tree("tree"));

    Cli.Run quiet = cli.run("requires", "tree", "--no-build-isolation");
    Cli.Run verbose = cli.run("requires", "tree", "--no-build-isolation", "-v");

    assertThat(quiet.stderr()).isEmpty();
    assertThat(verbose.stderr())
        .contains("get_requires_for_build_wheel in ", "to standard output\n");
    assertThat(verbose.stdout()).isEqualTo(quiet.stdout());
  }

  @Test
  void requires_printsEachRequirementOnce() {
    Projects.files(
        tree("tree"),
        """
        [build-system]
        requires = ["declared", "idna>=1"]
        build-backend = "backend"
        backend-path = ["."]
        """,
        """
        def get_requires_for_build_wheel(c=None): return ["idna>=1", "extra"]
        def get_requires_for_build_sdist(c=None): return ["for-sdist"]
        """);

    assertThat(cli.run("requires", "tree", "--no-build-isolation").lines())
        .containsExactly("declared", "idna>=1", "extra");
    JsonNode node =
        cli.run("requires", "tree", "--no-build-isolation", "--sdist", "--format", "jsonl").json();
    assertThat(node.path("requires").size()).isEqualTo(2);
    assertThat(node.path("extra").path("sdist").get(0).asText()).isEqualTo("for-sdist");
    assertThat(node.path("extra").has("wheel")).isFalse();
    assertThat(node.path("all").size()).isEqualTo(3);
  }

  @Test
  void doctor_callsAHookFromEndToEnd() {
    Cli.Run text = cli.run("doctor");
    JsonNode json = cli.run("doctor", "--json").json();

    assertThat(text.stdout()).as(text.stdout()).contains("self-test", "ms cold", "ms warm");
    assertThat(text.status()).isEqualTo(ExitStatus.OK);
    assertThat(json.path("ok").asBoolean()).isTrue();
    assertThat(json.path("checks").findValuesAsText("name"))
        .contains("java", "system", "python", "uv", "cache", "self-test");
  }

  @Test
  void doctor_whenPythonIsMissing_exitsWith3AndSaysWhatToDo() {
    Cli.Run run = cli.run("doctor", "--python", "./no-such-python");

    assertThat(run.stdout()).contains("problem  python").contains("-> install CPython 3.8");
    assertThat(run.status()).isEqualTo(ExitStatus.MACHINERY);
  }
}
