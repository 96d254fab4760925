package dev.hookd.pool;

import static dev.hookd.pool.PoolTesting.A;
import static dev.hookd.pool.PoolTesting.B;
import static dev.hookd.pool.PoolTesting.awaitUntil;
import static dev.hookd.pool.PoolTesting.config;
import static dev.hookd.pool.PoolTesting.failure;
import static dev.hookd.pool.PoolTesting.hook;
import static dev.hookd.pool.PoolTesting.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hookd.client.HookCancelledException;
import dev.hookd.client.HookResult;
import dev.hookd.client.HookTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls that are cancelled, take too long or find no place in the queue. */
@Timeout(60)
class CallEndTest extends ScriptedPoolFixture {

  @Test
  void cancel_whileWaiting_leavesTheQueue() {
    DaemonPool pool = pool(config().maxDaemons(1));
    CompletableFuture<HookResult> running = pool.submit(A, hook("wait"), CallOptions.DEFAULT);
    awaitUntil("it runs", () -> pool.snapshot().count(DaemonState.BUSY) == 1);
    CompletableFuture<HookResult> waiting = pool.submit(A, hook("ok"), CallOptions.DEFAULT);

    assertThat(waiting.cancel(true)).isTrue();

    assertThat(pool.snapshot().waiting()).isZero();
    launcher.daemon(1).finishHook();
    assertThat(result(running).strings()).containsExactly("1");
    pool.close(); // what was to run has run
    assertThat(launcher.daemon(1).served()).isOne();
  }

  @Test
  void cancel_whileRunning_reachesTheDaemonAndLeavesItWarm() {
    DaemonPool pool = pool(config());
    CompletableFuture<HookResult> call = pool.submit(A, hook("wait"), CallOptions.DEFAULT);
    launcher.awaitDaemon(1).awaitHook();

    call.cancel(true);

    awaitUntil("the daemon is free", () -> pool.snapshot().count(DaemonState.IDLE) == 1);
    assertThat(pool.call(A, hook("ok"), CallOptions.DEFAULT).strings()).containsExactly("1");
    assertThat(events).contains("finished Cancelled");
  }

  @Test
  void orTimeout_ofTheFuture_cancelsTheCallToo() {
    DaemonPool pool = pool(config());

    CompletableFuture<HookResult> call =
        pool.submit(A, hook("wait"), CallOptions.DEFAULT).orTimeout(1, TimeUnit.MILLISECONDS);

    assertThat(failure(call)).isInstanceOf(java.util.concurrent.TimeoutException.class);
    awaitUntil("the call has ended", () -> events.contains("finished Cancelled"));
  }

  @Test
  void cancel_ofAStubbornHook_endsItsDaemon() {
    DaemonPool pool = pool(config().daemon(PoolTesting.daemonConfig(Duration.ofMillis(100))));
    CompletableFuture<HookResult> call = pool.submit(A, hook("stubborn"), CallOptions.DEFAULT);
    launcher.awaitDaemon(1).awaitHook();

    call.cancel(true);

    awaitUntil("the daemon is gone", () -> events.contains("retired CANCELLED_HARD"));
  }

  @Test
  void interrupt_cancelsACallAndIsKept() throws InterruptedException {
    DaemonPool pool = pool(config());
    List<Object> seen = new CopyOnWriteArrayList<>();
    Thread caller =
        new Thread(
            () -> {
              try {
                seen.add(pool.call(A, hook("wait"), CallOptions.DEFAULT));
              } catch (HookCancelledException e) {
                seen.add(e);
              }
              seen.add(Thread.currentThread().isInterrupted());
            });
    caller.start();
    awaitUntil("it runs", () -> pool.snapshot().count(DaemonState.BUSY) == 1);

    caller.interrupt();
    caller.join(PoolTesting.DEADLINE.toMillis());

    assertThat(seen).hasSize(2).last().isEqualTo(true);
    assertThat(seen.get(0)).isInstanceOf(HookCancelledException.class);
  }

  @Test
  void timeout_ofTheHook_isTheHooksOwn() {
    DaemonPool pool = pool(config());
    CallOptions hasty = CallOptions.DEFAULT.withTimeout(Duration.ofMillis(20));

    assertThatThrownBy(() -> pool.call(A, hook("wait"), hasty))
        .isInstanceOf(HookTimeoutException.class);

    assertThat(pool.call(A, hook("ok"), CallOptions.DEFAULT).strings()).containsExactly("1");
  }

  @Test
  void maxWait_whenPassed_failsTheCallWithThePoolsCounts() {
    DaemonPool pool = pool(config().maxDaemons(1));
    CompletableFuture<HookResult> running = pool.submit(A, hook("wait"), CallOptions.DEFAULT);
    awaitUntil("it runs", () -> pool.snapshot().count(DaemonState.BUSY) == 1);
    CallOptions hasty = CallOptions.DEFAULT.withMaxWait(Duration.ofSeconds(5));
    CompletableFuture<HookResult> waiting = pool.submit(A, hook("ok"), hasty);

    pass(Duration.ofSeconds(5).minusNanos(1));
    assertThat(pool.snapshot().waiting()).isEqualTo(1);
    pass(Duration.ofNanos(1));

    assertThat(failure(waiting))
        .isInstanceOf(WaitTimeoutException.class)
        .hasMessageContaining("no daemon within 5000 ms")
        .hasMessageContaining("1 of 1 daemons (0 starting, 0 idle, 1 busy, 0 stopping)");
    launcher.daemon(1).finishHook();
    assertThat(result(running).strings()).hasSize(1);
  }

  @Test
  void evictor_whoseTickFindsTheNextDeadline_wakesAgainForIt() {
    DaemonPool pool = livePool(config().maxDaemons(1));
    CompletableFuture<HookResult> running = pool.submit(A, hook("wait"), CallOptions.DEFAULT);
    awaitUntil("it runs", () -> pool.snapshot().count(DaemonState.BUSY) == 1);
    for (int millis : List.of(30, 60, 90)) {
      CallOptions hasty = CallOptions.DEFAULT.withMaxWait(Duration.ofMillis(millis));
      CompletableFuture<HookResult> last = pool.submit(A, hook("ok"), hasty);
      CompletableFuture<HookResult> first =
          pool.submit(A, hook("ok"), hasty.withMaxWait(Duration.ofMillis(millis / 2)));
      assertThat(failure(first)).isInstanceOf(WaitTimeoutException.class);
      assertThat(failure(last)).isInstanceOf(WaitTimeoutException.class);
    }
    launcher.daemon(1).finishHook();
    assertThat(result(running).strings()).containsExactly("1");
  }

  @Test
  void queue_whenFull_rejects() {
    DaemonPool pool = pool(config().maxDaemons(1).maxQueue(1));
    CompletableFuture<HookResult> running = pool.submit(A, hook("wait"), CallOptions.DEFAULT);
    awaitUntil("it runs", () -> pool.snapshot().count(DaemonState.BUSY) == 1);
    CompletableFuture<HookResult> waiting = pool.submit(A, hook("ok"), CallOptions.DEFAULT);

    assertThat(failure(pool.submit(B, hook("ok"), CallOptions.DEFAULT)))
        .isInstanceOf(PoolRejectedException.class)
        .hasMessageContaining("1 of 1 calls wait");

    launcher.daemon(1).finishHook();
    assertThat(result(running).strings()).isEqualTo(result(waiting).strings());
  }
}
