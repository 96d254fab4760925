package dev.hookd.pool;

import dev.hookd.client.HookCancelledException;
import dev.hookd.client.HookResult;
import dev.hookd.client.LaunchFailedException;
import dev.hookd.pool.PendingCall.Stage;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The pool's state, and the steps that decisions are made of. Each step leaves what {@link
 * HookScheduler} promises about the state true, and adds what is to be done to {@code out}. Belongs
 * to the scheduler's lock.
 */
final class Dispatcher {

  enum Phase {
    OPEN,
    /** No new calls; those accepted are served. */
    DRAINING,
    /** No calls at all. */
    CLOSED
  }

  final Map<DaemonKey, DaemonGroup> groups = new HashMap<>();
  final WaitQueue waiting = new WaitQueue();
  final IdleDaemons idle = new IdleDaemons();
  final DaemonCounts counts = new DaemonCounts();
  Phase phase = Phase.OPEN;

  private final PoolConfig config;
  private final RandomGenerator random;
  private final RoomPlanner rooms;
  private boolean wakePlanned;
  private long plannedWake;

  Dispatcher(PoolConfig config, RandomGenerator random) {
    this.config = config;
    this.random = random;
    this.rooms = new RoomPlanner(config, waiting, idle, counts);
  }

  // ---- calls and daemons -----------------------------------------------------------------------

  void startWaiting(PendingCall call, long now) {
    Duration maxWait = call.options.maxWait();
    call.waitsSince = now;
    call.deadline = now + Nanos.of(maxWait == null ? config.maxWait() : maxWait);
  }

  /** Gives the call to an idle daemon, or puts it in the queue. */
  void place(DaemonGroup group, PendingCall call, long now, List<Effect> out) {
    PooledDaemon daemon = idle.take(group);
    if (daemon != null) {
      assign(daemon, call, now, out);
      return;
    }
    call.stage = Stage.WAITING;
    waiting.add(group, call);
    if (failFast(group, now, out)) {
      return;
    }
    planWake(call.deadline, out);
    planBackoffWake(group, now, out);
    reconsider(now, out);
  }

  void assign(PooledDaemon daemon, PendingCall call, long now, List<Effect> out) {
    move(daemon, DaemonState.BUSY, now);
    daemon.call = call;
    call.stage = Stage.RUNNING;
    call.startedAt = now;
    out.add(new Effect.Run(call, daemon));
  }

  /**
   * A daemon has no call any more: the next one of its key gets it, or it becomes idle, or is
   * ended.
   *
   * @param mayYield whether it may be ended to make room; not right after its start
   */
  void release(
      PooledDaemon daemon,
      @Nullable RetirementCause cause,
      boolean mayYield,
      long now,
      List<Effect> out) {
    daemon.mark(cause);
    if (phase == Phase.CLOSED) {
      daemon.mark(RetirementCause.POOL_CLOSED);
    }
    if (!Nanos.isBefore(now, daemon.oldAt)) {
      daemon.mark(RetirementCause.AGE);
    }
    if (daemon.calls >= config.maxCalls()) {
      daemon.mark(RetirementCause.CALLS);
    }
    if (daemon.marked == null && mayYield && rooms.mustYield(daemon.group, now)) {
      daemon.mark(RetirementCause.MADE_ROOM);
    }
    PendingCall next = daemon.group.firstWaiting();
    if (daemon.marked == null && next == null && phase == Phase.DRAINING) {
      daemon.mark(RetirementCause.POOL_CLOSED);
    }
    if (daemon.marked != null) {
      stop(daemon, now, out);
    } else if (next != null) {
      waiting.remove(daemon.group, next);
      assign(daemon, next, now, out);
      return;
    } else {
      move(daemon, DaemonState.IDLE, now);
      idle.add(daemon);
      planWake(idleUntil(daemon), out);
    }
    reconsider(now, out);
  }

  void stop(PooledDaemon daemon, long now, List<Effect> out) {
    move(daemon, DaemonState.STOPPING, now);
    RetirementCause cause = causeOf(daemon);
    if (cause.isFault()) {
      noteFault(daemon, null, now, out);
    }
    failFast(daemon.group, now, out);
    out.add(new Effect.Stop(daemon));
  }

  /** Counts a failure of the daemon, which puts off the next start of its key. */
  void noteFault(
      PooledDaemon daemon,
      @Nullable LaunchFailedException startFailure,
      long now,
      List<Effect> out) {
    DaemonGroup group = daemon.group;
    if (startFailure == null && daemon.calls > 0) {
      group.backoff.died(daemon.wave, now);
    } else {
      group.lastStartFailure =
          startFailure == null ? Refusals.diedBeforeItsFirstCall() : startFailure;
      group.backoff.startFailed(daemon.wave, now);
    }
    planBackoffWake(group, now, out);
  }

  /** Fails the waiting calls of a key whose daemons do not come up; tells whether it did. */
  boolean failFast(DaemonGroup group, long now, List<Effect> out) {
    if (!group.backoff.failsFast(now) || group.hasServingOrStarting()) {
      return false;
    }
    for (PendingCall call = group.firstWaiting(); call != null; call = group.firstWaiting()) {
      settleWaiting(call, Refusals.startsKeepFailing(group, now, call.lastDeath), now, out);
    }
    return true;
  }

  void gone(PooledDaemon daemon, long now, List<Effect> out) {
    move(daemon, DaemonState.GONE, now);
    daemon.group.daemons.remove(daemon);
    failFast(daemon.group, now, out);
    planBackoffWake(daemon.group, now, out);
    reconsider(now, out);
    dropIfEmpty(daemon.group, now);
  }

