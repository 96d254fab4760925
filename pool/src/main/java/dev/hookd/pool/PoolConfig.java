package dev.hookd.pool;

import dev.hookd.client.HookDaemonConfig;
import java.time.Duration;
import java.util.Objects;

/**
 * The limits of a pool. Immutable; a bad value is refused, never corrected.
 *
 * @param maxDaemons how many daemons there may be at a time, those being started and ended included
 * @param maxDaemonsPerKey the same for one key; at most {@code maxDaemons}
 * @param maxQueue how many calls may wait, for a daemon or for their verification; one more is
 *     rejected
 * @param idleTimeout how long a daemon may be idle
 * @param maxAge how long a daemon may live, from its start; it is not taken from a call
 * @param ageJitter the part of {@code maxAge} that chance may take off, so that daemons started
 *     together do not end together: 0 for none, at most 1
 * @param maxCalls how many calls a daemon serves
 * @param fairnessWindow how far the order of arrival may be bent to spare a restart: when all
 *     daemons are taken, a daemon keeps serving its own key while those calls came at most this
 *     much later than the oldest call that needs a daemon of another key
 * @param startBackoffBase after the n-th failure in a row the next start of that key waits a random
 *     time between zero and {@code base * 2^(n-1)} ...
 * @param startBackoffCap ... but never longer than this
 * @param maxStartFailures after so many failed starts in a row the key's calls fail at once
 * @param failFast for how long they do, before another start is tried
 * @param maxWait how long a call may wait for a daemon where its options do not say
 * @param drainTimeout how long {@code close()} lets accepted calls go on before it cancels them
 * @param verifyRate the share of warm calls that are verified, from 0 for none to 1 for all: such a
 *     call is run warm and fresh in a private copy of its source tree first. {@link Verification}
 *     says what that may come to, {@code docs/operations.md} what it costs
 * @param daemon the limits of each daemon
 */
