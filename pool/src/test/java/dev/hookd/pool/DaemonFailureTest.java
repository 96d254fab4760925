package dev.hookd.pool;

import static dev.hookd.pool.PoolTesting.A;
import static dev.hookd.pool.PoolTesting.awaitUntil;
import static dev.hookd.pool.PoolTesting.build;
import static dev.hookd.pool.PoolTesting.config;
import static dev.hookd.pool.PoolTesting.failure;
import static dev.hookd.pool.PoolTesting.hook;
import static dev.hookd.pool.PoolTesting.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hookd.client.DaemonDiedException;
import dev.hookd.client.HookResult;
import dev.hookd.client.LaunchFailedException;
import dev.hookd.client.ProtocolViolationException;
import dev.hookd.pool.ScriptedDaemon.Birth;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Daemons that die, break the protocol or do not start, and the calls that they had. */
@Timeout(60)
class DaemonFailureTest extends ScriptedPoolFixture {

  @Test
  void call_whoseDaemonDies_runsAgainOnAnother() {
    DaemonPool pool = livePool(config());
    CompletableFuture<HookResult> call = pool.submit(A, hook("wait"), CallOptions.DEFAULT);
    launcher.awaitDaemon(1).awaitHook();

    launcher.daemon(1).killTree();
    launcher.awaitDaemon(2).finishHook();

    assertThat(result(call).strings()).containsExactly("2");
    assertThat(events).contains("retried");
    awaitUntil("the first is gone", () -> events.contains("retired EXITED"));
  }

  @Test
  void call_whoseDaemonsKeepDying_failsAfterTheSecond() {
    DaemonPool pool = livePool(config());

    assertThatThrownBy(() -> pool.call(A, hook("die"), CallOptions.DEFAULT))
        .isInstanceOf(DaemonDiedException.class);

    assertThat(launcher.launches()).isEqualTo(2);
  }

  @Test
  void build_whoseDaemonDies_failsUnlessItsCallerAllowsARepetition() {
    DaemonPool pool = livePool(config());

    assertThatThrownBy(() -> pool.call(A, build("die"), CallOptions.DEFAULT))
        .isInstanceOf(DaemonDiedException.class);
    assertThat(launcher.launches()).isEqualTo(1);

    assertThatThrownBy(
            () -> pool.call(A, build("die"), CallOptions.DEFAULT.withRetryAfterDaemonDeath(true)))
        .isInstanceOf(DaemonDiedException.class);
    assertThat(launcher.launches()).isEqualTo(3);
  }

  @Test
  void call_whenTheDaemonBreaksTheProtocol_failsOnceAndRetiresIt() {
    DaemonPool pool = pool(config());

    assertThatThrownBy(() -> pool.call(A, hook("garbage"), CallOptions.DEFAULT))
        .isInstanceOf(ProtocolViolationException.class);

    awaitUntil("it is gone", () -> events.contains("retired PROTOCOL_VIOLATION"));
    assertThat(launcher.launches()).isEqualTo(1);
  }

  @Test
  void call_whenTheDaemonIsFatal_namesTheCause() {
    DaemonPool pool = pool(config());

    assertThatThrownBy(() -> pool.call(A, build("fatal"), CallOptions.DEFAULT))
        .isInstanceOf(DaemonDiedException.class)
        .hasMessageContaining("out of order");

    awaitUntil("it is gone", () -> events.contains("retired FATAL"));
  }

  @Test
  void idleDaemon_thatDies_isNoticedAndItsNextCallGoesToAnother() {
    DaemonPool pool = livePool(config());
    pool.call(A, hook("ok"), CallOptions.DEFAULT);

    launcher.daemon(1).killTree();
    assertThat(pool.call(A, build("ok"), CallOptions.DEFAULT).daemon().pid()).isEqualTo(2);

    awaitUntil("it is gone", () -> events.contains("retired EXITED"));
    assertThat(events).doesNotContain("retried");
  }

  @Test
  void daemon_thatAnswersAndDies_hasAnswered() {
    DaemonPool pool = livePool(config());

    for (int i = 1; i <= 20; i++) {
      assertThat(pool.call(A, hook("answer-and-die"), CallOptions.DEFAULT).strings()).hasSize(1);
    }
  }

  @Test
  void start_whenItFails_isTriedAgainAndTheCallWaits() {
    launcher.births(
        number -> number == 1 ? null : number == 2 ? Birth.EXITS_BEFORE_READY : Birth.WELL);
    DaemonPool pool = livePool(config());

    CompletableFuture<HookResult> call = pool.submit(A, hook("ok"), CallOptions.DEFAULT);
    assertThat(result(call).strings()).containsExactly("3");
    assertThat(events).filteredOn("retired HANDSHAKE"::equals).hasSize(2);
  }

  @Test
  void start_whenItKeepsFailing_failsFastWithTheLastCauseAndIsTriedAgainLater() {
    launcher.births(number -> number <= 3 ? null : Birth.WELL);
    DaemonPool pool =
        pool(
            config()
                .startBackoff(Duration.ofNanos(1), Duration.ofNanos(1))
                .failFast(3, Duration.ofMinutes(1)));
    CompletableFuture<HookResult> call = pool.submit(A, hook("ok"), CallOptions.DEFAULT);
    awaitUntil(
        "it failed",
        () -> {
          pass(Duration.ofNanos(1));
          return call.isDone();
        });

    assertThat(failure(call))
        .isInstanceOf(LaunchFailedException.class)
        .hasMessageContaining("3 starts in a row failed")
        .hasRootCauseMessage("no such interpreter");
    assertThat(failure(pool.submit(A, hook("ok"), CallOptions.DEFAULT)))
        .isInstanceOf(LaunchFailedException.class);
    assertThat(launcher.launches()).isEqualTo(3);

    pass(Duration.ofMinutes(1));
    assertThat(pool.call(A, hook("ok"), CallOptions.DEFAULT).strings()).containsExactly("4");
  }
}
