package dev.hookd.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hookd.protocol.BuildBackend;
import dev.hookd.protocol.ConfigSettings;
import dev.hookd.protocol.Hook;
import dev.hookd.protocol.HookArguments;
import dev.hookd.protocol.HookRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** After daemons have served, failed, hung and died there is as much of everything as before. */
class LeakTest {

  @TempDir private Path temporary;

  private HookRequest request(String settings) {
    return HookRequest.of(
        temporary,
        BuildBackend.of("echo_backend"),
        Hook.GET_REQUIRES_FOR_BUILD_WHEEL,
        HookArguments.NONE.withConfigSettings(ConfigSettings.ofJson(settings)));
  }

  @Test
  void afterAllKindsOfEnds_nothingIsLeft() {
    useOnce(); // class loading opens files, the first process starts the reaper thread...
    long descriptors = descriptors();

    for (int i = 0; i < 3; i++) {
      useOnce();
    }

    // The JVM ends its own reaper threads and closes what they hold when it pleases.
    Await.until("descriptors are closed", () -> descriptors() <= descriptors);
    Await.until("threads end", () -> threads().isEmpty());
    assertThat(ProcessHandle.current().descendants().map(ProcessHandle::pid))
        .noneMatch(Await::isRunning);
    assertThat(files()).isEmpty();
  }

  private void useOnce() {
    Path spawned = temporary.resolve("spawned");
    Path mark = temporary.resolve("mark");
    try (HookDaemon daemon = Daemons.start(temporary, Daemons.own(temporary))) {
      for (int i = 0; i < 20; i++) {
        daemon.call(request("{\"print\": \"%d\"}".formatted(i)), Daemons.LONG);
      }
      daemon.call(request("{\"spawn\": \"%s\"}".formatted(spawned)), Daemons.LONG);
      fails(daemon, "{\"raise\": \"no\"}", Daemons.LONG, HookRuntimeException.class);
      fails(daemon, "{\"signal\": 9}", Daemons.LONG, HookRuntimeException.class);
      fails(
          daemon,
          "{\"print\": 1, \"spawn\": \"%s\", \"hang\": 1}".formatted(spawned),
          Duration.ofMillis(300),
          HookTimeoutException.class);
      daemon.submit(request("{\"spawn\": \"%s\", \"hang\": 1}".formatted(spawned)), Daemons.LONG);
    }
    LaunchSpec classic = Daemons.fixture(temporary, temporary, "classic_daemon.py");
    try (HeldTimer timer = new HeldTimer();
        HookDaemon daemon = Daemons.start(temporary, classic, Daemons.CONFIG, timer)) {
      daemon.call(request("{\"spawn\": \"%s\"}".formatted(spawned)), Daemons.LONG);
      HookCall call =
          daemon.submit(
              request(
                  "{\"spawn\": \"%s\", \"touch\": \"%s\", \"hang\": 1}".formatted(spawned, mark)),
              Duration.ofMillis(300));
      // A classic daemon cannot cancel: killed before it announces its files it leaves them.
      timer.releaseWhen("the hook runs", () -> Await.isWritten(mark));
      assertThatThrownBy(() -> Await.resultOf(call)).isInstanceOf(HookTimeoutException.class);
    }
    LaunchSpec rude = Daemons.fixture(temporary, temporary, "rude_daemon.py", "garbage");
    try (HookDaemon daemon = Daemons.start(temporary, rude)) {
      throw new AssertionError("started: " + daemon.info());
    } catch (LaunchFailedException e) {
      assertThat(e).hasMessageContaining("rude");
    }
    try {
      for (String pid : Files.readAllLines(spawned)) {
        Await.gone(Long.parseLong(pid));
      }
      Files.delete(spawned);
      Files.delete(mark);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void fails(
      HookDaemon daemon, String settings, Duration timeout, Class<? extends HookdException> type) {
    try {
      daemon.call(request(settings), timeout);
      throw new AssertionError("no failure: " + settings);
    } catch (HookdException e) {
      assertThat(e).isInstanceOf(type);
    }
  }

  private static long descriptors() {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.filter(descriptor -> isPipe(descriptor)).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Pipes and hooks' output files; a JVM opens jars when it likes. */
  private static boolean isPipe(Path descriptor) {
    try {
      String target = Files.readSymbolicLink(descriptor).toString();
      return target.startsWith("pipe:") || target.contains("hookd-");
    } catch (IOException e) {
      return false; // the descriptor of the listing itself
    }
  }

  private static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("hookd-") && !name.equals("hookd-timer"))
        .toList();
  }

  private List<Path> files() {
    try (Stream<Path> files = Files.list(temporary)) {
      return files.filter(file -> !file.endsWith("scripts")).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
