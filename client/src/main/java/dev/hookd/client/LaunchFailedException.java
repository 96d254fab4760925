package dev.hookd.client;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * No daemon came up: the interpreter could not be started, or it ended, or said something else,
 * before it was ready. Nothing is left behind.
 */
public final class LaunchFailedException extends HookdException {

  private final transient OutputTail daemonStderr;
  private final @Nullable String hint;

  public LaunchFailedException(
      String message, OutputTail daemonStderr, @Nullable String hint, @Nullable Throwable cause) {
    super(message, cause);
    this.daemonStderr = daemonStderr;
    this.hint = hint;
  }

  @Override
  public String kind() {
    return "LaunchFailed";
  }

  /** The last part of what it wrote to its standard error. */
  public OutputTail daemonStderr() {
    return daemonStderr;
  }

  @Override
  public Optional<String> hint() {
    return Optional.ofNullable(hint);
  }
}
