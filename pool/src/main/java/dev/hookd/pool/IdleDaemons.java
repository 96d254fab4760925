package dev.hookd.pool;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The idle daemons: by key last-in first-out, so that the warmest one is taken and the surplus gets
 * old; across keys longest idle first. Belongs to the scheduler's lock.
 */
final class IdleDaemons {

  private final Map<DaemonGroup, Deque<PooledDaemon>> byGroup = new HashMap<>();

  /** In the order in which they became idle. */
  private final Set<PooledDaemon> longestIdleFirst = new LinkedHashSet<>();

  boolean isEmpty() {
    return longestIdleFirst.isEmpty();
  }

  void add(PooledDaemon daemon) {
    byGroup.computeIfAbsent(daemon.group, group -> new ArrayDeque<>()).push(daemon);
    longestIdleFirst.add(daemon);
  }

  /** The one of that group that became idle last. */
  @Nullable PooledDaemon take(DaemonGroup group) {
    Deque<PooledDaemon> stack = byGroup.get(group);
    PooledDaemon daemon = stack == null ? null : stack.peek();
    if (daemon != null) {
      remove(daemon);
    }
    return daemon;
  }

  void remove(PooledDaemon daemon) {
    Deque<PooledDaemon> stack = byGroup.get(daemon.group);
    if (stack != null) {
      stack.remove(daemon);
      if (stack.isEmpty()) {
        byGroup.remove(daemon.group);
      }
    }
    longestIdleFirst.remove(daemon);
  }

  /** The longest idle one of another group; {@code null} if there is none. */
  @Nullable PooledDaemon longestIdleOutside(DaemonGroup group) {
    for (PooledDaemon daemon : longestIdleFirst) {
      if (daemon.group != group) {
        return daemon;
      }
    }
    return null;
  }

  /** All of them, longest idle first, as a copy. */
  List<PooledDaemon> all() {
    return new ArrayList<>(longestIdleFirst);
  }
}
