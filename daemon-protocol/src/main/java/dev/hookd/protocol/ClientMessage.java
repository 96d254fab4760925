package dev.hookd.protocol;

/** What the client writes. Each is encoded into one buffer, so that it can be one write. */
public sealed interface ClientMessage {

  /** Asks for the extended dialect. */
  record Hello() implements ClientMessage {}

  /** The classic {@code run}: the daemon asks for the rest, and {@link Answer} gives it. */
  record Run() implements ClientMessage {}

  /** The answer to one {@code EXPECT} of a classic daemon. */
  record Answer(Expectation expectation, HookRequest request) implements ClientMessage {}

  /** Extended: the action and its request, at once. */
  record Request(DaemonRequest request) implements ClientMessage {}

  /** Extended: ends the call that is in progress; no answer of its own. */
  record Cancel() implements ClientMessage {}

  record Shutdown() implements ClientMessage {}
}
