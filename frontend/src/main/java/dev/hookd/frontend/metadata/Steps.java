package dev.hookd.frontend.metadata;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** How long the steps of one answer took. For one thread. */
final class Steps {

  private final Map<String, Duration> durations = new LinkedHashMap<>();
  private final long start = System.nanoTime();

  /** Runs the step; what it takes is added to what steps of its name took before. */
  <T> T time(String step, Supplier<T> work) {
    long begin = System.nanoTime();
    durations.putIfAbsent(step, Duration.ZERO); // in the order of their beginning
    try {
      return work.get();
    } finally {
      durations.merge(step, Duration.ofNanos(System.nanoTime() - begin), Duration::plus);
    }
  }

  /** Adds a step of this name, which has just ended, unless {@code other} was taken instead. */
  void addUnless(String other, String step, Duration took) {
    if (!durations.containsKey(other)) {
      durations.merge(step, took, Duration::plus);
    }
  }

  Map<String, Duration> durations() {
    return durations;
  }

  Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
