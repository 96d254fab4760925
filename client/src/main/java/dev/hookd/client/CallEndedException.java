package dev.hookd.client;

import org.jspecify.annotations.Nullable;

/**
 * A call that ended without an answer of the daemon. Carries what the hook and the daemon had
 * written until then.
 */
public abstract sealed class CallEndedException extends HookdException
    permits DaemonDiedException,
        ProtocolViolationException,
        HookTimeoutException,
        HookCancelledException {

  private final transient HookOutput output;
  private final transient OutputTail daemonStderr;

  CallEndedException(
      String message, HookOutput output, OutputTail daemonStderr, @Nullable Throwable cause) {
    super(message, cause);
    this.output = output;
    this.daemonStderr = daemonStderr;
  }

  /** The last part of what the hook wrote until then. */
  public HookOutput output() {
    return output;
  }

  /** The last part of what the daemon itself wrote to its standard error. */
  public OutputTail daemonStderr() {
    return daemonStderr;
  }
}
