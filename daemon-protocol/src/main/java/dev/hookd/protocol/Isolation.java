package dev.hookd.protocol;

import java.util.Locale;

/** How the daemon keeps one hook's process from the next. */
public enum Isolation {
  /**
   * A fork of the warm parent for each hook; the daemon falls back to {@link #FRESH} where a fork
   * is not safe.
   */
  FORK,
  /** A new interpreter for each hook. */
  FRESH;

  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
