package dev.hookd.frontend.source;

/**
 * How much a private copy of a source tree may have. Immutable.
 *
 * @param maxEntries files, directories and links
 * @param maxBytes of all files
 */
public record CopyLimits(long maxEntries, long maxBytes) {

  private static final CopyLimits DEFAULTS = new CopyLimits(1_000_000, 16L << 30);

  public CopyLimits {
    if (maxEntries <= 0) {
      throw new IllegalArgumentException("maxEntries is " + maxEntries + "; expected more than 0");
    }
    if (maxBytes <= 0) {
      throw new IllegalArgumentException("maxBytes is " + maxBytes + "; expected more than 0");
    }
  }

  /** A million entries, 16 GiB: a big repository with its history, and no home directory. */
  public static CopyLimits defaults() {
    return DEFAULTS;
  }
}
