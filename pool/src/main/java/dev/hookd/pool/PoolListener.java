package dev.hookd.pool;

import dev.hookd.client.LaunchFailedException;
import dev.hookd.protocol.DaemonRequest;
import dev.hookd.protocol.HookUsage;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Hears what happens in a pool. Each method is called after the fact, from any thread, without a
 * lock; it must be quick, and must not wait for the pool. What it throws is logged and hurts
 * nothing.
 */
public interface PoolListener {

  /**
   * A daemon gets the call. A call whose daemon died, or was found dead, may start more than once.
   *
   * @param waited since its submission, or since the death of its last daemon
   */
  default void callStarted(DaemonKey key, DaemonRequest request, Duration waited) {}

  /** A daemon died under the call, which goes back to the queue. */
  default void callRetried(DaemonKey key, DaemonRequest request) {}

  /**
   * What the hook's process used, whether the hook succeeded or not; comes before {@link
   * #callFinished}, and not at all where the daemon did not say.
   */
  default void callMeasured(DaemonKey key, DaemonRequest request, HookUsage usage) {}

  /**
   * The outcome of a call: once for every call that was submitted, right before its future
   * completes.
   *
   * @param ran from the moment a daemon had it; {@code null} if it never ran
   * @param failure {@code null} if it succeeded
   */
  default void callFinished(
      DaemonKey key, DaemonRequest request, @Nullable Duration ran, @Nullable Throwable failure) {}

  /**
   * A call that was picked for it has been verified, or could not be. The call itself comes after
   * this, unless it was cancelled. The runs of the verification are not told as calls.
   */
  default void callVerified(DaemonKey key, DaemonRequest request, Verification verification) {}

  /**
   * A daemon is up.
   *
   * @param took from its launch to its being ready
   */
  default void daemonStarted(DaemonKey key, long pid, Duration took) {}

  /** A daemon did not come up; {@link #daemonRetired} follows. */
  default void daemonStartFailed(DaemonKey key, LaunchFailedException failure, Duration took) {}

  /** A daemon is gone, with all its processes. Once for every daemon that was launched. */
  default void daemonRetired(DaemonKey key, long pid, RetirementCause cause) {}
}
