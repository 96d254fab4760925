package dev.hookd.client;

import java.time.Duration;

/** The call took longer than it was allowed to; the hook's processes have been killed. */
public final class HookTimeoutException extends CallEndedException {

  private final Duration timeout;

  HookTimeoutException(
      String message, Duration timeout, HookOutput output, OutputTail daemonStderr) {
    super(message, output, daemonStderr, null);
    this.timeout = timeout;
  }

  @Override
  public String kind() {
    return "Timeout";
  }

  /** How long the call was allowed to take. */
  public Duration timeout() {
    return timeout;
  }
}
