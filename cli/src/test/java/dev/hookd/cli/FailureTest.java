package dev.hookd.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hookd.client.DaemonInfo;
import dev.hookd.client.HookOutput;
import dev.hookd.client.HookResult;
import dev.hookd.client.LaunchFailedException;
import dev.hookd.client.OutputTail;
import dev.hookd.frontend.EnvironmentFailedException;
import dev.hookd.frontend.InvalidProjectException;
import dev.hookd.protocol.DaemonIdentity;
import dev.hookd.protocol.Dialect;
import dev.hookd.protocol.HookUsage;
import dev.hookd.protocol.HookWarning;
import dev.hookd.protocol.Isolation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Failures and results as people and scripts see them. */
class FailureTest {

  private static final DaemonInfo DAEMON =
      new DaemonInfo(
          4711,
          Dialect.EXTENDED,
          Optional.of(
              new DaemonIdentity(
                  1, "hookd.py", "0.1.0", 4711, "cpython", "3.11.7", "/py", "linux", Set.of())));
  private static final HookUsage USAGE =
      new HookUsage(
          Duration.ofMillis(12),
          Duration.ofMillis(8),
          Duration.ofMillis(2),
          28 << 20,
          Isolation.FORK,
          57,
          Duration.ofMillis(31));

  private static OutputTail tail(String text) {
    return new OutputTail(text, text.length(), false);
  }

  private static Failure hookFailure(String stdout, String stderr) {
    return new Failure(
        "HookRuntimeError",
        "no version",
        "builtins.ValueError",
        "Traceback (most recent call last):\nValueError: no version\n",
        "set one",
        new HookOutput(tail(stdout), tail(stderr)),
        List.of(new HookWarning("old", "builtins.UserWarning", "setup.py", 3)),
        List.of(),
        USAGE,
        DAEMON,
        null);
  }

  @Test
  void text_showsCauseThenLastWordsThenHint() {
    List<String> lines =
        FailureText.render(hookFailure("out\n", "err\n"), "./tree", false, false, Style.PLAIN);

    assertThat(lines)
        .containsExactly(
            "error: ./tree: ValueError: no version [HookRuntimeError]",
            "  the backend's standard error:",
            "  | err",
            "  the backend's traceback:",
            "  | Traceback (most recent call last):",
            "  | ValueError: no version",
            "hint: set one");
  }

  @Test
  void render_whenTheMessageNamesTheInput_doesNotSayItTwice() {
    Failure failure =
        Failure.of(new InvalidProjectException("/at/gone: no such file or directory", null, null));

    assertThat(FailureText.render(failure, "gone", false, false, Style.PLAIN))
        .first()
        .isEqualTo("error: /at/gone: no such file or directory [InvalidProject]");
  }

  @Test
  void text_whenStandardErrorIsEmpty_showsStandardOutput() {
    assertThat(FailureText.render(hookFailure("out\n", "\n"), null, false, false, Style.PLAIN))
        .startsWith(
            "error: ValueError: no version [HookRuntimeError]",
            "  the backend's standard output:",
            "  | out");
  }

  @Test
  void text_ofMuchOutput_showsTheLastLines_andAllWhenVerbose() {
    String much =
        IntStream.range(0, 500).mapToObj(i -> "line " + i).collect(Collectors.joining("\n"));

    List<String> brief = FailureText.render(hookFailure("", much), null, false, false, Style.PLAIN);
    List<String> all = FailureText.render(hookFailure("", much), null, true, false, Style.PLAIN);

    assertThat(brief)
        .contains("  the backend's standard error (the last 12 lines):", "  | line 499")
        .doesNotContain("  | line 487");
    assertThat(all).contains("  | line 0", "  | line 499");
  }

  @Test
  void text_cannotDriveTheTerminal() {
    List<String> lines =
        FailureText.render(
            hookFailure("", "\u001b]0;x\u0007"), "a\u001bb", false, false, Style.COLOURED);

    assertThat(lines).noneMatch(line -> line.contains("\u001b]") || line.contains("\u0007"));
    assertThat(lines.get(0)).contains("a\uFFFDb");
  }

  @Test
  void text_showsAStackTraceOnlyWhenAskedFor() {
    Failure failure = Failure.of(new IllegalStateException("oops"));

    assertThat(FailureText.render(failure, null, true, false, Style.PLAIN))
        .noneMatch(line -> line.contains("at dev.hookd"));
    assertThat(FailureText.render(failure, null, false, true, Style.PLAIN))
        .anyMatch(line -> line.contains("at dev.hookd.cli.FailureTest"));
  }

  @Test
  void of_unwrapsFutures_andKeepsWhatTheMachinerySaid() {
    Failure failure =
        Failure.of(
            new CompletionException(
                new EnvironmentFailedException("no such version", "pip says no", null, null)));

    assertThat(failure.kind()).isEqualTo("EnvironmentFailed");
    assertThat(failure.exitStatus()).isEqualTo(ExitStatus.MACHINERY);
    assertThat(failure.hint()).contains("hookd doctor");
    assertThat(CallJson.error(failure).path("installer_output").asText()).isEqualTo("pip says no");
  }

