package dev.hookd.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code hookd call} with daemons and Pythons other than the usual, or none. */
class CallDaemonTest extends CommandFixture {

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
}
