package dev.hookd.pool;

import dev.hookd.pool.PendingCall.Stage;
import dev.hookd.protocol.Isolation;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The way of a call from its submission to the queue for a daemon, with a stop for those that are
 * verified first. Belongs to the scheduler's lock.
 */
final class Admission {

  private final PoolConfig config;
  private final Dispatcher dispatcher;
  private final HeldCalls held;
  private long lastSequence;

  Admission(
      PoolConfig config, Dispatcher dispatcher, RandomGenerator random, Quarantine quarantine) {
    this.config = config;
    this.dispatcher = dispatcher;
    this.held = new HeldCalls(config, random, quarantine);
  }

  /** Accepts a call, or settles it at once. */
  void submit(PendingCall call, long now, List<Effect> out) {
    if (dispatcher.phase != Dispatcher.Phase.OPEN) {
      PoolClosedException closed = Refusals.closed("the pool is closed; it accepts no calls", null);
      dispatcher.settle(call, null, closed, now, out);
      return;
    }
    takeItsTurn(call, now);
    boolean verified = held.wants(call);
    DaemonGroup group = dispatcher.groups.computeIfAbsent(call.key, dispatcher::newGroup);
    boolean willWait = verified || group.counts.of(DaemonState.IDLE) == 0;
    boolean isFull = dispatcher.waiting.size() + held.size() >= config.maxQueue();
    if (willWait && isFull && call.shadowOf == null) {
      dispatcher.settle(call, null, Refusals.rejected(dispatcher.countsNow(), group), now, out);
    } else if (verified) {
      dispatcher.startWaiting(call, now);
      if (!held.hold(call, out)) {
        dispatcher.planWake(call.deadline, out);
      }
    } else {
      enqueue(call, now, out);
    }
    dispatcher.dropIfEmpty(group, now);
  }

  /** A shadow has the turn of its call, whose time it takes. */
  private void takeItsTurn(PendingCall call, long now) {
    PendingCall original = call.shadowOf;
    call.sequence = original == null ? ++lastSequence : original.sequence;
    call.arrivedAt = original == null ? now : original.arrivedAt;
  }

  /** To a daemon, or into the queue for one, whose limit has been looked at. */
  private void enqueue(PendingCall call, long now, List<Effect> out) {
    DaemonGroup group = dispatcher.groups.computeIfAbsent(call.key, dispatcher::newGroup);
    call.group = group;
    dispatcher.startWaiting(call, now);
    dispatcher.place(group, call, now, out);
    dispatcher.dropIfEmpty(group, now);
  }

  private void enqueueUnverified(PendingCall call, String reason, long now, List<Effect> out) {
    out.add(new Effect.Unverified(call, reason));
    enqueue(call, now, out);
  }

  /**
   * The verification of a call is over: the call goes on.
   *
   * @param isFresh whether in a fresh process
   */
  void verified(PendingCall call, boolean isFresh, long now, List<Effect> out) {
    held.over(call, out);
    if (call.stage != Stage.HELD) {
      return; // cancelled meanwhile
    }
    if (isFresh) {
      call.request = call.request.withIsolation(Isolation.FRESH);
    }
    enqueue(call, now, out);
  }

  /** Settles a call that is held, and has no need of its verification any more. */
  void settleHeld(PendingCall call, Throwable failure, long now, List<Effect> out) {
    held.giveUp(call, out);
    dispatcher.settle(call, null, failure, now, out);
  }

  /** Calls that have been in line for their verification for too long go on without it. */
  void doWhatIsDue(long now, List<Effect> out) {
    for (PendingCall call : held.expired(now)) {
      enqueueUnverified(call, "its turn did not come within the time it may wait", now, out);
    }
    held.nextToExpire().ifPresent(deadline -> dispatcher.planWake(deadline, out));
  }

  /** No verification begins any more. */
  void drain(long now, List<Effect> out) {
    for (PendingCall call : held.takeLine()) {
      enqueueUnverified(call, "the pool closes", now, out);
    }
  }

  /** Settles all that is held. */
  void terminate(long now, List<Effect> out) {
    for (PendingCall call : held.all()) {
      settleHeld(call, Refusals.closedBeforeItRan(), now, out);
    }
  }

  /** How many calls are held. */
  int held() {
    return held.size();
  }

  /** Whether no verification is in progress. */
  boolean isQuiet() {
    return held.isQuiet();
  }
}
