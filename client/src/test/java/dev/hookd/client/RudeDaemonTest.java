package dev.hookd.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.hookd.protocol.BuildBackend;
import dev.hookd.protocol.ConfigSettings;
import dev.hookd.protocol.Hook;
import dev.hookd.protocol.HookArguments;
import dev.hookd.protocol.HookRequest;
import dev.hookd.protocol.ProtocolLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Daemons that die, lie, babble and hang: each call ends in one typed failure, nothing is left. */
class RudeDaemonTest {

  private static final HookDaemonConfig IMPATIENT =
      new HookDaemonConfig(
          Duration.ofSeconds(60),
          Duration.ofMillis(200),
          Duration.ofMillis(200),
          64 << 10,
          ProtocolLimits.DEFAULT);

  @TempDir private Path temporary;

  private HookDaemon start(String mode, String... argument) {
    return start(IMPATIENT, mode, argument);
  }

  private HookDaemon start(HookDaemonConfig config, String mode, String... argument) {
    return Daemons.start(temporary, spec(mode, argument), config);
  }

  private LaunchSpec spec(String mode, String... argument) {
    String[] arguments =
        java.util.stream.Stream.of(List.of(mode), List.of(argument))
            .flatMap(List::stream)
            .toArray(String[]::new);
    return Daemons.fixture(temporary, temporary, "rude_daemon.py", arguments);
  }

  private HookRequest request() {
    return HookRequest.of(
        temporary, BuildBackend.of("b"), Hook.GET_REQUIRES_FOR_BUILD_WHEEL, HookArguments.NONE);
  }

  private void assertNothingIsLeft(HookDaemon daemon) throws IOException {
    daemon.onTermination().join();
    assertThat(daemon.isUsable()).isFalse();
    assertThat(Await.isRunning(daemon.info().pid())).isFalse();
    try (var files = Files.list(temporary)) {
      assertThat(files.filter(file -> file.getFileName().toString().startsWith("hookd-")))
          .isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "die-before-ready, exit status 3, I cannot go on",
    "die-in-first-line, exit status 0, REA",
    "garbage, Welcome, Welcome to the rude daemon!",
    "endless-line, more than 65536 bytes, xxxx",
    "fatal-before-ready, no disk, line 2",
    "bad-refusal, HookRuntimeError, hello yourself",
  })
  void start_ofWhatIsNoDaemon_showsWhatItSaid(String mode, String cause, String shown) {
    LaunchFailedException failure =
        catchThrowableOfType(LaunchFailedException.class, () -> start(mode));

    assertThat(failure).hasMessageContaining(cause).hasMessageContaining(shown);
    assertThat(failure.kind()).isEqualTo("LaunchFailed");
    assertThat(ProcessHandle.current().children()).noneMatch(this::isRude);
    if (mode.equals("garbage")) {
      assertThat(failure.hint().orElseThrow()).contains("does not speak the hookd protocol");
    }
  }

  private boolean isRude(ProcessHandle child) {
    return Await.isRunning(child.pid())
        && child.info().commandLine().orElse("").contains("rude_daemon.py");
  }

  @Test
  void start_ofASilentProgram_endsInTime() {
    HookDaemonConfig config =
        new HookDaemonConfig(
            Duration.ofMillis(300),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            0,
            ProtocolLimits.DEFAULT);

    assertThatThrownBy(() -> start(config, "silent"))
        .isInstanceOf(LaunchFailedException.class)
        .hasMessageContaining("not ready within 300 ms");
    assertThat(ProcessHandle.current().children()).noneMatch(this::isRude);
  }

