package dev.hookd.pool;

import java.time.Duration;

/** Waits that share one deadline; an interrupt is noted and does not shorten them. */
final class Uninterrupted {

  /** Waits for something, for at most so many nanoseconds, and tells whether it came. */
  interface Wait {
    boolean await(long nanos) throws InterruptedException;
  }

  private final long deadline;
  private boolean interrupted;

  Uninterrupted(Duration within) {
    deadline = System.nanoTime() + Nanos.of(within);
  }

  boolean until(Wait wait) {
    while (true) {
      try {
        return wait.await(Math.max(0, deadline - System.nanoTime()));
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
  }

  boolean interrupted() {
    return interrupted;
  }
}
