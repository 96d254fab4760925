package dev.hookd.cli;

/** How much is said on standard error. */
enum Verbosity {
  /** Errors only. */
  QUIET,
  /** Errors, warnings, the output of a called hook, and progress on a terminal. */
  NORMAL,
  /** All of that, the installer's output, the log, and errors in full length. */
  VERBOSE
}
