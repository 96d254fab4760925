package dev.hookd.frontend;

import java.time.Duration;

/**
 * How metadata, and the wheels that were built for want of a better way to them, are kept. Sizes
 * are kept to approximately. Immutable.
 *
 * @param enabled whether any are kept, and kept ones used
 * @param maxBytes of the metadata on disk, in all processes that share the cache directory
 * @param maxWheelBytes of the wheels on disk; 0: none are kept
 * @param maxAge how long an answer counts
 * @param maxFailureAge how long a failure counts; zero: failures are not kept
 * @param memoryBytes of the metadata in this JVM's memory, as their files have them
 */
public record MetadataCacheConfig(
    boolean enabled,
    long maxBytes,
    long maxWheelBytes,
    Duration maxAge,
    Duration maxFailureAge,
    long memoryBytes) {

  private static final long MIB = 1 << 20;

  /** Half a GiB on disk and one of wheels, 16 MiB in memory; 30 days, failures an hour. */
  public static final MetadataCacheConfig DEFAULT =
      new MetadataCacheConfig(
          true, 512 * MIB, 1024 * MIB, Duration.ofDays(30), Duration.ofHours(1), 16 * MIB);

  /** Nothing is kept, and nothing that was kept is used. */
  public static final MetadataCacheConfig DISABLED =
      new MetadataCacheConfig(false, 1, 0, Duration.ofDays(1), Duration.ZERO, 0);

  /**
   * @throws IllegalArgumentException if a size is negative, {@code maxBytes} or {@code maxAge} is
   *     not positive, or {@code maxFailureAge} is negative
   */
  public MetadataCacheConfig {
    if (maxBytes < 1) {
      throw new IllegalArgumentException("maxBytes must be positive, got: " + maxBytes);
    }
    if (maxWheelBytes < 0) {
      throw new IllegalArgumentException("maxWheelBytes must be 0 or more, got: " + maxWheelBytes);
    }
    if (maxAge.isNegative() || maxAge.isZero()) {
      throw new IllegalArgumentException("maxAge must be positive, got: " + maxAge);
    }
    if (maxFailureAge.isNegative()) {
      throw new IllegalArgumentException("maxFailureAge must not be negative: " + maxFailureAge);
    }
    if (memoryBytes < 0) {
      throw new IllegalArgumentException("memoryBytes must be 0 or more, got: " + memoryBytes);
    }
  }

  /** The same with another {@link #maxBytes}. */
  public MetadataCacheConfig withMaxBytes(long bytes) {
    return new MetadataCacheConfig(
        enabled, bytes, maxWheelBytes, maxAge, maxFailureAge, memoryBytes);
  }

  /** The same with another {@link #maxWheelBytes}. */
  public MetadataCacheConfig withMaxWheelBytes(long bytes) {
    return new MetadataCacheConfig(enabled, maxBytes, bytes, maxAge, maxFailureAge, memoryBytes);
  }

  /** The same with another {@link #maxAge}. */
  public MetadataCacheConfig withMaxAge(Duration age) {
    return new MetadataCacheConfig(
        enabled, maxBytes, maxWheelBytes, age, maxFailureAge, memoryBytes);
  }

  /** The same with another {@link #maxFailureAge}. */
  public MetadataCacheConfig withMaxFailureAge(Duration age) {
    return new MetadataCacheConfig(enabled, maxBytes, maxWheelBytes, maxAge, age, memoryBytes);
  }

  /** The same with another {@link #memoryBytes}. */
  public MetadataCacheConfig withMemoryBytes(long bytes) {
    return new MetadataCacheConfig(enabled, maxBytes, maxWheelBytes, maxAge, maxFailureAge, bytes);
  }
}
