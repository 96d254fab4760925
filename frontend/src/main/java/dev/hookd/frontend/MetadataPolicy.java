package dev.hookd.frontend;

import java.util.Locale;

/** How far metadata may be had without asking the build backend. */
public enum MetadataPolicy {
  /** Never runs a project's code; what its files do not promise is a {@link NotStaticException}. */
  STATIC_ONLY,
  /** What its files promise; else what its hooks say. */
  STATIC_FIRST,
  /** What its hooks say, whatever its files promise. */
  BUILD;

  /** The name in options, for example {@code static-first}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
