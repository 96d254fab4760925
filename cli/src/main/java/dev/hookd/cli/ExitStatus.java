package dev.hookd.cli;

/** The exit statuses of the command; a contract, see {@code docs/cli.md}. */
final class ExitStatus {

  /** All is well. */
  static final int OK = 0;

  /** A hook or a project failed. */
  static final int FAILED = 1;

  /** The command was used wrongly. */
  static final int USAGE = 2;

  /** The machinery failed: launch, environment, protocol, a daemon that died, an internal error. */
  static final int MACHINERY = 3;

  /** Ended by Ctrl-C: 128 + SIGINT, as shells have it. */
  static final int INTERRUPTED = 130;

  /** The reader of standard output went away: 128 + SIGPIPE, as shells have it. */
  static final int BROKEN_PIPE = 141;

  private ExitStatus() {}
}
