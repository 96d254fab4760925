package dev.hookd.pool;

import static dev.hookd.pool.PoolTesting.A;
import static dev.hookd.pool.PoolTesting.B;
import static dev.hookd.pool.PoolTesting.DEADLINE;
import static dev.hookd.pool.PoolTesting.awaitUntil;
import static dev.hookd.pool.PoolTesting.build;
import static dev.hookd.pool.PoolTesting.config;
import static dev.hookd.pool.PoolTesting.failure;
import static dev.hookd.pool.PoolTesting.hook;
import static dev.hookd.pool.PoolTesting.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hookd.client.DaemonDiedException;
import dev.hookd.client.HookCancelledException;
import dev.hookd.client.HookDaemonConfig;
import dev.hookd.client.HookResult;
import dev.hookd.client.HookRuntimeException;
import dev.hookd.client.HookTimeoutException;
import dev.hookd.client.LaunchFailedException;
import dev.hookd.client.ProtocolViolationException;
import dev.hookd.pool.ScriptedDaemon.Birth;
import dev.hookd.protocol.DaemonRequest;
import dev.hookd.protocol.ProtocolLimits;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The pool through the real client, with daemons inside the JVM. */
@Timeout(60)
class DaemonPoolTest {

  private final ScriptedLauncher launcher = new ScriptedLauncher();
  private final AtomicLong clock = new AtomicLong(42);
  private final List<String> events = new CopyOnWriteArrayList<>();
  private @Nullable DaemonPool pool;

  private DaemonPool pool(PoolConfig.Builder config) {
    return pool(config, new Recorder());
  }

  /** On the real clock, which goes on by itself; restarts come at once. */
  private DaemonPool livePool(PoolConfig.Builder config) {
    DaemonPool made =
        DaemonPool.builder(launcher)
            .config(config.startBackoff(Duration.ofNanos(1), Duration.ofNanos(1)).build())
            .listener(new Recorder())
            .build();
    pool = made;
    return made;
  }

  private DaemonPool pool(PoolConfig.Builder config, PoolListener listener) {
    DaemonPool made =
        DaemonPool.builder(launcher)
            .config(config.build())
            .clock(clock::get)
            .listener(listener)
            .build();
    pool = made;
    return made;
  }

  @AfterEach
  void leavesNothingBehind() {
    if (pool != null) {
      pool.close();
      assertThat(pool.snapshot().alive()).isZero();
      assertThat(pool.snapshot().keys()).isEmpty();
    }
    assertThat(launcher.alive()).isZero();
    for (ScriptedDaemon daemon : launcher.daemons()) {
      awaitUntil("the daemon's thread ends", () -> !daemon.thread().isAlive());
    }
  }

  private void pass(Duration time) {
    clock.addAndGet(time.toNanos());
    Objects.requireNonNull(pool).tick();
  }

  @Test
  void call_answersAndKeepsTheDaemonWarm() {
    DaemonPool pool = pool(config());

    HookResult first = pool.call(A, hook("ok"), CallOptions.DEFAULT);
    HookResult second = pool.call(A, hook("ok"), CallOptions.DEFAULT);

    assertThat(first.strings()).isEqualTo(second.strings()).containsExactly("1");
    assertThat(launcher.launches()).isEqualTo(1);
    assertThat(pool.snapshot().count(DaemonState.IDLE)).isEqualTo(1);
  }

  @Test
  void call_thatFailsInTheHook_leavesTheDaemonWarm() {
    DaemonPool pool = pool(config());

    assertThatThrownBy(() -> pool.call(A, hook("error"), CallOptions.DEFAULT))
        .isInstanceOf(HookRuntimeException.class);

    assertThat(pool.call(A, hook("ok"), CallOptions.DEFAULT).strings()).containsExactly("1");
  }

  @Test
  void submit_twoCalls_runAtATime() {
    DaemonPool pool = pool(config());

    CompletableFuture<HookResult> one = pool.submit(A, hook("wait"), CallOptions.DEFAULT);
    CompletableFuture<HookResult> two = pool.submit(A, hook("wait"), CallOptions.DEFAULT);
    awaitUntil("both run", () -> pool.snapshot().count(DaemonState.BUSY) == 2);
    launcher.daemon(1).finishHook();
    launcher.daemon(2).finishHook();

    assertThat(result(one).strings()).doesNotContainAnyElementsOf(result(two).strings());
  }

