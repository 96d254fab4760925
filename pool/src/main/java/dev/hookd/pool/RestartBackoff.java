package dev.hookd.pool;

import java.util.random.RandomGenerator;

/**
 * When a key may start its next daemon. Not thread-safe: the scheduler's lock guards it.
 *
 * <p>Failures are counted in waves: daemons that were started before the last failure was counted
 * and fail as well are part of it. So four starts at once that meet a broken interpreter are one
 * failure and not four. Only an answered call ends the count; a start that succeeds proves little.
 */
final class RestartBackoff {

  private final PoolConfig config;
  private final RandomGenerator random;

  private int wave;
  private int failures;
  private int startFailures;
  private long notBefore;
  private long failFastUntil;

  RestartBackoff(PoolConfig config, RandomGenerator random) {
    this.config = config;
    this.random = random;
  }

  /** To be remembered by a daemon when it is started, and given back when it fails. */
  int wave() {
    return wave;
  }

  /** A daemon failed after it had served, or died under a call. */
  void died(int startedInWave, long now) {
    if (startedInWave != wave) {
      return;
    }
    wave++;
    failures++;
    notBefore = now + delay();
  }

  /** A daemon did not come up, or ended before it got its first call. */
  void startFailed(int startedInWave, long now) {
    if (startedInWave != wave) {
      return;
    }
    died(startedInWave, now);
    startFailures++;
    if (startFailures >= config.maxStartFailures()) {
      failFastUntil = now + Nanos.of(config.failFast());
      notBefore = failFastUntil;
    }
  }

  void answered() {
    failures = 0;
    startFailures = 0;
  }

  boolean hasFailures() {
    return failures > 0;
  }

  int startFailures() {
    return startFailures;
  }

  boolean mayStart(long now) {
    return failures == 0 || now - notBefore >= 0;
  }

  boolean failsFast(long now) {
    return startFailures >= config.maxStartFailures() && now - failFastUntil < 0;
  }

  /** Meaningful while {@link #mayStart} is false. */
  long notBefore() {
    return notBefore;
  }

  /** Whether there are failures that must outlive the last daemon and call of the key. */
  boolean isRemembered(long now) {
    return failures > 0 && Nanos.isBefore(now, forgottenAt());
  }

  /** When failures may be forgotten if nobody asks for the key any more. */
  long forgottenAt() {
    return notBefore + Nanos.of(config.failFast());
  }

  /** Full jitter: anything from zero to the exponential bound, so that restarts spread out. */
  private long delay() {
    long cap = Nanos.of(config.startBackoffCap());
    long bound = Nanos.of(config.startBackoffBase());
    for (int i = 1; i < failures && bound < cap; i++) {
      bound = bound > cap / 2 ? cap : bound * 2;
    }
    return random.nextLong(bound + 1);
  }
}
