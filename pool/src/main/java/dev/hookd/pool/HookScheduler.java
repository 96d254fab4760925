package dev.hookd.pool;

import dev.hookd.client.DaemonDiedException;
import dev.hookd.client.HookResult;
import dev.hookd.client.LaunchFailedException;
import dev.hookd.pool.PendingCall.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Decides: which call gets which daemon, when one is started, when one is ended. Holds all state of
 * the pool under one lock, and does nothing itself: each method returns what is to be done, as
 * {@link Effect}s, which the caller performs in order after the lock is free.
 *
 * <p>What holds whenever the lock is free:
 *
 * <ul>
 *   <li>a key that has an idle daemon has no waiting call;
 *   <li>every daemon that is not gone counts in the total and in its key's number, and neither
 *       exceeds its limit;
 *   <li>a call is in the queue, or with one daemon, or done; {@link Dispatcher#settle} is the only
 *       way to be done, so that each call gets one outcome.
 * </ul>
 */
final class HookScheduler {

  private final PoolConfig config;
  private final LongSupplier clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Dispatcher dispatcher;
  private final Admission admission;
  private final Quarantine quarantine;
  private int unsettled;

  HookScheduler(
      PoolConfig config, LongSupplier clock, RandomGenerator random, Quarantine quarantine) {
    this.config = config;
    this.clock = clock;
    this.dispatcher = new Dispatcher(config, random);
    this.admission = new Admission(config, dispatcher, random, quarantine);
    this.quarantine = quarantine;
  }

  // ---- calls -------------------------------------------------------------------------------

  /** Accepts a call, or settles it at once. */
  List<Effect> submit(PendingCall call) {
    return decide(
        (now, out) -> {
          unsettled++;
          admission.submit(call, now, out);
        });
  }

  /**
   * The verification of a call is over, and has left nothing behind: the call goes on.
   *
   * @param isFresh whether in a fresh process, since the warm one cannot be trusted
   */
  List<Effect> verified(PendingCall call, boolean isFresh) {
    return decide((now, out) -> admission.verified(call, isFresh, now, out));
  }

  /** The caller wants no answer any more. Does nothing to a call that has its outcome. */
  List<Effect> cancel(PendingCall call) {
    return decide(
        (now, out) -> {
          if (call.stage == Stage.WAITING) {
            DaemonGroup group = Dispatcher.groupOf(call);
            dispatcher.waiting.remove(group, call);
            dispatcher.settle(call, null, Refusals.cancelledBeforeItRan(), now, out);
            dispatcher.dropIfEmpty(group, now);
          } else if (call.stage == Stage.HELD) {
            admission.settleHeld(call, Refusals.cancelledBeforeItRan(), now, out);
          } else if (call.stage == Stage.RUNNING) {
            call.cancelledByCaller = true;
            call.requestCancel();
            out.add(new Effect.Cancel(call));
          }
        });
  }

  /**
   * A call that was sent has ended.
   *
   * @param cause why the daemon cannot go on; {@code null} if it can
   * @param answered whether the daemon answered, be it with an error
   */
  List<Effect> ended(
      PooledDaemon daemon,
      PendingCall call,
      @Nullable HookResult result,
      @Nullable Throwable failure,
      @Nullable RetirementCause cause,
      boolean answered) {
    return decide(
        (now, out) -> {
          if (daemon.call != call) {
            return; // given up by abandonCalls()
          }
          daemon.call = null;
          daemon.calls++;
          call.detach();
          if (answered) {
            daemon.group.backoff.answered();
          }
          dispatcher.release(daemon, cause, true, now, out);
          if (failure instanceof DaemonDiedException death
              && dispatcher.phase != Dispatcher.Phase.CLOSED
              && call.mayRunAgainAfter(++call.deaths)) {
            call.lastDeath = death;
            out.add(new Effect.Retried(call));
            dispatcher.startWaiting(call, now);
            dispatcher.place(daemon.group, call, now, out);
          } else {
            dispatcher.settle(call, result, failure, now, out);
          }
        });
  }

  /** The daemon turned out to be dead before the call was sent: that is nothing to the call. */
  List<Effect> notSent(PooledDaemon daemon, PendingCall call) {
    return decide(
        (now, out) -> {
          if (daemon.call != call) {
            return;
          }
          daemon.call = null;
          call.stage = Stage.NEW;
          dispatcher.release(daemon, RetirementCause.EXITED, false, now, out);
          if (dispatcher.phase == Dispatcher.Phase.CLOSED) {
            dispatcher.settle(call, null, Refusals.closedBeforeItRan(), now, out);
          } else if (call.cancelRequested()) {
            dispatcher.settle(call, null, Refusals.cancelledBeforeItRan(), now, out);
          } else {
            dispatcher.place(daemon.group, call, now, out);
          }
        });
  }

  /** The call was cancelled before it was sent: the daemon is as good as before. */
  List<Effect> handedBack(PooledDaemon daemon, PendingCall call) {
    return decide(
        (now, out) -> {
          if (daemon.call != call) {
            return;
          }
          daemon.call = null;
          call.stage = Stage.NEW;
          dispatcher.release(daemon, null, false, now, out);
          dispatcher.settle(call, null, Refusals.cancelledBeforeItRan(), now, out);
        });
  }

  /** The outcome has been handed over. */
  void settled() {
    lock.lock();
    try {
      unsettled--;
      if (dispatcher.phase != Dispatcher.Phase.OPEN) {
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  // ---- daemons -----------------------------------------------------------------------------

  /** Asks once more whether the start is wanted, right before it. */
  List<Effect> beginStart(PooledDaemon daemon) {
    return decide(
        (now, out) -> {
          DaemonGroup group = daemon.group;
          boolean wanted = group.waiting.size() >= group.counts.of(DaemonState.STARTING);
          if (wanted && dispatcher.phase != Dispatcher.Phase.CLOSED) {
            out.add(new Effect.Launch(daemon));
          } else {
            dispatcher.gone(daemon, now, out);
          }
        });
  }

  /** The daemon is up. */
  List<Effect> started(PooledDaemon daemon) {
    return decide((now, out) -> dispatcher.release(daemon, null, false, now, out));
  }

  /** No daemon came up, and nothing of it is left. */
  List<Effect> startFailed(PooledDaemon daemon, LaunchFailedException failure) {
    return decide(
        (now, out) -> {
          RetirementCause cause =
              dispatcher.phase == Dispatcher.Phase.CLOSED
                  ? RetirementCause.POOL_CLOSED
                  : RetirementCause.HANDSHAKE;
          daemon.mark(cause);
          out.add(new Effect.Retired(daemon, cause));
          if (cause.isFault()) {
            dispatcher.noteFault(daemon, failure, now, out);
          }
          dispatcher.gone(daemon, now, out);
        });
  }

  /** The process of a daemon that had come up has ended. */
  List<Effect> processExited(PooledDaemon daemon) {
    return decide(
        (now, out) -> {
          if (daemon.state() == DaemonState.IDLE) {
            dispatcher.idle.remove(daemon);
            daemon.mark(RetirementCause.EXITED);
            dispatcher.stop(daemon, now, out);
            dispatcher.reconsider(now, out);
          } else if (daemon.state() == DaemonState.BUSY) {
            daemon.mark(RetirementCause.EXITED); // its call ends by itself
          }
        });
  }

  /** Nothing is left of a daemon that was to be stopped. */
  List<Effect> stopped(PooledDaemon daemon) {
    return decide(
        (now, out) -> {
          out.add(new Effect.Retired(daemon, Dispatcher.causeOf(daemon)));
          dispatcher.gone(daemon, now, out);
        });
  }

  // ---- time --------------------------------------------------------------------------------

  /** Does what is due by now: calls that waited too long, daemons idle or old, starts put off. */
  List<Effect> tick() {
    return decide(
        (now, out) -> {
          dispatcher.doWhatIsDue(now, out);
          admission.doWhatIsDue(now, out);
        });
  }

  // ---- the end -----------------------------------------------------------------------------

  /** No new calls from here on; idle daemons go. */
  List<Effect> drain() {
    return decide(
        (now, out) -> {
          if (dispatcher.phase != Dispatcher.Phase.OPEN) {
            return;
          }
          dispatcher.phase = Dispatcher.Phase.DRAINING;
          admission.drain(now, out);
          dispatcher.stopIdle(now, out);
        });
  }

  /** Ends all: waiting calls fail, running ones are cancelled, starts are given up. */
  List<Effect> terminate() {
    return decide(
        (now, out) -> {
          dispatcher.phase = Dispatcher.Phase.CLOSED;
          for (PendingCall call : dispatcher.waiting.all()) {
            dispatcher.settleWaiting(call, Refusals.closedBeforeItRan(), now, out);
          }
          admission.terminate(now, out);
          dispatcher.stopIdle(now, out);
          dispatcher.groups.values().removeIf(group -> group.daemons.isEmpty());
          for (DaemonGroup group : dispatcher.groups.values()) {
            for (PooledDaemon daemon : group.daemons) {
              PendingCall call = daemon.call;
              if (call != null) {
                call.requestCancel();
                out.add(new Effect.Cancel(call));
              } else if (daemon.state() == DaemonState.STARTING) {
                out.add(new Effect.Abort(daemon));
              }
            }
          }
        });
  }

  /** After {@link #terminate}: gives calls an outcome whose daemon did not. */
  List<Effect> abandonCalls() {
    return decide(
        (now, out) -> {
          for (DaemonGroup group : dispatcher.groups.values()) {
            for (PooledDaemon daemon : group.daemons) {
              PendingCall call = daemon.call;
              if (call != null) {
                daemon.call = null;
                dispatcher.settle(
                    call,
                    null,
                    Refusals.closed("the pool was closed, and the hook did not end in time", null),
                    now,
                    out);
              }
            }
          }
        });
  }

  /** Whether every accepted call got its outcome within that time. */
  boolean awaitCalls(long nanos) throws InterruptedException {
    return await(nanos, () -> unsettled == 0);
  }

  /** Whether the last daemon was gone within that time. */
  boolean awaitDaemons(long nanos) throws InterruptedException {
    return await(nanos, () -> dispatcher.counts.alive() == 0);
  }

  /** Whether the last verification was over within that time. */
  boolean awaitVerifications(long nanos) throws InterruptedException {
    return await(nanos, admission::isQuiet);
  }

  private boolean await(long nanos, BooleanSupplier reached) throws InterruptedException {
    long left = nanos;
    lock.lockInterruptibly();
    try {
      while (!reached.getAsBoolean()) {
        if (left <= 0) {
          return false;
        }
        left = changed.awaitNanos(left);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  // ---- what the pool looks like --------------------------------------------------------------

  PoolSnapshot snapshot() {
    lock.lock();
    try {
      return PoolSnapshot.of(
          dispatcher.phase != Dispatcher.Phase.OPEN,
          dispatcher.groups.values(),
          admission.held(),
          quarantine.entries(),
          config,
          clock.getAsLong());
    } finally {
      lock.unlock();
    }
  }

  private interface Decision {
    void decide(long now, List<Effect> out);
  }

  private List<Effect> decide(Decision decision) {
    List<Effect> out = new ArrayList<>(4);
    lock.lock();
    try {
      decision.decide(clock.getAsLong(), out);
      if (dispatcher.phase != Dispatcher.Phase.OPEN) {
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
    return out;
  }
}