  @Test
  void idleDaemons_areTakenLastInFirstOut() {
    DaemonPool pool = pool(config());
    CompletableFuture<HookResult> one = pool.submit(A, hook("wait"), CallOptions.DEFAULT);
    CompletableFuture<HookResult> two = pool.submit(A, hook("wait"), CallOptions.DEFAULT);
    awaitUntil("both run", () -> pool.snapshot().count(DaemonState.BUSY) == 2);
    launcher.daemon(2).finishHook();
    awaitUntil("one is idle", () -> pool.snapshot().count(DaemonState.IDLE) == 1);
    launcher.daemon(1).finishHook();
    awaitUntil("two are idle", () -> pool.snapshot().count(DaemonState.IDLE) == 2);

    assertThat(pool.call(A, hook("ok"), CallOptions.DEFAULT).strings()).containsExactly("1");
    assertThat(List.of(result(one), result(two))).hasSize(2);
  }

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
  void cancel_whileWaiting_leavesTheQueue() {
    DaemonPool pool = pool(config().maxDaemons(1));
    CompletableFuture<HookResult> running = pool.submit(A, hook("wait"), CallOptions.DEFAULT);
    awaitUntil("it runs", () -> pool.snapshot().count(DaemonState.BUSY) == 1);
    CompletableFuture<HookResult> waiting = pool.submit(A, hook("ok"), CallOptions.DEFAULT);

    assertThat(waiting.cancel(true)).isTrue();

    assertThat(pool.snapshot().waiting()).isZero();
    launcher.daemon(1).finishHook();
    assertThat(result(running).strings()).containsExactly("1");
    assertThat(launcher.daemon(1).served()).isLessThanOrEqualTo(1);
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

  @Test
  void tick_endsIdleAndOldDaemons() {
    DaemonPool pool =
        pool(config().idleTimeout(Duration.ofMinutes(1)).maxAge(Duration.ofMinutes(10), 0));
    pool.call(A, hook("ok"), CallOptions.DEFAULT);
    pass(Duration.ofMinutes(1).minusNanos(1));
    assertThat(pool.snapshot().count(DaemonState.IDLE)).isEqualTo(1);

    pass(Duration.ofNanos(1));
    awaitUntil("it is gone", () -> events.contains("retired IDLE"));
    assertThat(pool.snapshot().keys()).isEmpty();

    // Never idle for a minute, and ten minutes old after the last of these steps.
    for (int step = 0; step < 15; step++) {
      pool.call(A, hook("ok"), CallOptions.DEFAULT);
      pass(Duration.ofSeconds(40));
    }
    awaitUntil("the other is old", () -> events.contains("retired AGE"));
    assertThat(launcher.launches()).isEqualTo(2);
  }

  @Test
  void daemon_thatServedItsCalls_isRetiredWhenItComesBack() {
    DaemonPool pool = pool(config().maxCalls(3));
    for (int i = 0; i < 3; i++) {
      pool.call(A, hook("ok"), CallOptions.DEFAULT);
    }
    awaitUntil("it is gone", () -> events.contains("retired CALLS"));

    assertThat(pool.call(A, hook("ok"), CallOptions.DEFAULT).strings()).containsExactly("2");
  }

  @Test
  void idleDaemon_ofAnotherKey_makesRoom() {
    DaemonPool pool = pool(config().maxDaemons(1));
    pool.call(A, hook("ok"), CallOptions.DEFAULT);

    assertThat(pool.call(B, hook("ok"), CallOptions.DEFAULT).strings()).containsExactly("2");

    assertThat(events).contains("retired MADE_ROOM");
    assertThat(launcher.mostAlive()).isEqualTo(1);
  }

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

  @Test
  void listener_thatThrows_hurtsNothing() {
    DaemonPool pool =
        pool(
            config(),
            new PoolListener() {
              @Override
              public void callStarted(DaemonKey key, DaemonRequest request, Duration waited) {
                throw new IllegalStateException("a bad listener");
              }

              @Override
              public void callFinished(
                  DaemonKey key,
                  DaemonRequest request,
                  @Nullable Duration ran,
                  @Nullable Throwable failure) {
                throw new AssertionError("a bad listener");
              }
            });

    assertThat(pool.call(A, hook("ok"), CallOptions.DEFAULT).strings()).containsExactly("1");
  }

  @Test
  void callback_thatBlocks_doesNotHoldUpTheDaemon() throws InterruptedException {
    DaemonPool pool = pool(config().maxDaemons(1));
    CountDownLatch release = new CountDownLatch(1);
    CompletableFuture<Void> slow =
        pool.submit(A, hook("wait"), CallOptions.DEFAULT)
            .thenAccept(
                any -> {
                  try {
                    release.await();
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                });
    launcher.awaitDaemon(1).finishHook(); // not before: this thread would run the callback

    assertThat(pool.call(A, hook("ok"), CallOptions.DEFAULT).strings()).containsExactly("1");

    release.countDown();
    slow.join();
  }

  /** Writes down what happens. */
  private final class Recorder implements PoolListener {

    @Override
    public void callRetried(DaemonKey key, DaemonRequest request) {
      events.add("retried");
    }

    @Override
    public void callFinished(
        DaemonKey key, DaemonRequest request, @Nullable Duration ran, @Nullable Throwable failure) {
      String outcome =
          failure instanceof dev.hookd.client.HookdException known ? known.kind() : "ok";
      events.add("finished " + outcome);
    }

    @Override
    public void daemonRetired(DaemonKey key, long pid, RetirementCause cause) {
      events.add("retired " + cause);
    }
  }
}
