package dev.hookd.frontend;

import java.time.Duration;

/**
 * For tests of time limits. On a slow machine a limit may act before the process has come to where
 * the test wants it to be caught; then it is tried again with twice the time, so that a fast
 * machine need not wait for what a slow one needs.
 */
public final class Limits {

  private static final int ATTEMPTS = 5;

  private Limits() {}

  /** The test with one limit. */
  public interface Attempt {
    /** Says whether the process had come to where the limit was to catch it. */
    boolean with(Duration limit) throws Exception;
  }

  /** Ends with the first attempt that counts; fails if none does. */
  public static void doubling(Duration first, Attempt attempt) throws Exception {
    Duration limit = first;
    for (int i = 1; !attempt.with(limit); i++) {
      if (i == ATTEMPTS) {
        throw new AssertionError("not even " + limit + " were enough to come to what is tested");
      }
      limit = limit.multipliedBy(2);
    }
  }
}
