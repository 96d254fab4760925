package dev.hookd.pool;

/** How many daemons are in each state. Belongs to the scheduler's lock. */
@SuppressWarnings("EnumOrdinal") // a table in memory, on the path of every call
final class DaemonCounts {

  private final int[] counts = new int[DaemonState.values().length];

  /** {@link DaemonState#GONE} is not counted: always 0. */
  int of(DaemonState state) {
    return counts[state.ordinal()];
  }

  /** All that count in the limits. */
  int alive() {
    int alive = 0;
    for (int count : counts) {
      alive += count;
    }
    return alive;
  }

  void add(DaemonState state) {
    counts[state.ordinal()]++;
  }

  void move(DaemonState from, DaemonState to) {
    counts[from.ordinal()]--;
    if (to != DaemonState.GONE) {
      counts[to.ordinal()]++;
    }
  }
}
