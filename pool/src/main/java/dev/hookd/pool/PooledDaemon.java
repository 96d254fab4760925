package dev.hookd.pool;

import dev.hookd.client.DaemonProcess;
import dev.hookd.client.HookDaemon;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One daemon of the pool. Mutable fields belong to the scheduler's lock, where nothing else is
 * said.
 */
final class PooledDaemon {

  final DaemonGroup group;

  /** The wave of failures in which it was started, see {@link RestartBackoff}. */
  final int wave;

  final long createdAt;

  /** When it has reached its age, jitter included. */
  final long oldAt;

  long stateSince;
  int calls;
  @Nullable PendingCall call;
  @Nullable RetirementCause marked;

  private DaemonState state = DaemonState.STARTING;

  /** Written once, before the scheduler hears of it. */
  private volatile @Nullable HookDaemon client;

  private volatile @Nullable DaemonProcess process;
  private volatile boolean aborted;

  PooledDaemon(DaemonGroup group, long createdAt, long oldAt) {
    this.group = group;
    this.wave = group.backoff.wave();
    this.createdAt = createdAt;
    this.oldAt = oldAt;
    this.stateSince = createdAt;
  }

  DaemonState state() {
    return state;
  }

  void become(DaemonState next, long now) {
    state = state.become(next);
    stateSince = now;
  }

  /** Notes a cause; the strongest one stays. */
  void mark(@Nullable RetirementCause cause) {
    marked = RetirementCause.strongest(marked, cause);
  }

  /** Any thread. */
  HookDaemon client() {
    return Objects.requireNonNull(client, "a daemon that is up has a client");
  }

  void attach(HookDaemon started) {
    client = started;
  }

  /** Its process; -1 while there is none. Any thread. */
  long pid() {
    DaemonProcess launched = process;
    return launched == null ? -1 : launched.pid();
  }

  /** Whether its process has ended, be it that its client has not noticed yet. Any thread. */
  boolean hasExited() {
    DaemonProcess launched = process;
    return launched != null && launched.onExit().isDone();
  }

  /** The launcher has made the process. Any thread. */
  void launched(DaemonProcess launched) {
    process = launched;
    if (aborted) {
      launched.killTree();
    }
  }

  /**
   * Ends a start that is in progress: whichever of this and {@link #launched} comes second kills.
   */
  void abort() {
    aborted = true;
    DaemonProcess launched = process;
    if (launched != null) {
      launched.killTree();
    }
  }
}
