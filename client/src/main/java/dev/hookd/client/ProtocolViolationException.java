package dev.hookd.client;

import org.jspecify.annotations.Nullable;

/** The daemon did not keep to the protocol; it has been killed. */
public final class ProtocolViolationException extends CallEndedException {

  private final String carried;

  ProtocolViolationException(
      String message,
      String carried,
      HookOutput output,
      OutputTail daemonStderr,
      @Nullable Throwable cause) {
    super(message, output, daemonStderr, cause);
    this.carried = carried;
  }

  @Override
  public String kind() {
    return "ProtocolViolation";
  }

  /** The first 4 KiB that the daemon's standard output carried since the last time it was ready. */
  public String carried() {
    return carried;
  }
}
