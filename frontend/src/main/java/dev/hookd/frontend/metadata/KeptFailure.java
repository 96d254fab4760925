package dev.hookd.frontend.metadata;

import dev.hookd.client.DaemonInfo;
import dev.hookd.client.HookFailedException;
import dev.hookd.client.HookOutput;
import dev.hookd.client.HookdException;
import dev.hookd.client.OutputTail;
import dev.hookd.frontend.InvalidProjectException;
import dev.hookd.protocol.Dialect;
import dev.hookd.protocol.ErrorKind;
import dev.hookd.protocol.HookError;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A failure that a project brings about each time, with all that its exception says. What may be
 * the machine's fault is never kept: a daemon that died or did not start, a hook that was killed,
 * an environment that could not be made, a time limit, memory, the disk, the network, an interrupt.
 *
 * @param kind {@link HookdException#kind()}
 * @param hint what to do about it
 * @param exception the class of the Python exception
 */
record KeptFailure(
    String kind,
    String message,
    @Nullable String hint,
    @Nullable String exception,
    @Nullable String traceback,
    boolean unsupportedOperation,
    OutputTail stdout,
    OutputTail stderr) {

  private static final String INVALID_PROJECT = "InvalidProject";

  /** Their subclasses that say more (a file that is missing, for example) are the project's. */
  private static final Set<String> OF_THE_MACHINE =
      Set.of(
          "builtins.MemoryError",
          "builtins.OSError",
          "builtins.KeyboardInterrupt",
          "builtins.TimeoutError",
          "builtins.ConnectionError",
          "builtins.ConnectionAbortedError",
          "builtins.ConnectionRefusedError",
          "builtins.ConnectionResetError",
          "builtins.BrokenPipeError",
          "builtins.BlockingIOError",
          "builtins.InterruptedError",
          "builtins.PermissionError",
          "socket.gaierror",
          "socket.timeout",
          "ssl.SSLError",
          "ssl.SSLCertVerificationError",
          "urllib.error.URLError",
          "urllib.error.HTTPError",
          "subprocess.TimeoutExpired");

  /** The failure in the form that is kept; empty when it may be another one the next time. */
  static Optional<KeptFailure> of(HookdException e) {
    if (e instanceof HookFailedException failed) {
      HookError error = failed.error();
      // Without an exception the hook's process ended: it was killed, perhaps for want of memory.
      boolean ended = error.kind() == ErrorKind.HOOK_RUNTIME_ERROR && error.exception() == null;
      if (error.cancelled()
          || ended
          || OF_THE_MACHINE.contains(String.valueOf(error.exception()))) {
        return Optional.empty();
      }
      return Optional.of(
          new KeptFailure(
              error.kind().wireName(),
              error.message(),
              e.hint().orElse(null),
              error.exception(),
              error.traceback(),
              error.unsupportedOperation(),
              failed.output().stdout(),
              failed.output().stderr()));
    }
    if (e instanceof InvalidProjectException) {
      return Optional.of(
          new KeptFailure(
              INVALID_PROJECT,
              String.valueOf(e.getMessage()),
              e.hint().orElse(null),
              null,
              null,
              false,
              OutputTail.EMPTY,
              OutputTail.EMPTY));
    }
    return Optional.empty();
  }

  /** Whether {@link #toException} knows the kind. */
  boolean isKnown() {
    return kind.equals(INVALID_PROJECT) || ErrorKind.ofWireName(kind).isPresent();
  }

  /** A new exception of the class, and with the words, of the first one. */
  HookdException toException() {
    if (kind.equals(INVALID_PROJECT)) {
      return new InvalidProjectException(message, hint, null);
    }
    HookFailedException failed =
        HookFailedException.of(
            new HookError(
                ErrorKind.ofWireName(kind).orElseThrow(),
                message,
                exception,
                traceback,
                unsupportedOperation,
                false),
            new HookOutput(stdout, stderr),
            new DaemonInfo(-1, Dialect.EXTENDED, Optional.empty()));
    return hint == null ? failed : failed.withHint(hint);
  }
}
