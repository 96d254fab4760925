package dev.hookd.pool;

import static dev.hookd.pool.PoolTesting.A;
import static dev.hookd.pool.PoolTesting.B;
import static dev.hookd.pool.PoolTesting.DEADLINE;
import static dev.hookd.pool.PoolTesting.awaitUntil;
import static dev.hookd.pool.PoolTesting.config;
import static dev.hookd.pool.PoolTesting.failure;
import static dev.hookd.pool.PoolTesting.hook;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hookd.client.HookCancelledException;
import dev.hookd.client.HookDaemonConfig;
import dev.hookd.client.HookResult;
import dev.hookd.pool.ScriptedDaemon.Birth;
import dev.hookd.protocol.ProtocolLimits;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of calls and daemons when a pool is closed. */
@Timeout(60)
class PoolCloseTest extends ScriptedPoolFixture {

  @Test
  void close_letsAcceptedCallsGoOn() {
    DaemonPool pool = pool(config().maxDaemons(1));
    CompletableFuture<HookResult> running =
        pool.submit(A, hook("spin:200000"), CallOptions.DEFAULT);
    CompletableFuture<HookResult> waiting = pool.submit(B, hook("ok"), CallOptions.DEFAULT);

    pool.close();

    assertThat(running).isCompleted();
    assertThat(waiting).isCompleted();
    assertThat(failure(pool.submit(A, hook("ok"), CallOptions.DEFAULT)))
        .isInstanceOf(PoolClosedException.class);
  }

  @Test
  void close_whenCallersCodeHoldsAllCallbackThreads_stillCompletesEveryFuture() {
    DaemonPool pool = pool(config().maxDaemons(1));
    CompletableFuture<HookResult> first = pool.submit(A, hook("wait"), CallOptions.DEFAULT);
    awaitUntil("it runs", () -> pool.snapshot().count(DaemonState.BUSY) == 1);
    CountDownLatch holding = new CountDownLatch(PoolExecutors.CALLBACK_THREADS);
    CompletableFuture<Void> release = new CompletableFuture<>();
    for (int i = 0; i < PoolExecutors.CALLBACK_THREADS; i++) {
      var unused =
          pool.submit(A, hook("ok"), CallOptions.DEFAULT)
              .thenRun(
                  () -> {
                    holding.countDown();
                    release.join();
                  });
    }
    CompletableFuture<HookResult> last = pool.submit(A, hook("ok"), CallOptions.DEFAULT);
    try {
      first.cancel(true);
      awaitUntil("all threads are held", () -> holding.getCount() == 0);
      awaitUntil("the last is served", () -> pool.snapshot().count(DaemonState.IDLE) == 1);
      assertThat(last).isNotDone();

      pool.close();

      assertThat(last).isCompleted();
    } finally {
      release.complete(null);
    }
  }

  @Test
  void close_whenDrainingTakesTooLong_cancelsWhatIsLeft() {
    DaemonPool pool = pool(config().maxDaemons(1).drainTimeout(Duration.ofMillis(20)));
    CompletableFuture<HookResult> running = pool.submit(A, hook("wait"), CallOptions.DEFAULT);
    awaitUntil("it runs", () -> pool.snapshot().count(DaemonState.BUSY) == 1);
    CompletableFuture<HookResult> waiting = pool.submit(A, hook("ok"), CallOptions.DEFAULT);

    pool.close();

    assertThat(failure(running))
        .isInstanceOf(PoolClosedException.class)
        .hasCauseInstanceOf(HookCancelledException.class);
    assertThat(failure(waiting)).isInstanceOf(PoolClosedException.class);
  }

  @Test
  void close_whileADaemonNeverGetsReady_doesNotWaitForIt() {
    launcher.births(number -> Birth.NEVER_READY);
    HookDaemonConfig patient =
        new HookDaemonConfig(
            Duration.ofHours(1), DEADLINE, Duration.ofSeconds(2), 1024, ProtocolLimits.DEFAULT);
    DaemonPool pool = pool(config().drainTimeout(Duration.ofMillis(20)).daemon(patient));
    CompletableFuture<HookResult> call = pool.submit(A, hook("ok"), CallOptions.DEFAULT);
    awaitUntil("it is being started", () -> launcher.alive() == 1);

    pool.close();

    assertThat(failure(call)).isInstanceOf(PoolClosedException.class);
    assertThat(launcher.alive()).isZero();
  }
}
