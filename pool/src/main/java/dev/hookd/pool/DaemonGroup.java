package dev.hookd.pool;

import dev.hookd.client.LaunchFailedException;
import java.util.LinkedHashSet;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** All that the pool knows of one key. Belongs to the scheduler's lock. */
final class DaemonGroup {

  final DaemonKey key;
  final RestartBackoff backoff;

  /** Only {@link WaitQueue} changes it. */
  final NavigableSet<PendingCall> waiting = new TreeSet<>(PendingCall.ORDER);

  final Set<PooledDaemon> daemons = new LinkedHashSet<>();
  @Nullable LaunchFailedException lastStartFailure;

  final DaemonCounts counts = new DaemonCounts();

  private @Nullable String keyText;

  DaemonGroup(DaemonKey key, RestartBackoff backoff) {
    this.key = key;
    this.backoff = backoff;
  }

  @Nullable PendingCall firstWaiting() {
    return waiting.isEmpty() ? null : waiting.first();
  }

  /** The key as text, made once: a thousand calls may fail with it at a time. */
  String keyText() {
    String text = keyText;
    if (text == null) {
      text = key.toString();
      keyText = text;
    }
    return text;
  }

  /** Whether a daemon can, now or after its present call, take one that waits. */
  boolean hasServing() {
    return counts.of(DaemonState.IDLE) + counts.of(DaemonState.BUSY) > 0;
  }

  /** Whether a daemon serves, or is about to. */
  boolean hasServingOrStarting() {
    return hasServing() || counts.of(DaemonState.STARTING) > 0;
  }

  /**
   * How many more daemons this key has use for: one a waiting call, less those being started,
   * within its own limit, and a single one while it is not known whether a start succeeds.
   */
  int wanted(int maxDaemonsPerKey, long now) {
    if (waiting.isEmpty() || !backoff.mayStart(now)) {
      return 0;
    }
    int starting = counts.of(DaemonState.STARTING);
    int wanted = Math.min(waiting.size() - starting, maxDaemonsPerKey - daemons.size());
    if (backoff.hasFailures()) {
      wanted = Math.min(wanted, 1 - starting);
    }
    return Math.max(wanted, 0);
  }
}
