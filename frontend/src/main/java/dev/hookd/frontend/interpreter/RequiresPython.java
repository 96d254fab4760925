package dev.hookd.frontend.interpreter;

/** What an interpreter is to a project's {@code Requires-Python} (core metadata). */
public enum RequiresPython {
  /** The project supports it, or says nothing. */
  MET,

  /** The project does not support it: nothing of it should be run. */
  NOT_MET,

  /**
   * What the project says is no version specifier. pip ignores it, and so should a caller, who may
   * warn: there are old ones in the index that only today's reading refuses.
   */
  MALFORMED
}
