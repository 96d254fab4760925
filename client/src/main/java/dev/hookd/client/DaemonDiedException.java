package dev.hookd.client;

import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** The daemon ended under a call: killed, out of memory, or after a {@code FATAL} of its own. */
public final class DaemonDiedException extends CallEndedException {

  private final @Nullable Integer exitStatus;
  private final @Nullable String fatal;

  DaemonDiedException(
      String message,
      @Nullable Integer exitStatus,
      @Nullable String fatal,
      HookOutput output,
      OutputTail daemonStderr,
      @Nullable Throwable cause) {
    super(message, output, daemonStderr, cause);
    this.exitStatus = exitStatus;
    this.fatal = fatal;
  }

  @Override
  public String kind() {
    return "DaemonDied";
  }

  /** The exit status, 128 + signal where a signal ended it; empty when it is not known. */
  public OptionalInt exitStatus() {
    return exitStatus == null ? OptionalInt.empty() : OptionalInt.of(exitStatus);
  }

  /** What the daemon's {@code FATAL} said, with its traceback; empty when it said none. */
  public Optional<String> fatal() {
    return Optional.ofNullable(fatal);
  }
}
