package dev.hookd.pool;

import static dev.hookd.pool.PoolTesting.A;
import static dev.hookd.pool.PoolTesting.B;
import static dev.hookd.pool.PoolTesting.hook;
import static dev.hookd.pool.PoolTesting.key;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hookd.client.LaunchFailedException;
import dev.hookd.client.OutputTail;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The decisions alone: a clock moved by hand, no thread, no daemon. */
class HookSchedulerTest {

  private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 1_000_000); // wraps on the way
  private final Quarantine quarantine = new Quarantine();
  private HookScheduler scheduler = scheduler(PoolConfig.builder().maxDaemons(1));

  private HookScheduler scheduler(PoolConfig.Builder config) {
    scheduler =
        new HookScheduler(
            config
                .fairnessWindow(Duration.ofMillis(500))
                .maxAge(Duration.ofHours(1), 0)
                .startBackoff(Duration.ofSeconds(1), Duration.ofSeconds(8))
                .build(),
            clock::get,
            new Random(1),
            quarantine);
    return scheduler;
  }

  private void pass(long millis) {
    clock.addAndGet(millis * 1_000_000);
  }

  private static PendingCall call(DaemonKey key, Priority priority) {
    return new PendingCall(
        key, hook("ok"), CallOptions.DEFAULT.withPriority(priority), new PoolFuture(), true);
  }

  private static PendingCall call(DaemonKey key) {
    return call(key, Priority.NORMAL);
  }

  private PendingCall submitted(DaemonKey key) {
    PendingCall call = call(key);
    scheduler.submit(call);
    return call;
  }

  private static <E> List<E> all(Class<E> kind, List<Effect> effects) {
    return effects.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  private static <E> E only(Class<E> kind, List<Effect> effects) {
    List<E> found = all(kind, effects);
    assertThat(found).as(kind.getSimpleName() + " in " + effects).hasSize(1);
    return found.get(0);
  }

  /** A key's first call, and its daemon, which has it. */
  private PooledDaemon busy(DaemonKey key) {
    PooledDaemon daemon = only(Effect.Start.class, scheduler.submit(call(key))).daemon();
    scheduler.beginStart(daemon);
    only(Effect.Run.class, scheduler.started(daemon));
    return daemon;
  }

  private List<Effect> answered(PooledDaemon daemon) {
    return scheduler.ended(daemon, Objects.requireNonNull(daemon.call), null, null, null, true);
  }

  private static @Nullable PendingCall next(List<Effect> effects) {
    List<Effect.Run> runs = all(Effect.Run.class, effects);
    return runs.isEmpty() ? null : runs.get(0).call();
  }

  @Test
  void release_givesTheDaemonToTheFirstByPriorityThenArrival() {
    PooledDaemon daemon = busy(A);
    PendingCall low = call(A, Priority.LOW);
    PendingCall normal = call(A, Priority.NORMAL);
    PendingCall later = call(A, Priority.NORMAL);
    PendingCall high = call(A, Priority.HIGH);
    List.of(low, normal, later, high).forEach(scheduler::submit);

    List<PendingCall> order = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      order.add(next(answered(daemon)));
    }

    assertThat(order).containsExactly(high, normal, later, low);
  }

  @Test
  void release_whenAnotherKeysCallIsOlderByTheWindow_makesRoomForIt() {
    PooledDaemon daemon = busy(A);
    PendingCall flood = submitted(A);
    PendingCall starving = submitted(B);
    pass(500);
    PendingCall onTheEdge = submitted(A);
    pass(1);
    submitted(A);

    assertThat(next(answered(daemon))).isSameAs(flood);
    assertThat(next(answered(daemon))).as("500 ms later: within the window").isSameAs(onTheEdge);
    List<Effect> effects = answered(daemon);

    assertThat(next(effects)).as("501 ms later").isNull();
    assertThat(only(Effect.Stop.class, effects).daemon()).isSameAs(daemon);
    List<Effect> room = scheduler.stopped(daemon);
    assertThat(only(Effect.Retired.class, room).cause()).isEqualTo(RetirementCause.MADE_ROOM);
    PooledDaemon other = only(Effect.Start.class, room).daemon();
    assertThat(other.group.key).isEqualTo(B);
    scheduler.beginStart(other);
    assertThat(next(scheduler.started(other))).isSameAs(starving);
  }

  @Test
  void flood_thatNeverEnds_starvesNoOtherKeyAndDoesNotThrash() {
    scheduler(PoolConfig.builder().maxDaemons(1));
    PooledDaemon daemon = busy(A);
    PendingCall starving = submitted(B);
    int changes = 0;
    long startedAt = clock.get();
    for (int millis = 0; millis < 10_000; millis++) { // two calls a ms come, one is served
      submitted(A);
      submitted(A);
      if (millis % 2 == 0) {
        submitted(B);
      }
      pass(1);
      List<Effect> effects = answered(daemon);
      if (next(effects) == null) {
        changes++;
        daemon = only(Effect.Start.class, scheduler.stopped(daemon)).daemon();
        scheduler.beginStart(daemon);
        scheduler.started(daemon);
      }
      if (starving.stage == PendingCall.Stage.RUNNING) {
        assertThat(clock.get() - startedAt).isLessThan(2_000_000_000L);
      }
    }

    assertThat(starving.stage).isEqualTo(PendingCall.Stage.DONE);
    assertThat(changes).as("at most one change per window of arrivals").isBetween(2, 20);
  }

  @Test
  void highPriority_ofAnotherKey_getsRoomOnceItWaitedForTheWindow() {
    PooledDaemon daemon = busy(A);
    submitted(A);
    scheduler.submit(call(B, Priority.HIGH));

    assertThat(next(answered(daemon))).as("at first").isNotNull();
    submitted(A);
    pass(501);

    only(Effect.Stop.class, answered(daemon));
  }

  @Test
  void lowPriority_ofAnotherKey_waits() {
    PooledDaemon daemon = busy(A);
    scheduler.submit(call(B, Priority.LOW));
    pass(10_000);
    PendingCall next = submitted(A);

    assertThat(next(answered(daemon))).isSameAs(next);
  }

  @Test
  void idleDaemon_makesRoomAtOnceForAKeyThatHasNone() {
    PooledDaemon daemon = busy(A);
    answered(daemon);

    assertThat(only(Effect.Stop.class, scheduler.submit(call(B))).daemon()).isSameAs(daemon);
    assertThat(all(Effect.Stop.class, scheduler.submit(call(B)))).as("a second time").isEmpty();
  }

  @Test
  void idleDaemon_makesRoomForAKeyThatHasOneOnlyAfterTheWindow() {
    scheduler(PoolConfig.builder().maxDaemons(2));
    PooledDaemon idle = busy(A);
    busy(B);
    answered(idle);

    List<Effect> effects = scheduler.submit(call(B));
    assertThat(all(Effect.Stop.class, effects)).isEmpty();
    assertThat(all(Effect.WakeAt.class, effects)).isNotEmpty();
    pass(499);
    assertThat(all(Effect.Stop.class, scheduler.tick())).isEmpty();
    pass(1);
    assertThat(only(Effect.Stop.class, scheduler.tick()).daemon()).isSameAs(idle);
  }

  @Test
  void longestIdleDaemon_makesRoom() {
    scheduler(PoolConfig.builder().maxDaemons(2));
    PooledDaemon one = busy(A);
    PooledDaemon two = busy(B);
    answered(two);
    pass(1);
    answered(one);

    assertThat(only(Effect.Stop.class, scheduler.submit(call(key("c")))).daemon()).isSameAs(two);
  }

  @Test
  void freeRoom_goesToKeysWithoutADaemonFirst() {
    scheduler(PoolConfig.builder().maxDaemons(3));
    PooledDaemon one = only(Effect.Start.class, scheduler.submit(call(A))).daemon();
    PooledDaemon two = only(Effect.Start.class, scheduler.submit(call(A))).daemon();
    PooledDaemon three = only(Effect.Start.class, scheduler.submit(call(A))).daemon();
    submitted(A);
    submitted(B);
    List.of(one, two, three).forEach(scheduler::beginStart);
    scheduler.started(one);

    List<Effect> effects = scheduler.startFailed(two, failure());

    assertThat(only(Effect.Start.class, effects).daemon().group.key).isEqualTo(B);
  }

  @Test
  void limits_ofAKeyAndOfThePool_hold() {
    scheduler(PoolConfig.builder().maxDaemons(3).maxDaemonsPerKey(2));
    int starts = 0;
    for (DaemonKey key : List.of(A, A, A, B, B, B)) {
      starts += all(Effect.Start.class, scheduler.submit(call(key))).size();
    }

    assertThat(starts).isEqualTo(3);
    assertThat(known(A).daemons()).hasSize(2);
    assertThat(known(B).daemons()).hasSize(1);
  }

  @Test
  void beginStart_whenNobodyWaitsAnyMore_givesTheQuotaBack() {
    PendingCall call = call(A);
    PooledDaemon daemon = only(Effect.Start.class, scheduler.submit(call)).daemon();
    scheduler.cancel(call);

    assertThat(scheduler.beginStart(daemon)).isEmpty();

    assertThat(scheduler.snapshot().alive()).isZero();
    assertThat(scheduler.snapshot().keys()).isEmpty();
  }

  @Test
  void startFailed_returnsQuotaAndTellsWhenTheNextStartIsDue() {
    PendingCall call = call(A);
    PooledDaemon daemon = only(Effect.Start.class, scheduler.submit(call)).daemon();
    scheduler.beginStart(daemon);
    List<Effect> effects = scheduler.startFailed(daemon, failure());

    assertThat(all(Effect.Start.class, effects)).isEmpty();
    assertThat(scheduler.snapshot().alive()).isZero();
    clock.set(only(Effect.WakeAt.class, effects).nanos());
    only(Effect.Start.class, scheduler.tick());
  }

  @Test
  void submit_duringABackoff_wakesUpForItsEnd() {
    PooledDaemon daemon = busy(A);
    answered(daemon);
    scheduler.processExited(daemon);
    scheduler.stopped(daemon);

    List<Effect> effects = scheduler.submit(call(A));

    assertThat(all(Effect.Start.class, effects)).isEmpty();
    long due = only(Effect.WakeAt.class, effects).nanos() - clock.get();
    assertThat(due).isBetween(0L, 1_000_000_000L);
    clock.addAndGet(due);
    only(Effect.Start.class, scheduler.tick());
  }

  @Test
  void handedBack_leavesTheDaemonAsItWas() {
    PooledDaemon daemon = busy(A);
    PendingCall vanished = Objects.requireNonNull(daemon.call);
    PendingCall next = submitted(A);
    scheduler.cancel(vanished);

    List<Effect> effects = scheduler.handedBack(daemon, vanished);

    assertThat(next(effects)).isSameAs(next);
    assertThat(only(Effect.Settle.class, effects).call()).isSameAs(vanished);
    assertThat(daemon.calls).isZero();
  }

  @Test
  void notSent_givesTheCallToAnotherDaemonInItsOldPlace() {
    scheduler(PoolConfig.builder().maxDaemons(2).maxDaemonsPerKey(2));
    PooledDaemon dead = busy(A);
    PendingCall call = Objects.requireNonNull(dead.call);
    PooledDaemon other = busy(A);
    submitted(A);

    List<Effect> effects = scheduler.notSent(dead, call);

    only(Effect.Stop.class, effects);
    assertThat(next(answered(other))).isSameAs(call);
  }

  @Test
  void strongestCause_isTold() {
    PooledDaemon daemon = busy(A);
    scheduler.processExited(daemon);
    pass(3_600_000);

    scheduler.ended(
        daemon,
        Objects.requireNonNull(daemon.call),
        null,
        null,
        RetirementCause.PROTOCOL_VIOLATION,
        false);

    assertThat(only(Effect.Retired.class, scheduler.stopped(daemon)).cause())
        .isEqualTo(RetirementCause.PROTOCOL_VIOLATION);
  }

  @Test
  void backoff_isResetByAnAnswerAndNotByAStart() {
    scheduler(PoolConfig.builder().maxDaemons(1).failFast(2, Duration.ofMinutes(1)));
    PendingCall call = call(A);
    PooledDaemon first = only(Effect.Start.class, scheduler.submit(call)).daemon();
    scheduler.beginStart(first);
    scheduler.startFailed(first, failure());
    pass(1_000);
    PooledDaemon second = only(Effect.Start.class, scheduler.tick()).daemon();
    scheduler.beginStart(second);
    scheduler.started(second);
    assertThat(known(A).startFailures()).isEqualTo(1);

    answered(second);

    assertThat(known(A).startFailures()).isZero();
  }

  @Test
  void startsThatFailTogether_countAsOneFailure() {
    scheduler(PoolConfig.builder().maxDaemons(4).failFast(2, Duration.ofMinutes(1)));
    List<PooledDaemon> daemons = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      daemons.add(only(Effect.Start.class, scheduler.submit(call(A))).daemon());
    }
    daemons.forEach(scheduler::beginStart);

    for (PooledDaemon daemon : daemons) {
      assertThat(all(Effect.Settle.class, scheduler.startFailed(daemon, failure()))).isEmpty();
    }

    assertThat(known(A).startFailures()).isEqualTo(1);
    assertThat(scheduler.snapshot().waiting()).isEqualTo(4);
  }

  private PoolSnapshot.KeySnapshot known(DaemonKey key) {
    return Objects.requireNonNull(scheduler.snapshot().keys().get(key));
  }

  private static LaunchFailedException failure() {
    return new LaunchFailedException("no such interpreter", OutputTail.EMPTY, null, null);
  }
}