  @Test
  void of_launchFailure_carriesTheDaemonsStandardError() {
    Failure failure = Failure.of(new LaunchFailedException("gone", tail("boom"), "fix it", null));

    assertThat(failure.exitStatus()).isEqualTo(ExitStatus.MACHINERY);
    assertThat(FailureText.render(failure, null, false, false, Style.PLAIN))
        .containsExactly(
            "error: gone [LaunchFailed]",
            "  the daemon's standard error:",
            "  | boom",
            "hint: fix it");
  }

  @Test
  void of_diskFailure_isNoInternalError() {
    Failure failure =
        Failure.of(new UncheckedIOException(new IOException("No space left on device")));

    assertThat(failure.kind()).isEqualTo("IOError");
    assertThat(failure.message()).contains("No space left on device");
    assertThat(failure.exitStatus()).isEqualTo(ExitStatus.MACHINERY);
  }

  @Test
  void of_invalidProject_isTheProjectsFault() {
    assertThat(Failure.of(new InvalidProjectException("no", null, null)).exitStatus())
        .isEqualTo(ExitStatus.FAILED);
  }

  @ParameterizedTest
  @CsvSource({
    "HookRuntimeError, 1",
    "UnsupportedHook, 1",
    "Timeout, 1",
    "Cancelled, 1",
    "InvalidProject, 1",
    "DaemonDied, 3",
    "ProtocolViolation, 3",
    "LaunchFailed, 3",
    "EnvironmentFailed, 3",
    "InternalError, 3",
    "SomethingNew, 3"
  })
  void exitStatus_tellsHookAndProjectFromMachinery(String kind, int status) {
    Failure failure =
        new Failure(
            kind, "", null, null, null, HookOutput.EMPTY, List.of(), List.of(), null, null, null);

    assertThat(failure.exitStatus()).isEqualTo(status);
  }

  @Test
  void json_ofASuccess_hasTheContractsMembers() {
    HookResult result =
        new HookResult(
            new HookResult.Value.Strings(List.of("wheel", "é\ud800")),
            new HookOutput(tail("out"), new OutputTail("rr", 3, true)),
            List.of(new HookWarning("old", "builtins.UserWarning", "setup.py", 3)),
            Optional.of(USAGE),
            DAEMON,
            Duration.ofNanos(1_234_567));

    String line = JsonText.line(CallJson.success("get_requires_for_build_wheel", result));

    assertThat(line)
        .isEqualTo(
            "{\"hook\":\"get_requires_for_build_wheel\",\"ok\":true,"
                + "\"result\":[\"wheel\",\"\\u00E9\\uD800\"],"
                + "\"stdout\":\"out\",\"stderr\":\"rr\",\"stderr_bytes\":3,"
                + "\"warnings\":[{\"message\":\"old\",\"filename\":\"setup.py\",\"lineno\":3,"
                + "\"category\":\"builtins.UserWarning\"}],"
                + "\"usage\":{\"wall\":0.012,\"user\":0.008,\"system\":0.002,\"max_rss\":29360128,"
                + "\"preloaded\":57,\"saved\":0.031},"
                + "\"daemon\":{\"pid\":4711,\"python\":\"3.11.7\",\"dialect\":\"extended\","
                + "\"isolation\":\"fork\",\"implementation\":\"cpython\",\"executable\":\"/py\"},"
                + "\"seconds\":0.001235}");
  }

  @Test
  void json_ofNoneFromAClassicDaemon_hasNulls() {
    HookResult result =
        new HookResult(
            new HookResult.Value.Name(Optional.empty()),
            HookOutput.EMPTY,
            List.of(),
            Optional.empty(),
            new DaemonInfo(-1, Dialect.CLASSIC, Optional.empty()),
            Duration.ZERO);

    ObjectNode node = CallJson.success("build_wheel", result);

    assertThat(node.path("result").isNull()).isTrue();
    assertThat(node.path("usage").isNull()).isTrue();
    assertThat(node.path("daemon").path("dialect").asText()).isEqualTo("classic");
    assertThat(node.path("daemon").path("python").isNull()).isTrue();
    assertThat(node.path("daemon").path("isolation").isNull()).isTrue();
  }

  @Test
  void json_ofAFailure_hasTheContractsMembers() {
    ObjectNode node = CallJson.failure("build_wheel", hookFailure("out", "err"));

    assertThat(node.path("ok").asBoolean(true)).isFalse();
    assertThat(node.path("error").path("kind").asText()).isEqualTo("HookRuntimeError");
    assertThat(node.path("error").path("message").asText()).isEqualTo("no version");
    assertThat(node.path("error").path("exception").asText()).isEqualTo("builtins.ValueError");
    assertThat(node.path("error").path("traceback").asText()).startsWith("Traceback");
    assertThat(node.path("stdout").asText()).isEqualTo("out");
    assertThat(node.path("stderr").asText()).isEqualTo("err");
    assertThat(node.path("warnings").size()).isEqualTo(1);
    assertThat(node.path("daemon").path("pid").asLong()).isEqualTo(4711);
  }
}
