package dev.hookd.frontend;

import java.util.Locale;

/**
 * Where the hooks of a source tree run. An sdist is unpacked into a private directory in any case.
 */
public enum TreeUse {
  /**
   * In the tree itself, where backends keep what speeds up the next build and may leave files. Two
   * builds of one tree with one cache directory never run in it at once, be they of two processes:
   * the second one waits.
   */
  IN_TREE,
  /** In a copy of the tree, which is deleted at the end. */
  PRIVATE_COPY;

  /** The name in outputs, {@code in-tree} or {@code private-copy}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