  /** Starts what is wanted and has room, and makes room for what has none. */
  void reconsider(long now, List<Effect> out) {
    for (DaemonGroup group = rooms.nextToGrow(now); group != null; group = rooms.nextToGrow(now)) {
      PooledDaemon daemon = new PooledDaemon(group, now, now + age());
      group.daemons.add(daemon);
      group.counts.add(DaemonState.STARTING);
      counts.add(DaemonState.STARTING);
      out.add(new Effect.Start(daemon));
    }
    RoomPlanner.Victim victim = rooms.nextToMakeRoom(now);
    while (victim.daemon() != null) {
      idle.remove(victim.daemon());
      victim.daemon().mark(RetirementCause.MADE_ROOM);
      stop(victim.daemon(), now, out);
      victim = rooms.nextToMakeRoom(now);
    }
    if (victim.laterAt() != null) {
      planWake(victim.laterAt(), out);
    }
  }

  long age() {
    double taken = config.ageJitter() * random.nextDouble();
    return (long) (Nanos.of(config.maxAge()) * (1 - taken));
  }

  void settleWaiting(PendingCall call, Throwable failure, long now, List<Effect> out) {
    waiting.remove(groupOf(call), call);
    settle(call, null, failure, now, out);
  }

  void settle(
      PendingCall call,
      @Nullable HookResult result,
      @Nullable Throwable failure,
      long now,
      List<Effect> out) {
    if (call.stage == Stage.DONE) {
      throw new IllegalStateException("a call is about to be answered twice: " + call.key);
    }
    Duration ran = call.stage == Stage.RUNNING ? Duration.ofNanos(now - call.startedAt) : null;
    call.stage = Stage.DONE;
    call.ran = ran;
    Throwable told = failure;
    if (phase == Phase.CLOSED
        && failure instanceof HookCancelledException
        && !call.cancelledByCaller) {
      told =
          Refusals.closed("the pool was closed while the hook ran; it has been cancelled", failure);
    }
    out.add(new Effect.Settle(call, result, told, ran));
  }

  void move(PooledDaemon daemon, DaemonState next, long now) {
    DaemonState before = daemon.state();
    daemon.become(next, now);
    daemon.group.counts.move(before, next);
    counts.move(before, next);
  }

  DaemonGroup newGroup(DaemonKey key) {
    return new DaemonGroup(key, new RestartBackoff(config, random));
  }

  void dropIfEmpty(DaemonGroup group, long now) {
    boolean remembers = phase != Phase.CLOSED && group.backoff.isRemembered(now);
    if (group.waiting.isEmpty() && group.daemons.isEmpty() && !remembers) {
      groups.remove(group.key, group);
    }
  }

  static DaemonGroup groupOf(PendingCall call) {
    return Objects.requireNonNull(call.group, "an accepted call has a group");
  }

  static RetirementCause causeOf(PooledDaemon daemon) {
    return Objects.requireNonNull(daemon.marked, "nothing is stopped without a cause");
  }

  // ---- time ------------------------------------------------------------------------------------

  /** What is due by now: calls that waited too long, daemons idle or old, starts put off. */
  void doWhatIsDue(long now, List<Effect> out) {
    wakePlanned = false;
    expireWaiting(now, out);
    for (PooledDaemon daemon : idle.all()) {
      if (!Nanos.isBefore(now, daemon.oldAt)) {
        daemon.mark(RetirementCause.AGE);
      } else if (!Nanos.isBefore(now, daemon.stateSince + Nanos.of(config.idleTimeout()))) {
        daemon.mark(RetirementCause.IDLE);
      } else {
        planWake(idleUntil(daemon), out);
        continue;
      }
      idle.remove(daemon);
      stop(daemon, now, out);
    }
    reconsider(now, out);
    for (DaemonGroup group : List.copyOf(groups.values())) {
      dropIfEmpty(group, now);
      planBackoffWake(group, now, out);
    }
  }

  private void expireWaiting(long now, List<Effect> out) {
    PendingCall call = waiting.nextToExpire();
    while (call != null && !Nanos.isBefore(now, call.deadline)) {
      DaemonGroup group = groupOf(call);
      Duration waited = Duration.ofNanos(now - call.waitsSince);
      settleWaiting(
          call, Refusals.waitedTooLong(countsNow(), group, waited, call.lastDeath), now, out);
      call = waiting.nextToExpire();
    }
    if (call != null) {
      planWake(call.deadline, out);
    }
  }

  private void planBackoffWake(DaemonGroup group, long now, List<Effect> out) {
    if (group.backoff.hasFailures()) {
      boolean heldBack = !group.waiting.isEmpty() && !group.backoff.mayStart(now);
      if (heldBack) {
        planWake(group.backoff.notBefore(), out);
      } else if (group.waiting.isEmpty() && group.daemons.isEmpty()) {
        planWake(group.backoff.forgottenAt(), out);
      }
    }
  }

  void planWake(long at, List<Effect> out) {
    if (!wakePlanned || Nanos.isBefore(at, plannedWake)) {
      wakePlanned = true;
      plannedWake = at;
      out.add(new Effect.WakeAt(at));
    }
  }

  private long idleUntil(PooledDaemon daemon) {
    long idleUntil = daemon.stateSince + Nanos.of(config.idleTimeout());
    return Nanos.isBefore(idleUntil, daemon.oldAt) ? idleUntil : daemon.oldAt;
  }

  void stopIdle(long now, List<Effect> out) {
    for (PooledDaemon daemon : idle.all()) {
      idle.remove(daemon);
      daemon.mark(RetirementCause.POOL_CLOSED);
      stop(daemon, now, out);
    }
  }

  String countsNow() {
    return PoolSnapshot.counts(waiting.size(), config.maxQueue(), config.maxDaemons(), counts::of);
  }
}
