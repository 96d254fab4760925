package dev.hookd.pool;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Why a daemon was ended, the weakest first: where several hold, the last one in this order is
 * told, because it says most about what happened.
 */
public enum RetirementCause {
  /** The pool closes. */
  POOL_CLOSED,
  /** A call for another key needed the room. */
  MADE_ROOM,
  /** It was idle for {@link PoolConfig#idleTimeout()}. */
  IDLE,
  /** It lived for {@link PoolConfig#maxAge()}, less its jitter. */
  AGE,
  /** It served {@link PoolConfig#maxCalls()} calls. */
  CALLS,
  /** It ended by itself, or somebody killed it. */
  EXITED,
  /** It did not end a call that was cancelled or timed out within the grace time. */
  CANCELLED_HARD,
  /** It said {@code FATAL}. */
  FATAL,
  /** It did not keep to the protocol. */
  PROTOCOL_VIOLATION,
  /** It never came up. */
  HANDSHAKE;

  /** The stronger of the two; {@code null} only if both are. */
  static @Nullable RetirementCause strongest(
      @Nullable RetirementCause one, @Nullable RetirementCause other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return one.compareTo(other) >= 0 ? one : other;
  }

  /** Whether the daemon failed, so that the next start of its key waits a while. */
  boolean isFault() {
    return this == EXITED || this == FATAL || this == PROTOCOL_VIOLATION || this == HANDSHAKE;
  }

  /** The name in lower case, as in metrics. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
