package dev.hookd.frontend.index;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Random;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * How time passes, and chance. Tests have their own.
 *
 * @param clock what servers' dates are compared with
 * @param nanos monotonic
 * @param random thread-safe
 */
record SystemTime(Pause pause, InstantSource clock, LongSupplier nanos, RandomGenerator random) {

  /** Waits, and reacts to interruption. */
  interface Pause {
    void sleep(Duration time) throws InterruptedException;
  }

  static SystemTime real() {
    return new SystemTime(
        time -> Thread.sleep(time.toMillis()),
        InstantSource.system(),
        System::nanoTime,
        new Random());
  }
}
