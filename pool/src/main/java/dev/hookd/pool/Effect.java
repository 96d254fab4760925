package dev.hookd.pool;

import dev.hookd.client.HookResult;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the scheduler decided and somebody has to do once its lock is free. So no process is
 * started, no future completed and no stranger's code run under the lock; and a test can read
 * decisions.
 */
sealed interface Effect {

  /** Send this call to this daemon, which is its own. */
  record Run(PendingCall call, PooledDaemon daemon) implements Effect {}

  /** Prepare a start: ask {@link HookScheduler#beginStart} from a thread that may block. */
  record Start(PooledDaemon daemon) implements Effect {}

  /** Start it now, on this thread. */
  record Launch(PooledDaemon daemon) implements Effect {}

  /** A start in progress is of no use any more. */
  record Abort(PooledDaemon daemon) implements Effect {}

  /** End its processes, from a thread that may block. */
  record Stop(PooledDaemon daemon) implements Effect {}

  /** Ask the daemon to cancel this call. */
  record Cancel(PendingCall call) implements Effect {}

  /** A daemon is gone; this tells why. */
  record Retired(PooledDaemon daemon, RetirementCause cause) implements Effect {}

  /** The call has to run a second time, since its daemon died. */
  record Retried(PendingCall call) implements Effect {}

  /**
   * The outcome of a call; exactly one of result and failure is there.
   *
   * @param ran how long the hook ran, as its caller saw it; {@code null} if it never ran
   */
  record Settle(
      PendingCall call,
      @Nullable HookResult result,
      @Nullable Throwable failure,
      @Nullable Duration ran)
      implements Effect {}

  /** Verify this call, and tell {@link HookScheduler#verified} when that is over. */
  record Verify(PendingCall call) implements Effect {}

  /** A verification in progress is of no use any more; it is over soon. */
  record EndVerification(PendingCall call) implements Effect {}

  /** A call that was to be verified goes on without that. */
  record Unverified(PendingCall call, String reason) implements Effect {}

  /** Call {@link HookScheduler#tick} not later than then. */
  record WakeAt(long nanos) implements Effect {}
}
