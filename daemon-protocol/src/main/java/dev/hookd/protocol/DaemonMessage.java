package dev.hookd.protocol;

import org.jspecify.annotations.Nullable;

/**
 * One line from the daemon. The wire shapes stand in {@code docs/protocol.md} and beside the
 * decoder's methods.
 */
public sealed interface DaemonMessage {

  /** The daemon waits for an action; after a call, also: that call is over. */
  record Ready() implements DaemonMessage {}

  /** The answer to {@code hello}: from the next line on, the dialect is extended. */
  record Hello(DaemonIdentity identity) implements DaemonMessage {}

  record Expect(Expectation expectation) implements DaemonMessage {}

  /** For a person. */
  record Debug(String text) implements DaemonMessage {}

  /** The file that the hook's standard output goes to; the client deletes it. */
  record StdoutFile(String path) implements DaemonMessage {}

  /** The file that the hook's standard error goes to; the client deletes it. */
  record StderrFile(String path) implements DaemonMessage {}

  /**
   * The hook returned.
   *
   * @param data the value as it stands on the line; what it means depends on the dialect and on the
   *     hook: {@link ResultData}
   */
  record Ok(String data) implements DaemonMessage {}

  record Failed(HookError error) implements DaemonMessage {}

  /** The daemon itself failed and is about to exit. */
  record Fatal(String kind, String message, @Nullable String traceback) implements DaemonMessage {}

  /** Follows {@link Failed} or {@link Fatal} in the classic dialect. */
  record Traceback(String text) implements DaemonMessage {}

  record Usage(HookUsage usage) implements DaemonMessage {}

  record Warned(HookWarning warning) implements DaemonMessage {}

  /** The daemon exits cleanly. */
  record Shutdown() implements DaemonMessage {}
}
