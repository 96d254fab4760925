package dev.hookd.pool;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The calls that wait, in one order across all keys: priority, then arrival. Each operation costs
 * the logarithm of the length. Belongs to the scheduler's lock.
 */
final class WaitQueue {

  private static final Comparator<PendingCall> BY_DEADLINE =
      (one, other) -> {
        int byDeadline = Long.compare(one.deadline - other.deadline, 0);
        return byDeadline != 0 ? byDeadline : Long.compare(one.sequence, other.sequence);
      };

  /** The groups that have waiting calls, by their first one. */
  private final NavigableSet<DaemonGroup> groups =
      new TreeSet<>(
          Comparator.comparing((DaemonGroup group) -> group.waiting.first(), PendingCall.ORDER));

  private final NavigableSet<PendingCall> byDeadline = new TreeSet<>(BY_DEADLINE);

  int size() {
    return byDeadline.size();
  }

  boolean isEmpty() {
    return byDeadline.isEmpty();
  }

  void add(DaemonGroup group, PendingCall call) {
    if (!group.waiting.isEmpty()) {
      groups.remove(group); // its place may change: out before the change, in after it
    }
    group.waiting.add(call);
    groups.add(group);
    byDeadline.add(call);
  }

  void remove(DaemonGroup group, PendingCall call) {
    groups.remove(group);
    group.waiting.remove(call);
    if (!group.waiting.isEmpty()) {
      groups.add(group);
    }
    byDeadline.remove(call);
  }

  /** The groups that have waiting calls, the one whose turn is first first. A view. */
  Iterable<DaemonGroup> groups() {
    return groups;
  }

  /** The call that has the least time left; {@code null} if none waits. */
  @Nullable PendingCall nextToExpire() {
    return byDeadline.isEmpty() ? null : byDeadline.first();
  }

  /** All of them, as a copy. */
  List<PendingCall> all() {
    return new ArrayList<>(byDeadline);
  }
}
