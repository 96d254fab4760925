package dev.hookd.client;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What every failure of this library extends: one subclass per cause, so that a caller can catch
 * the cause it can act on.
 *
 * <p>The message says what happened and where; {@link #hint()} what to do about it, where that is
 * known.
 */
public abstract class HookdException extends RuntimeException {

  protected HookdException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /**
   * The stable name of the cause, for people's scripts and for metrics: one of the error kinds of
   * the hookd protocol ({@code HookRuntimeError}...), or {@code Timeout}, {@code Cancelled}, {@code
   * DaemonDied}, {@code ProtocolViolation}, {@code LaunchFailed}, {@code EnvironmentFailed}, {@code
   * InvalidProject}...
   */
  public abstract String kind();

  /** One sentence that names the way out; empty where none is known. */
  public Optional<String> hint() {
    return Optional.empty();
  }
}
