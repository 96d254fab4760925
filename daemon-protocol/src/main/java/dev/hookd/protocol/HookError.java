package dev.hookd.protocol;

import org.jspecify.annotations.Nullable;

/**
 * A failed call as the daemon reports it.
 *
 * @param exception the qualified name of the Python exception's class; {@code null} when none was
 *     raised, and in the classic dialect, which does not say
 * @param traceback Python's traceback; {@code null} when there is none
 * @param unsupportedOperation whether the backend raised its own {@code UnsupportedOperation} (PEP
 *     517, "build_sdist"); always false in the classic dialect
 * @param cancelled whether the call ended because the client asked for it
 */
public record HookError(
    ErrorKind kind,
    String message,
    @Nullable String exception,
    @Nullable String traceback,
    boolean unsupportedOperation,
    boolean cancelled) {

  static HookError classic(ErrorKind kind, String message) {
    return new HookError(kind, message, null, null, false, false);
  }

  /** The same with the traceback that a classic daemon sends in a message of its own. */
  public HookError withTraceback(String text) {
    return new HookError(kind, message, exception, text, unsupportedOperation, cancelled);
  }
}
