package dev.hookd.pool;

import java.time.Duration;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntFunction;

/**
 * What the pool looked like at one moment. Immutable.
 *
 * @param waiting how many calls waited for a daemon
 * @param daemons how many daemons there were in each state
 * @param keys what the pool knew of each key, in no order
 * @param held how many calls were being verified before they run, or in line for that
 * @param quarantined the backends whose calls are fresh because a warm answer of theirs was wrong
 */
public record PoolSnapshot(
    boolean closed,
    int waiting,
    int maxQueue,
    int maxDaemons,
    Map<DaemonState, Integer> daemons,
    Map<DaemonKey, KeySnapshot> keys,
    int held,
    List<QuarantinedBackend> quarantined) {

  /**
   * One key.
   *
   * @param startFailures how many starts failed in a row
   * @param lastStartFailure why the last one did, also when later ones succeeded
   */
  public record KeySnapshot(
      int waiting,
      List<DaemonSnapshot> daemons,
      int startFailures,
      Optional<String> lastStartFailure) {

    public KeySnapshot {
      daemons = List.copyOf(daemons);
    }
  }

  /**
   * One daemon.
   *
   * @param pid the host's process id; -1 where there is none, or not yet
   * @param calls how many it has served
   * @param age since its start was decided upon
   * @param inState how long it has been in its state
   */
  public record DaemonSnapshot(
      DaemonState state, long pid, int calls, Duration age, Duration inState) {}

  public PoolSnapshot {
    daemons = Map.copyOf(daemons);
    keys = Map.copyOf(keys);
    quarantined = List.copyOf(quarantined);
  }

  /** How many daemons there were in that state. */
  public int count(DaemonState state) {
    return daemons.getOrDefault(state, 0);
  }

  /** How many daemons counted in the limit: all that were not gone. */
  public int alive() {
    return daemons.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** The numbers in one line, for messages. */
  public String counts() {
    return counts(waiting, maxQueue, maxDaemons, this::count);
  }

  static String counts(
      int waiting, int maxQueue, int maxDaemons, ToIntFunction<DaemonState> count) {
    StringBuilder states = new StringBuilder();
    int alive = 0;
    for (DaemonState state : DaemonState.values()) {
      if (state != DaemonState.GONE) {
        int daemons = count.applyAsInt(state);
        alive += daemons;
        states.append(states.isEmpty() ? "" : ", ").append(daemons).append(' ');
        states.append(state.label());
      }
    }
    return waiting
        + (" of " + maxQueue + " calls wait, ")
        + (alive + " of " + maxDaemons + " daemons (" + states + ")");
  }

  /** Under the scheduler's lock. */
  static PoolSnapshot of(
      boolean closed,
      Collection<DaemonGroup> groups,
      int held,
      List<QuarantinedBackend> quarantined,
      PoolConfig config,
      long now) {
    Map<DaemonState, Integer> daemons = new EnumMap<>(DaemonState.class);
    Map<DaemonKey, KeySnapshot> keys = new LinkedHashMap<>();
    int waiting = 0;
    for (DaemonGroup group : groups) {
      waiting += group.waiting.size();
      for (PooledDaemon daemon : group.daemons) {
        daemons.merge(daemon.state(), 1, Integer::sum);
      }
      keys.put(
          group.key,
          new KeySnapshot(
              group.waiting.size(),
              group.daemons.stream().map(daemon -> snapshot(daemon, now)).toList(),
              group.backoff.startFailures(),
              Optional.ofNullable(group.lastStartFailure).map(Throwable::getMessage)));
    }
    return new PoolSnapshot(
        closed, waiting, config.maxQueue(), config.maxDaemons(), daemons, keys, held, quarantined);
  }

  private static DaemonSnapshot snapshot(PooledDaemon daemon, long now) {
    return new DaemonSnapshot(
        daemon.state(),
        daemon.pid(),
        daemon.calls,
        Duration.ofNanos(now - daemon.createdAt),
        Duration.ofNanos(now - daemon.stateSince));
  }
}
