package dev.hookd.pool;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How one call is to be treated. Immutable.
 *
 * @param timeout how long the hook may take from the moment its request is sent; {@code null}: as
 *     long as it likes. Where the call is verified, its runs before that may take as long once more
 * @param maxWait how long the call may wait for a daemon, the start of one included, each time it
 *     waits; {@code null}: {@link PoolConfig#maxWait()}
 * @param retryAfterDaemonDeath whether a hook that makes files may run a second time when its
 *     daemon died under it. Hooks that only compute are retried once in any case
 */
public record CallOptions(
    Priority priority,
    @Nullable Duration timeout,
    @Nullable Duration maxWait,
    boolean retryAfterDaemonDeath) {

  /** Normal priority, no time limit for the hook, the pool's for waiting, builds run once. */
  public static final CallOptions DEFAULT = new CallOptions(Priority.NORMAL, null, null, false);

  public CallOptions {
    Objects.requireNonNull(priority, "priority");
    requirePositive(timeout, "timeout");
    requirePositive(maxWait, "maxWait");
  }

  public CallOptions withPriority(Priority wanted) {
    return new CallOptions(wanted, timeout, maxWait, retryAfterDaemonDeath);
  }

  public CallOptions withTimeout(@Nullable Duration wanted) {
    return new CallOptions(priority, wanted, maxWait, retryAfterDaemonDeath);
  }

  public CallOptions withMaxWait(@Nullable Duration wanted) {
    return new CallOptions(priority, timeout, wanted, retryAfterDaemonDeath);
  }

  public CallOptions withRetryAfterDaemonDeath(boolean wanted) {
    return new CallOptions(priority, timeout, maxWait, wanted);
  }

  private static void requirePositive(@Nullable Duration duration, String name) {
    if (duration != null && (duration.isZero() || duration.isNegative())) {
      throw new IllegalArgumentException(name + " must be positive or null, got: " + duration);
    }
  }
}