  @Test
  void start_whenInterrupted_endsAndKeepsTheInterrupt() {
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> start("silent"))
        .isInstanceOf(LaunchFailedException.class)
        .hasMessageContaining("interrupted");
    assertThat(Thread.interrupted()).isTrue();
    assertThat(ProcessHandle.current().children()).noneMatch(this::isRude);
  }

  @Test
  void start_ofNoProgram_saysWhich() {
    LaunchSpec spec = LaunchSpec.of(temporary.resolve("no-python"), Map.of());

    assertThatThrownBy(() -> Daemons.start(temporary, spec))
        .isInstanceOfSatisfying(
            LaunchFailedException.class, failure -> assertThat(failure.hint()).isPresent())
        .hasMessageContaining("no-python");
  }

  @Test
  void start_ofAnotherProgram_saysThatItIsNoDaemon() {
    LaunchSpec spec = LaunchSpec.of(Path.of("/bin/cat"), Map.of());

    assertThatThrownBy(() -> Daemons.start(temporary, spec))
        .isInstanceOf(LaunchFailedException.class)
        .hasMessageContaining("#!/usr/bin/env python3");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "two-answers",
        "ready-without-answer",
        "expect",
        "hello-again",
        "late-file",
        "not-json",
        "unknown-keyword",
        "garbage-in-call",
        "shutdown-in-call",
        "classic-wrong-expect",
        "classic-expect-twice"
      })
  void call_whenTheDaemonBreaksTheProtocol_isAViolation(String mode) throws IOException {
    try (HookDaemon daemon = start(mode)) {
      ProtocolViolationException failure =
          catchThrowableOfType(
              ProtocolViolationException.class, () -> daemon.call(request(), Daemons.LONG));

      assertThat(failure.kind()).isEqualTo("ProtocolViolation");
      assertThat(failure.carried()).isNotBlank().doesNotContain("HELLO {\"protocol\": 1\nREADY");
      assertThat(failure.carried().length()).isLessThanOrEqualTo(4096);
      if (!mode.startsWith("classic-")) {
        assertThat(failure.carried()).startsWith("STDOUT \"");
        assertThat(failure.output().stdout().text()).isEqualTo("stdout of the hook");
      }
      assertNothingIsLeft(daemon);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"answer-to-nothing", "ready-twice"})
  void idleDaemon_thatSpeaks_isFinished(String mode) throws IOException {
    try (HookDaemon daemon = start(mode)) {
      assertThat(daemon.call(request(), Daemons.LONG).strings()).containsExactly("a");
      assertNothingIsLeft(daemon);
      assertThatThrownBy(() -> daemon.submit(request(), null))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @ParameterizedTest
  @CsvSource({"die, 137", "die-in-line, 7", "fatal, 1"})
  void call_whenTheDaemonDies_saysHow(String mode, int status) throws IOException {
    try (HookDaemon daemon = start(mode)) {
      DaemonDiedException failure =
          catchThrowableOfType(
              DaemonDiedException.class, () -> daemon.call(request(), Daemons.LONG));

      assertThat(failure.exitStatus()).hasValue(status);
      assertThat(failure.output().stderr().text()).isEqualTo("stderr of the hook");
      assertThat(failure.fatal())
          .isEqualTo(
              mode.equals("fatal")
                  ? Optional.of("InternalError: no disk\nline 1\nline 2")
                  : Optional.empty());
      assertNothingIsLeft(daemon);
    }
  }

  @Test
  void call_whenTheDaemonClosesItsOutput_isOver() throws IOException {
    try (HookDaemon daemon = start("close-stdout")) {
      assertThatThrownBy(() -> daemon.call(request(), Daemons.LONG))
          .isInstanceOf(DaemonDiedException.class);
      assertNothingIsLeft(daemon);
    }
  }

  @Test
  void call_whenTheDaemonClosesItsInput_isOver() throws IOException {
    try (HookDaemon daemon = start("close-stdin")) {
      HookRequest large =
          HookRequest.of(
              temporary,
              BuildBackend.of("b"),
              Hook.GET_REQUIRES_FOR_BUILD_WHEEL,
              HookArguments.NONE.withConfigSettings(
                  ConfigSettings.of(Map.of("key", "x".repeat(1 << 20)))));

      assertThatThrownBy(() -> daemon.call(large, Daemons.LONG))
          .isInstanceOf(DaemonDiedException.class)
          .hasCauseInstanceOf(IOException.class);
      assertNothingIsLeft(daemon);
    }
  }

  @Test
  void answer_countsWithoutReady() throws IOException {
    try (HookDaemon daemon = start("answer-then-die")) {
      assertThat(daemon.call(request(), Daemons.LONG).strings()).containsExactly("a");
      assertNothingIsLeft(daemon);
    }
    try (HookDaemon daemon = start("error-then-die")) {
      assertThatThrownBy(() -> daemon.call(request(), Daemons.LONG))
          .isInstanceOf(HookRuntimeException.class)
          .hasMessage("no");
      assertNothingIsLeft(daemon);
    }
  }

  @Test
  void resultOfTheWrongType_leavesTheDaemonUsable() {
    try (HookDaemon daemon = start("wrong-type")) {
      assertThatThrownBy(() -> daemon.call(request(), Daemons.LONG))
          .isInstanceOf(HookRuntimeException.class);
      assertThat(daemon.isIdle()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"hang", "ignore-sigterm", "deaf", "classic-hang"})
  void timeout_ofADaemonThatDoesNotCancel_killsIt(String mode) throws IOException {
    // Killed before it announces its files it would have left them behind, and said nothing.
    try (HeldTimer timer = new HeldTimer();
        HookDaemon daemon = Daemons.start(temporary, spec(mode), IMPATIENT, timer)) {
      HookCall call = daemon.submit(request(), Duration.ofMillis(300));
      timer.releaseWhen("it hangs", () -> daemon.stderrTail().text().contains("for ever"));
      HookTimeoutException failure =
          catchThrowableOfType(HookTimeoutException.class, () -> Await.resultOf(call));

      assertThat(failure.timeout()).isEqualTo(Duration.ofMillis(300));
      assertThat(failure).hasMessageContaining("0.3 s");
      if (!mode.equals("deaf")) {
        assertThat(failure.output().stdout().text()).isEqualTo("stdout of the hook");
      }
      assertNothingIsLeft(daemon);
    }
  }

  @Test
  void timeout_ofAWriteThatBlocks_endsTheCall() throws IOException {
    try (HookDaemon daemon = start("deaf")) {
      HookRequest large =
          HookRequest.of(
              temporary,
              BuildBackend.of("b"),
              Hook.GET_REQUIRES_FOR_BUILD_WHEEL,
              HookArguments.NONE.withConfigSettings(
                  ConfigSettings.of(Map.of("key", "x".repeat(1 << 20)))));

      assertThatThrownBy(() -> daemon.call(large, Duration.ofMillis(300)))
          .isInstanceOf(HookTimeoutException.class);
      assertNothingIsLeft(daemon);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"hang", "deaf", "no-shutdown", "classic-hang"})
  void close_ofAStubbornDaemon_killsIt(String mode) throws IOException {
    HookDaemon daemon = start(mode);
    HookCall call = mode.equals("no-shutdown") ? null : daemon.submit(request(), null);
    if (call != null) {
      Await.until("it hangs", () -> daemon.stderrTail().text().contains("for ever"));
    }
    daemon.close();

    if (call != null) {
      assertThatThrownBy(() -> Waiting.forResult(call)).isInstanceOf(HookCancelledException.class);
    }
    assertNothingIsLeft(daemon);
  }

  @ParameterizedTest
  @ValueSource(strings = {"children", "children-then-die"})
  void end_ofADaemon_takesItsChildrenAlong(String mode) throws IOException {
    Path pids = temporary.resolve("pids");
    HookDaemon daemon = start(mode, pids.toString());
    HookCall call = daemon.submit(request(), null);
    String children = Await.contentOf(pids);
    daemon.close();

    assertThatThrownBy(() -> Waiting.forResult(call)).isInstanceOf(CallEndedException.class);
    for (String child : children.split(" ", -1)) {
      Await.gone(Long.parseLong(child));
    }
    assertNothingIsLeft(daemon);
  }

  @Test
  void slowDaemon_isUnderstood() {
    try (HookDaemon daemon = start("slow")) {
      assertThat(daemon.call(request(), Daemons.LONG).strings()).containsExactly("a");
    }
  }

  @Test
  void noisyDaemon_isNotBlocked_andItsLastWordsAreKept() {
    HookDaemon daemon = start("noisy");
    try (daemon) {
      assertThat(daemon.call(request(), Daemons.LONG).strings()).containsExactly("a");
    }

    OutputTail tail = daemon.stderrTail();
    assertThat(tail.totalBytes())
        .isEqualTo(
            100L * (1 << 20)
                + "the end ünd".getBytes(java.nio.charset.StandardCharsets.UTF_8).length);
    assertThat(tail.truncated()).isTrue();
    assertThat(tail.text()).endsWith("abcdefthe end ünd");
  }

  @Test
  void announcedPaths_ofAStranger_areReadAsRegularFilesOnly() throws IOException {
    Path directory = Files.createDirectory(temporary.resolve("precious"));
    for (String path : List.of(directory.toString(), "/dev/zero", "relative", "/no/such/file")) {
      try (HookDaemon daemon = start("classic-announce", path)) {
        HookResult result = daemon.call(request(), Daemons.LONG);

        assertThat(result.output().stdout().text()).isEqualTo("stdout of the hook");
        assertThat(result.output().stderr().text()).startsWith("[hookd cannot read " + path);
      }
    }
    assertThat(directory).exists();
    assertThat(Path.of("/dev/zero")).exists();
  }
}
