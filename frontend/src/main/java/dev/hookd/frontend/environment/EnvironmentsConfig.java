package dev.hookd.frontend.environment;

import dev.hookd.frontend.system.CacheDirectory;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/**
 * How environments are made. Immutable.
 *
 * @param cache where they are kept
 * @param callerEnvironment what the installer sees (indexes, proxies, certificates) and what {@link
 *     HookVariables} selects from
 * @param extraHookVariables names that hooks may see besides those
 * @param installTimeout for one run of the installer; its process tree is killed then
 * @param stallLimit how long an installer that waits for nothing may do nothing, before it is
 *     killed; longer than it waits for an index
 * @param maxBytes how much the environments of the cache may hold; whenever one is made, those used
 *     least recently go until the others are within it. Those in use stay
 * @param keepAfterUse how long an environment counts as in use after its last use: as long as a
 *     daemon may live on in it
 * @param parallelism how many installers may run at once in this JVM
 * @param clock what records the day of a resolution
 * @param listener hears of the progress
 */
public record EnvironmentsConfig(
    CacheDirectory cache,
    Map<String, String> callerEnvironment,
    Set<String> extraHookVariables,
    Duration installTimeout,
    Duration stallLimit,
    long maxBytes,
    Duration keepAfterUse,
    int parallelism,
    Clock clock,
    EnvironmentListener listener) {

  /** Ten GiB: about a thousand environments of setuptools. */
  public static final long DEFAULT_MAX_BYTES = 10L << 30;

  /** Ten minutes. */
  public static final Duration DEFAULT_INSTALL_TIMEOUT = Duration.ofMinutes(10);

  public EnvironmentsConfig {
    callerEnvironment = Map.copyOf(callerEnvironment);
    extraHookVariables = Set.copyOf(extraHookVariables);
    if (installTimeout.isZero() || installTimeout.isNegative()) {
      throw new IllegalArgumentException("installTimeout must be positive: " + installTimeout);
    }
    if (stallLimit.isZero() || stallLimit.isNegative()) {
      throw new IllegalArgumentException("stallLimit must be positive: " + stallLimit);
    }
    if (maxBytes < 1) {
      throw new IllegalArgumentException("maxBytes must be positive: " + maxBytes);
    }
    if (keepAfterUse.isNegative()) {
      throw new IllegalArgumentException("keepAfterUse must not be negative: " + keepAfterUse);
    }
    if (parallelism < 1) {
      throw new IllegalArgumentException("parallelism must be at least 1: " + parallelism);
    }
  }

  /** This process's environment and its cache directory, ten minutes, one installer a core. */
  public static Builder builder() {
    return builder(System.getenv());
  }

  /** The same for another environment. */
  public static Builder builder(Map<String, String> callerEnvironment) {
    return new Builder(callerEnvironment);
  }

  /** Not thread-safe. */
  public static final class Builder {
    private final Map<String, String> callerEnvironment;
    private CacheDirectory cache;
    private Set<String> extraHookVariables = Set.of();
    private Duration installTimeout = DEFAULT_INSTALL_TIMEOUT;
    private Duration stallLimit = Duration.ofMinutes(1);
    private long maxBytes = DEFAULT_MAX_BYTES;
    private Duration keepAfterUse = Duration.ofMinutes(15);
    private int parallelism = Math.max(2, Runtime.getRuntime().availableProcessors());
    private Clock clock = Clock.systemUTC();
    private EnvironmentListener listener = EnvironmentListener.NONE;

    private Builder(Map<String, String> callerEnvironment) {
      this.callerEnvironment = callerEnvironment;
      this.cache = CacheDirectory.of(callerEnvironment);
    }

    public Builder cache(CacheDirectory value) {
      cache = value;
      return this;
    }

    public Builder extraHookVariables(Set<String> value) {
      extraHookVariables = value;
      return this;
    }

    public Builder installTimeout(Duration value) {
      installTimeout = value;
      return this;
    }

    public Builder stallLimit(Duration value) {
      stallLimit = value;
      return this;
    }

    public Builder maxBytes(long value) {
      maxBytes = value;
      return this;
    }

    public Builder keepAfterUse(Duration value) {
      keepAfterUse = value;
      return this;
    }

    public Builder parallelism(int value) {
      parallelism = value;
      return this;
    }

    public Builder clock(Clock value) {
      clock = value;
      return this;
    }

    public Builder listener(EnvironmentListener value) {
      listener = value;
      return this;
    }

    public EnvironmentsConfig build() {
      return new EnvironmentsConfig(
          cache,
          callerEnvironment,
          extraHookVariables,
          installTimeout,
          stallLimit,
          maxBytes,
          keepAfterUse,
          parallelism,
          clock,
          listener);
    }
  }
}
