package dev.hookd.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.hookd.protocol.BuildBackend;
import dev.hookd.protocol.ConfigSettings;
import dev.hookd.protocol.Hook;
import dev.hookd.protocol.HookArguments;
import dev.hookd.protocol.HookRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ending calls of the real daemon before their answer. */
class CancelTest {

  @TempDir private Path temporary;

  private HookRequest request(String settings) {
    return HookRequest.of(
        temporary,
        BuildBackend.of("echo_backend"),
        Hook.GET_REQUIRES_FOR_BUILD_WHEEL,
        HookArguments.NONE.withConfigSettings(ConfigSettings.ofJson(settings)));
  }

  private HookRequest hanging(Path mark) {
    return request("{\"write\": 1, \"touch\": \"%s\", \"hang\": 1}".formatted(mark));
  }

  private HookDaemon start() {
    return Daemons.start(temporary, Daemons.own(temporary));
  }

  @Test
  void timeout_leavesOurDaemonWarm_andTheHookDead() {
    Path mark = temporary.resolve("mark");
    try (HeldTimer timer = new HeldTimer();
        HookDaemon daemon =
            Daemons.start(temporary, Daemons.own(temporary), Daemons.CONFIG, timer)) {
      daemon.call(request("{}"), Daemons.LONG);
      HookCall call = daemon.submit(hanging(mark), Duration.ofMillis(300));
      timer.releaseWhen("the hook runs", () -> Await.isWritten(mark));
      HookTimeoutException failure =
          catchThrowableOfType(HookTimeoutException.class, () -> Await.resultOf(call));

      assertThat(failure.output().stdout().totalBytes()).isEqualTo(1024);
      assertThat(failure.kind()).isEqualTo("Timeout");
      Await.gone(Long.parseLong(Await.contentOf(mark)));
      assertThat(daemon.isIdle()).isTrue();
      assertThat(daemon.call(request("{}"), Daemons.LONG).strings()).hasSize(3);
    }
  }

  @Test
  void timeout_thatIsOver_endsTheCallAtOnce() {
    try (HookDaemon daemon = start()) {
      assertThatThrownBy(() -> daemon.call(request("{\"hang\": 1}"), Duration.ofSeconds(-1)))
          .isInstanceOf(HookTimeoutException.class);
      assertThat(daemon.call(request("{}"), Daemons.LONG).strings()).hasSize(3);
    }
  }

  @Test
  void cancel_endsTheCall_andTheDaemonStaysWarm() {
    Path mark = temporary.resolve("mark");
    try (HookDaemon daemon = start()) {
      HookCall call = daemon.submit(hanging(mark), Daemons.LONG);
      long hook = Long.parseLong(Await.contentOf(mark));
      call.cancel();
      call.cancel();

      assertThatThrownBy(() -> Waiting.forResult(call)).isInstanceOf(HookCancelledException.class);
      Await.gone(hook);
      assertThat(daemon.call(request("{}"), Daemons.LONG).strings()).hasSize(3);
    }
  }

  @Test
  void cancel_afterTheAnswer_changesNothing() {
    try (HookDaemon daemon = start()) {
      HookCall call = daemon.submit(request("{}"), null);
      assertThat(Waiting.forResult(call).strings()).hasSize(3);
      call.cancel();

      assertThat(daemon.isIdle()).isTrue();
      assertThat(daemon.call(request("{}"), Daemons.LONG).strings()).hasSize(3);
    }
  }

  @Test
  void cancel_thatRacesTheAnswer_endsInOneOfTheTwo_andNeverHitsTheNextCall() {
    try (HookDaemon daemon = start()) {
      daemon.call(request("{}"), Daemons.LONG);
      int won = 0;
      for (int i = 0; i < 60; i++) {
        won += cancelWins(daemon, i, i * 150_000L) ? 1 : 0;
      }
      // On a busy machine each of them may have come too late.
      long deadline = System.nanoTime() + Daemons.LONG.toNanos();
      for (int i = 60; won == 0 && System.nanoTime() < deadline; i++) {
        won += cancelWins(daemon, i, 0) ? 1 : 0;
      }
      assertThat(won).isPositive();
    }
  }

  private boolean cancelWins(HookDaemon daemon, int key, long delayNanos) {
    HookCall call = daemon.submit(request("{}"), Daemons.LONG);
    long until = System.nanoTime() + delayNanos;
    while (System.nanoTime() < until) {
      Thread.onSpinWait();
    }
    call.cancel();
    boolean won = false;
    try {
      assertThat(Waiting.forResult(call).strings()).hasSize(3);
    } catch (HookCancelledException e) {
      assertThat(daemon.isIdle()).isTrue();
      won = true;
    }
    assertThat(daemon.call(request("{\"key\": %d}".formatted(key)), Daemons.LONG).strings())
        .contains("{\"key\": %d}".formatted(key));
    return won;
  }

  @Test
  void cancel_fromManyThreads_isOne() throws InterruptedException {
    Path mark = temporary.resolve("mark");
    try (HookDaemon daemon = start()) {
      HookCall call = daemon.submit(hanging(mark), Daemons.LONG);
      Await.contentOf(mark);
      List<Thread> threads =
          java.util.stream.Stream.generate(() -> new Thread(call::cancel)).limit(8).toList();
      threads.forEach(Thread::start);
      for (Thread thread : threads) {
        thread.join();
      }

      assertThatThrownBy(() -> Waiting.forResult(call)).isInstanceOf(HookCancelledException.class);
      assertThat(daemon.isIdle()).isTrue();
    }
  }

  @Test
  void result_completedByItsHolder_doesNotReachTheDaemon() {
    try (HookDaemon daemon = start()) {
      HookCall call = daemon.submit(request("{}"), Daemons.LONG);
      call.result().cancel(true);

      Await.until("the call ends", daemon::isIdle);
      assertThat(daemon.call(request("{}"), Daemons.LONG).strings()).hasSize(3);
    }
  }

  @Test
  void daemonThatIsKilled_failsItsCall() {
    Path mark = temporary.resolve("mark");
    try (HookDaemon daemon = start()) {
      HookCall call = daemon.submit(hanging(mark), Daemons.LONG);
      long hook = Long.parseLong(Await.contentOf(mark));
      ProcessHandle.of(daemon.info().pid()).orElseThrow().destroyForcibly();

      assertThatThrownBy(() -> Waiting.forResult(call))
          .isInstanceOfSatisfying(
              DaemonDiedException.class,
              failure -> {
                assertThat(failure.exitStatus()).hasValue(137);
                assertThat(failure).hasMessageContaining("killed by signal 9");
              });
      Await.gone(hook);
    }
  }
}
