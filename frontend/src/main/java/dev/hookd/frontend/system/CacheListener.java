package dev.hookd.frontend.system;

import java.util.Locale;

/**
 * Told what becomes of what is kept in a {@link CacheDirectory}, by those who work in it in this
 * process. Called on the threads that do the work: it must be quick, thread-safe, and throw
 * nothing.
 */
public interface CacheListener {

  /** Hears nothing. */
  CacheListener NONE = new CacheListener() {};

  /** What is kept. */
  enum Kept {
    METADATA,
    WHEELS,
    ENVIRONMENTS,
    DOWNLOADS;

    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Where what was wanted has been found. */
  enum Found {
    MEMORY,
    DISK,
    /** Nowhere: it is made, or fetched. */
    MISS;

    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Something was wanted that may be kept. */
  default void wanted(Kept kind, Found found) {}

  /** What was found is how the metadata of a project could not be had, and that was the answer. */
  default void failureServed() {}

  /** Something does not read as it was written, and is not used. */
  default void damaged(Kept kind) {}

  /** Something has been deleted, so that the others are within a bound. */
  default void evicted(Kept kind, long bytes) {}
}
