package dev.hookd.pool;

import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Where a daemon of the pool stands. In every state but {@link #GONE} it counts in the limits. */
public enum DaemonState {
  /** Decided upon, being launched, or shaking hands. */
  STARTING,
  /** Waits for a call. */
  IDLE,
  /** Has a call. */
  BUSY,
  /** Retired; its processes are being ended. */
  STOPPING,
  /** Nothing of it is left. */
  GONE;

  /** Every transition there is; anything else is a fault of the pool. */
  private static final Map<DaemonState, Set<DaemonState>> NEXT =
      Map.of(
          STARTING, Set.of(IDLE, BUSY, STOPPING, GONE), // GONE: no longer wanted, or start failed
          IDLE, Set.of(BUSY, STOPPING),
          BUSY, Set.of(BUSY, IDLE, STOPPING), // BUSY: handed from one call to the next
          STOPPING, Set.of(GONE),
          GONE, Set.of());

  boolean canBecome(DaemonState next) {
    return transitions(this).contains(next);
  }

  /**
   * The next state, where it is one.
   *
   * @throws IllegalStateException if it is not
   */
  DaemonState become(DaemonState next) {
    if (!canBecome(next)) {
      throw new IllegalStateException("a daemon cannot go from " + this + " to " + next);
    }
    return next;
  }

  private static Set<DaemonState> transitions(DaemonState from) {
    return NEXT.getOrDefault(from, Set.of());
  }

  /** The name in lower case, as in metrics. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
