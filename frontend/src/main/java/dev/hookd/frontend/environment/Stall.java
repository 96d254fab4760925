package dev.hookd.frontend.environment;

import java.time.Duration;
import java.util.function.Predicate;

/**
 * Finds out that a process does nothing any more: for some time it has had no child and has used no
 * processor time. For one run.
 */
final class Stall implements Predicate<ProcessHandle> {

  private final Duration limit;
  private Duration used = Duration.ZERO;
  private long since = System.nanoTime();
  private boolean found;

  Stall(Duration limit) {
    this.limit = limit;
  }

  /** Looks at the process; whether it is to be given up. */
  @Override
  public boolean test(ProcessHandle process) {
    Duration now = process.info().totalCpuDuration().orElse(null);
    boolean idle = now != null && now.equals(used) && process.children().findAny().isEmpty();
    if (!idle) {
      used = now == null ? Duration.ZERO : now;
      since = System.nanoTime();
    }
    found = idle && System.nanoTime() - since > limit.toNanos();
    return found;
  }

  /** Whether the process was given up. */
  boolean found() {
    return found;
  }
}