public record PoolConfig(
    int maxDaemons,
    int maxDaemonsPerKey,
    int maxQueue,
    Duration idleTimeout,
    Duration maxAge,
    double ageJitter,
    int maxCalls,
    Duration fairnessWindow,
    Duration startBackoffBase,
    Duration startBackoffCap,
    int maxStartFailures,
    Duration failFast,
    Duration maxWait,
    Duration drainTimeout,
    double verifyRate,
    HookDaemonConfig daemon) {

  public PoolConfig {
    requireAtLeastOne(maxDaemons, "maxDaemons");
    requireAtLeastOne(maxDaemonsPerKey, "maxDaemonsPerKey");
    require(
        maxDaemonsPerKey <= maxDaemons,
        "maxDaemonsPerKey must not exceed maxDaemons (" + maxDaemons + ")",
        maxDaemonsPerKey);
    requireAtLeastOne(maxQueue, "maxQueue");
    requirePositive(idleTimeout, "idleTimeout");
    requirePositive(maxAge, "maxAge");
    require(ageJitter >= 0 && ageJitter <= 1, "ageJitter must be between 0 and 1", ageJitter);
    requireAtLeastOne(maxCalls, "maxCalls");
    require(!fairnessWindow.isNegative(), "fairnessWindow must not be negative", fairnessWindow);
    requirePositive(startBackoffBase, "startBackoffBase");
    require(
        startBackoffCap.compareTo(startBackoffBase) >= 0,
        "startBackoffCap must not be less than startBackoffBase (" + startBackoffBase + ")",
        startBackoffCap);
    requireAtLeastOne(maxStartFailures, "maxStartFailures");
    requirePositive(failFast, "failFast");
    requirePositive(maxWait, "maxWait");
    require(!drainTimeout.isNegative(), "drainTimeout must not be negative", drainTimeout);
    require(verifyRate >= 0 && verifyRate <= 1, "verifyRate must be between 0 and 1", verifyRate);
    Objects.requireNonNull(daemon, "daemon");
  }

  /** What suits a machine where the pool may have all cores. */
  public static PoolConfig defaults() {
    return builder().build();
  }

  public static Builder builder() {
    return new Builder();
  }

  private static void requireAtLeastOne(int value, String name) {
    require(value >= 1, name + " must be at least 1", value);
  }

  private static void requirePositive(Duration value, String name) {
    require(!value.isZero() && !value.isNegative(), name + " must be positive", value);
  }

  private static void require(boolean holds, String rule, Object value) {
    if (!holds) {
      throw new IllegalArgumentException(rule + ", got: " + value);
    }
  }

  /** Collects settings; {@link #build} checks them. Not thread-safe. */
  public static final class Builder {

    private static final int AS_THE_TOTAL = -1;

    private int maxDaemons = Runtime.getRuntime().availableProcessors();
    private int maxDaemonsPerKey = AS_THE_TOTAL;
    private int maxQueue = 10_000;
    private Duration idleTimeout = Duration.ofMinutes(5);
    private Duration maxAge = Duration.ofHours(1);
    private double ageJitter = 0.25;
    private int maxCalls = 10_000;
    private Duration fairnessWindow = Duration.ofMillis(500);
    private Duration startBackoffBase = Duration.ofMillis(100);
    private Duration startBackoffCap = Duration.ofSeconds(10);
    private int maxStartFailures = 3;
    private Duration failFast = Duration.ofSeconds(30);
    private Duration maxWait = Duration.ofMinutes(2);
    private Duration drainTimeout = Duration.ofSeconds(30);
    private double verifyRate;
    private HookDaemonConfig daemon = HookDaemonConfig.DEFAULT;

    private Builder() {}

    /** Default: the number of cores. */
    public Builder maxDaemons(int value) {
      maxDaemons = value;
      return this;
    }

    /** Default: as many as {@code maxDaemons}. */
    public Builder maxDaemonsPerKey(int value) {
      require(value >= 1, "maxDaemonsPerKey must be at least 1", value);
      maxDaemonsPerKey = value;
      return this;
    }

    /** Default: 10,000. */
    public Builder maxQueue(int value) {
      maxQueue = value;
      return this;
    }

    /** Default: 5 minutes. */
    public Builder idleTimeout(Duration value) {
      idleTimeout = value;
      return this;
    }

    /** Default: an hour, up to a quarter less by chance. */
    public Builder maxAge(Duration value, double jitter) {
      maxAge = value;
      ageJitter = jitter;
      return this;
    }

    /** Default: 10,000. */
    public Builder maxCalls(int value) {
      maxCalls = value;
      return this;
    }

    /** Default: half a second, some two starts of a daemon. */
    public Builder fairnessWindow(Duration value) {
      fairnessWindow = value;
      return this;
    }

    /** Default: 100 ms, at most 10 s. */
    public Builder startBackoff(Duration base, Duration cap) {
      startBackoffBase = base;
      startBackoffCap = cap;
      return this;
    }

    /** Default: 3, then 30 s. */
    public Builder failFast(int afterStartFailures, Duration duration) {
      maxStartFailures = afterStartFailures;
      failFast = duration;
      return this;
    }

    /** Default: 2 minutes. */
    public Builder maxWait(Duration value) {
      maxWait = value;
      return this;
    }

    /** Default: 30 s. */
    public Builder drainTimeout(Duration value) {
      drainTimeout = value;
      return this;
    }

    /** Default: 0, no call is verified. */
    public Builder verifyRate(double value) {
      verifyRate = value;
      return this;
    }

    /** Default: {@link HookDaemonConfig#DEFAULT}. */
    public Builder daemon(HookDaemonConfig value) {
      daemon = value;
      return this;
    }

    /**
     * The limits as they were set.
     *
     * @throws IllegalArgumentException if a setting is out of its bounds; the message names it
     */
    public PoolConfig build() {
      return new PoolConfig(
          maxDaemons,
          maxDaemonsPerKey == AS_THE_TOTAL ? maxDaemons : maxDaemonsPerKey,
          maxQueue,
          idleTimeout,
          maxAge,
          ageJitter,
          maxCalls,
          fairnessWindow,
          startBackoffBase,
          startBackoffCap,
          maxStartFailures,
          failFast,
          maxWait,
          drainTimeout,
          verifyRate,
          daemon);
    }
  }
}
