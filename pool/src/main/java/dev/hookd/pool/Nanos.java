package dev.hookd.pool;

import java.time.Duration;

/** Durations on a monotonic nanosecond clock, whose readings may only be subtracted. */
final class Nanos {

  /** Some 73 years: the sum of two stays in range. */
  private static final long FOREVER = Long.MAX_VALUE / 4;

  private static final Duration LONGEST = Duration.ofNanos(FOREVER);

  private Nanos() {}

  static long of(Duration duration) {
    return duration.compareTo(LONGEST) >= 0 ? FOREVER : duration.toNanos();
  }

  static boolean isBefore(long one, long other) {
    return one - other < 0;
  }
}
