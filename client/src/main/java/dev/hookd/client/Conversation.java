package dev.hookd.client;

import dev.hookd.protocol.ClientMessage;
import dev.hookd.protocol.DaemonIdentity;
import dev.hookd.protocol.DaemonMessage;
import dev.hookd.protocol.DaemonRequest;
import dev.hookd.protocol.Dialect;
import dev.hookd.protocol.ErrorKind;
import dev.hookd.protocol.HookRequest;
import dev.hookd.protocol.ProtocolException;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The client's half of a conversation with one daemon: takes what the daemon says, and says what to
 * do about it. Knows nothing of processes, threads and clocks. Not thread-safe.
 */
final class Conversation {

  /** What follows from a message. */
  sealed interface Step {

    Step NOTHING = new Nothing();

    record Nothing() implements Step {}

    record Send(ClientMessage message) implements Step {}

    /** The handshake is over; the daemon waits for its first call. */
    record Greeted() implements Step {}

    /** The daemon has answered and is ready for the next call. */
    record CallOver(Exchange exchange) implements Step {}
  }

  private final Set<MessageKind> said = EnumSet.noneOf(MessageKind.class);
  private ConversationState state = ConversationState.LAUNCHED;
  private @Nullable DaemonIdentity identity;
  private @Nullable Exchange exchange;
  private @Nullable String fatal;

  /**
   * Takes one message.
   *
   * @throws ProtocolException if the daemon may not say that now; the conversation has ended then
   */
  Step on(DaemonMessage message) {
    try {
      return take(message);
    } catch (ProtocolException e) {
      state = ConversationState.ENDED;
      throw e;
    }
  }

  private Step take(DaemonMessage message) {
    MessageKind kind = MessageKind.of(message);
    ConversationState before = state;
    state =
        before
            .after(kind)
            .orElseThrow(
                () ->
                    new ProtocolException(
                        "got %s in state %s (expected: %s)"
                            .formatted(kind, before, before.allowed())));
    if (kind.onlyOnce() && !said.add(kind)) {
      throw new ProtocolException("got %s twice since the last READY".formatted(kind));
    }
    if (message instanceof DaemonMessage.Ready) {
      return ready(before);
    } else if (message instanceof DaemonMessage.Hello hello) {
      identity = hello.identity();
    } else if (message instanceof DaemonMessage.Expect expect && kind == MessageKind.EXPECT) {
      HookRequest request = inCall().expect(expect.expectation());
      return new Step.Send(new ClientMessage.Answer(expect.expectation(), request));
    } else if (message instanceof DaemonMessage.Failed failed) {
      failed(before, failed);
    } else if (message instanceof DaemonMessage.Fatal failure) {
      fatal = failure.kind() + ": " + failure.message();
      appendToFatal(failure.traceback());
    } else if (message instanceof DaemonMessage.Traceback traceback) {
      traceback(before, traceback.text());
    } else if (message instanceof DaemonMessage.StdoutFile file) {
      inCall().stdout(file.path());
    } else if (message instanceof DaemonMessage.StderrFile file) {
      inCall().stderr(file.path());
    } else if (message instanceof DaemonMessage.Warned warned) {
      inCall().warned(warned.warning());
    } else if (message instanceof DaemonMessage.Usage used) {
      inCall().used(used.usage());
    } else if (message instanceof DaemonMessage.Ok ok) {
      inCall().ok(ok.data());
    }
    return Step.NOTHING;
  }

  private Step ready(ConversationState before) {
    said.clear();
    return switch (before) {
      case LAUNCHED -> new Step.Send(new ClientMessage.Hello());
      case ACCEPTED, REFUSED -> new Step.Greeted();
      default -> {
        Exchange over = inCall();
        exchange = null;
        yield new Step.CallOver(over);
      }
    };
  }

  private void failed(ConversationState before, DaemonMessage.Failed failed) {
    if (before != ConversationState.GREETING) {
      inCall().failed(failed.error());
    } else if (failed.error().kind() != ErrorKind.INVALID_ACTION) {
      throw new ProtocolException(
          "got ERROR %s to hello (expected: HELLO or ERROR InvalidAction)"
              .formatted(failed.error().kind().wireName()));
    }
  }

  private void traceback(ConversationState before, String text) {
    if (before == ConversationState.FATAL) {
      appendToFatal(text);
    } else if (before == ConversationState.CLASSIC_ERROR) {
      inCall().traceback(text);
    }
  }

  private void appendToFatal(@Nullable String traceback) {
    if (traceback != null) {
      fatal = fatal + "\n" + traceback;
    }
  }

  /**
   * Begins a call.
   *
   * @return what to send
   * @throws IllegalStateException if the daemon does not wait for one
   */
  ClientMessage begin(DaemonRequest request) {
    requireIdle();
    exchange = new Exchange(request, dialect());
    if (state == ConversationState.CLASSIC_IDLE) {
      state = ConversationState.CLASSIC_CALL;
      return new ClientMessage.Run();
    }
    state = ConversationState.EXTENDED_CALL;
    return new ClientMessage.Request(request);
  }

  /**
   * Asks the daemon to exit.
   *
   * @return what to send
   * @throws IllegalStateException if a call is in progress
   */
  ClientMessage shutdown() {
    requireIdle();
    state = ConversationState.CLOSING;
    return new ClientMessage.Shutdown();
  }

  private void requireIdle() {
    if (!state.isIdle()) {
      throw new IllegalStateException("the daemon does not wait for an action: " + state);
    }
  }

  /**
   * Nothing will be said any more.
   *
   * @return the call that was in progress, answered or not
   */
  Optional<Exchange> end() {
    state = ConversationState.ENDED;
    Optional<Exchange> unfinished = Optional.ofNullable(exchange);
    exchange = null;
    return unfinished;
  }

  ConversationState state() {
    return state;
  }

  Dialect dialect() {
    return identity == null ? Dialect.CLASSIC : Dialect.EXTENDED;
  }

  Optional<DaemonIdentity> identity() {
    return Optional.ofNullable(identity);
  }

  /** What {@code FATAL} said, with its traceback. */
  Optional<String> fatal() {
    return Optional.ofNullable(fatal);
  }

  private Exchange inCall() {
    if (exchange == null) {
      throw new IllegalStateException("no call in state " + state);
    }
    return exchange;
  }
}
