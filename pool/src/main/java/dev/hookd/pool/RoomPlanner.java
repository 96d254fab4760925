package dev.hookd.pool;

import org.jspecify.annotations.Nullable;

/**
 * Who gets room when there is not enough: fair, and without a restart where patience is cheaper.
 * Decides only; belongs to the scheduler's lock.
 *
 * <ol>
 *   <li><b>Growth.</b> Free room goes to a key that has no daemon at all, then to any that has use
 *       for one more; among equals to the one whose first waiting call comes first.
 *   <li><b>Idle daemons yield.</b> At the total limit the longest idle daemon of another key makes
 *       room: at once for a key that has none; for a key that has some, once the daemon has been
 *       idle, or the call has waited, for the fairness window, since a busy daemon is mostly back
 *       sooner than another one is started.
 *   <li><b>Busy daemons yield.</b> A key whose daemons are never idle would keep them for ever. So
 *       a daemon that comes back is ended if the call it would get arrived later, by more than the
 *       fairness window, than the first call of a key that needs room. Put the other way: at the
 *       limit, a call is overtaken across keys only by calls that arrived at most one window after
 *       it, and a daemon changes keys at most once per window of arrivals. A call of a higher
 *       priority gets the room once it has waited for the window; one of a lower priority waits.
 * </ol>
 */
final class RoomPlanner {

  /**
   * An idle daemon that makes room, or when to ask again; both {@code null} if nobody needs room.
   */
  record Victim(@Nullable PooledDaemon daemon, @Nullable Long laterAt) {
    static final Victim NONE = new Victim(null, null);
  }

  private final PoolConfig config;
  private final WaitQueue waiting;
  private final IdleDaemons idle;
  private final DaemonCounts counts;
  private final long window;

  RoomPlanner(PoolConfig config, WaitQueue waiting, IdleDaemons idle, DaemonCounts counts) {
    this.config = config;
    this.waiting = waiting;
    this.idle = idle;
    this.counts = counts;
    this.window = Nanos.of(config.fairnessWindow());
  }

  /** The group that gets the next free room; {@code null} without one of either. */
  @Nullable DaemonGroup nextToGrow(long now) {
    if (waiting.isEmpty() || counts.alive() >= config.maxDaemons()) {
      return null;
    }
    DaemonGroup second = null;
    for (DaemonGroup group : waiting.groups()) {
      if (wanted(group, now) > 0) {
        if (!group.hasServingOrStarting()) {
          return group;
        }
        second = second == null ? group : second;
      }
    }
    return second;
  }

  /** Rule 2. */
  Victim nextToMakeRoom(long now) {
    if (waiting.isEmpty() || idle.isEmpty() || counts.alive() < config.maxDaemons()) {
      return Victim.NONE;
    }
    int coming = counts.of(DaemonState.STOPPING);
    Long laterAt = null;
    for (DaemonGroup group : waiting.groups()) {
      int wanted = wanted(group, now);
      if (wanted <= coming) {
        coming -= wanted;
        continue;
      }
      coming = 0;
      PooledDaemon victim = idle.longestIdleOutside(group);
      PendingCall first = group.firstWaiting();
      if (victim == null || first == null) {
        continue;
      }
      long patientUntil = earlier(victim.stateSince, first.arrivedAt) + window;
      if (!group.hasServingOrStarting() || !Nanos.isBefore(now, patientUntil)) {
        return new Victim(victim, null);
      }
      laterAt = laterAt == null ? patientUntil : (Long) earlier(laterAt, patientUntil);
    }
    return new Victim(null, laterAt);
  }

  /** Rule 3: whether a daemon of that group, back from a call, has to make room. */
  boolean mustYield(DaemonGroup own, long now) {
    PendingCall ownFirst = own.firstWaiting();
    if (ownFirst == null || counts.alive() < config.maxDaemons()) {
      return false; // it becomes idle, which rule 2 sees; or there is room
    }
    int coming = counts.of(DaemonState.STOPPING);
    for (DaemonGroup group : waiting.groups()) {
      if (group == own) {
        return false; // all that follow come after its own calls
      }
      if (wanted(group, now) == 0 || group.counts.of(DaemonState.STARTING) > 0) {
        continue;
      }
      if (coming > 0) {
        coming--;
        continue;
      }
      PendingCall first = group.waiting.first();
      boolean samePriority = first.options.priority() == ownFirst.options.priority();
      long since = samePriority ? ownFirst.arrivedAt : now;
      return since - first.arrivedAt > window;
    }
    return false;
  }

  private int wanted(DaemonGroup group, long now) {
    return group.wanted(config.maxDaemonsPerKey(), now);
  }

  private static long earlier(long one, long other) {
    return Nanos.isBefore(one, other) ? one : other;
  }
}
