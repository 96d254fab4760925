package dev.hookd.frontend.source;

/**
 * How much an archive may unpack to. Generous for every sdist in the wild, and small enough that no
 * archive fills a disk. Immutable; the {@code with...} methods give changed copies.
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

  private static final ArchiveLimits DEFAULTS =
      new ArchiveLimits(
          4L << 30, 200_000, 2L << 30, 200.0, 64L << 20, 1024, 64, 16 << 20, 128L << 20);

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

  public ArchiveLimits withMaxTotalBytes(long bytes) {
    return new ArchiveLimits(
        bytes,
        maxEntries,
        maxEntryBytes,
        maxRatio,
        ratioGraceBytes,
        maxPathBytes,
        maxDepth,
        maxReadBytes,
        maxDecoderBytes);
  }

  public ArchiveLimits withMaxEntries(long entries) {
    return new ArchiveLimits(
        maxTotalBytes,
        entries,
        maxEntryBytes,
        maxRatio,
        ratioGraceBytes,
        maxPathBytes,
        maxDepth,
        maxReadBytes,
        maxDecoderBytes);
  }

  public ArchiveLimits withMaxEntryBytes(long bytes) {
    return new ArchiveLimits(
        maxTotalBytes,
        maxEntries,
        bytes,
        maxRatio,
        ratioGraceBytes,
        maxPathBytes,
        maxDepth,
        maxReadBytes,
        maxDecoderBytes);
  }

  /** Sets the ratio and from how many unpacked bytes on it counts. */
  public ArchiveLimits withMaxRatio(double ratio, long graceBytes) {
    return new ArchiveLimits(
        maxTotalBytes,
        maxEntries,
        maxEntryBytes,
        ratio,
        graceBytes,
        maxPathBytes,
        maxDepth,
        maxReadBytes,
        maxDecoderBytes);
  }

  public ArchiveLimits withMaxPathBytes(int bytes) {
    return new ArchiveLimits(
        maxTotalBytes,
        maxEntries,
        maxEntryBytes,
        maxRatio,
        ratioGraceBytes,
        bytes,
        maxDepth,
        maxReadBytes,
        maxDecoderBytes);
  }

  public ArchiveLimits withMaxDepth(int components) {
    return new ArchiveLimits(
        maxTotalBytes,
        maxEntries,
        maxEntryBytes,
        maxRatio,
        ratioGraceBytes,
        maxPathBytes,
        components,
        maxReadBytes,
        maxDecoderBytes);
  }

  public ArchiveLimits withMaxReadBytes(int bytes) {
    return new ArchiveLimits(
        maxTotalBytes,
        maxEntries,
        maxEntryBytes,
        maxRatio,
        ratioGraceBytes,
        maxPathBytes,
        maxDepth,
        bytes,
        maxDecoderBytes);
  }

  public ArchiveLimits withMaxDecoderBytes(long bytes) {
    return new ArchiveLimits(
        maxTotalBytes,
        maxEntries,
        maxEntryBytes,
        maxRatio,
        ratioGraceBytes,
        maxPathBytes,
        maxDepth,
        maxReadBytes,
        bytes);
  }

  private static void requirePositive(String name, long value) {
    if (value <= 0) {
      throw new IllegalArgumentException(name + " is " + value + "; expected more than 0");
    }
  }
}
