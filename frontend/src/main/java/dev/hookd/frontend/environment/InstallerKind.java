package dev.hookd.frontend.environment;

/** What puts the build requirements into an environment. */
public enum InstallerKind {
  /** {@link #UV} where a {@code uv} is on the caller's PATH, {@link #PIP} otherwise. */
  AUTO,
  /**
   * pip 22.3 or newer: the interpreter's own, or another one on the caller's PATH (it never goes
   * into the environment).
   */
  PIP,
  /** {@code uv pip}, from the caller's PATH. */
  UV
}
