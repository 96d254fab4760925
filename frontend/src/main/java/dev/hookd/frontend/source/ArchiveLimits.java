package dev.hookd.frontend.source;

/**
 * How much an archive may unpack to. Generous for every sdist in the wild, and small enough that no
 * archive fills a disk. Immutable.
 *
 * @param maxTotalBytes unpacked bytes of the whole archive
 * @param maxEntries files, directories and links, those that only a longer path implies included
 * @param maxEntryBytes unpacked bytes of one file
 * @param maxRatio unpacked bytes per byte of the archive file
 * @param ratioGraceBytes up to this many unpacked bytes the ratio does not count: small files
 *     compress as they like
 * @param maxPathBytes bytes of one path inside the archive, in UTF-8
 * @param maxDepth components of one path inside the archive
 * @param maxReadBytes bytes of one file that {@link SdistArchive#read} holds in memory
 * @param maxDecoderBytes memory that decompressing may take; only xz lets the archive choose
 */
public record ArchiveLimits(
    long maxTotalBytes,
    long maxEntries,
    long maxEntryBytes,
    double maxRatio,
    long ratioGraceBytes,
    int maxPathBytes,
    int maxDepth,
    int maxReadBytes,
    long maxDecoderBytes) {

  private static final ArchiveLimits DEFAULTS = builder().build();

  public ArchiveLimits {
    requirePositive("maxTotalBytes", maxTotalBytes);
    requirePositive("maxEntries", maxEntries);
    requirePositive("maxEntryBytes", maxEntryBytes);
    if (!(maxRatio >= 1.0)) { // so that NaN is refused, too
      throw new IllegalArgumentException("maxRatio is " + maxRatio + "; expected 1 or more");
    }
    if (ratioGraceBytes < 0) {
      throw new IllegalArgumentException(
          "ratioGraceBytes is " + ratioGraceBytes + "; expected 0 or more");
    }
    requirePositive("maxPathBytes", maxPathBytes);
    requirePositive("maxDepth", maxDepth);
    requirePositive("maxReadBytes", maxReadBytes);
    requirePositive("maxDecoderBytes", maxDecoderBytes);
  }

  /**
   * 4 GiB in all, 2 GiB a file, 200,000 entries, 200 times the archive's size once that is more
   * than 64 MiB, paths of 1,024 bytes and 64 components; 16 MiB of a file that is read, 128 MiB to
   * decompress.
   */
  public static ArchiveLimits defaults() {
    return DEFAULTS;
  }

  /** Limits that start from {@link #defaults}. */
  public static Builder builder() {
    return new Builder();
  }

  private static void requirePositive(String name, long value) {
    if (value <= 0) {
      throw new IllegalArgumentException(name + " is " + value + "; expected more than 0");
    }
  }

  /** Not thread-safe. */
  public static final class Builder {
    private long maxTotalBytes = 4L << 30;
    private long maxEntries = 200_000;
    private long maxEntryBytes = 2L << 30;
    private double maxRatio = 200.0;
    private long ratioGraceBytes = 64L << 20;
    private int maxPathBytes = 1024;
    private int maxDepth = 64;
    private int maxReadBytes = 16 << 20;
    private long maxDecoderBytes = 128L << 20;

    private Builder() {}

    public Builder maxTotalBytes(long value) {
      maxTotalBytes = value;
      return this;
    }

    public Builder maxEntries(long value) {
      maxEntries = value;
      return this;
    }

    public Builder maxEntryBytes(long value) {
      maxEntryBytes = value;
      return this;
    }

    public Builder maxRatio(double value) {
      maxRatio = value;
      return this;
    }

    public Builder ratioGraceBytes(long value) {
      ratioGraceBytes = value;
      return this;
    }

    public Builder maxPathBytes(int value) {
      maxPathBytes = value;
      return this;
    }

    public Builder maxDepth(int value) {
      maxDepth = value;
      return this;
    }

    public Builder maxReadBytes(int value) {
      maxReadBytes = value;
      return this;
    }

    public Builder maxDecoderBytes(long value) {
      maxDecoderBytes = value;
      return this;
    }

    /**
     * The limits.
     *
     * @throws IllegalArgumentException if one of them is out of range
     */
    public ArchiveLimits build() {
      return new ArchiveLimits(
          maxTotalBytes,
          maxEntries,
          maxEntryBytes,
          maxRatio,
          ratioGraceBytes,
          maxPathBytes,
          maxDepth,
          maxReadBytes,
          maxDecoderBytes);
    }
  }
}
