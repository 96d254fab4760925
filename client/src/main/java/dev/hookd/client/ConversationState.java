package dev.hookd.client;

import static dev.hookd.client.MessageKind.DEBUG;
import static dev.hookd.client.MessageKind.ERROR;
import static dev.hookd.client.MessageKind.EXPECT_ACTION;
import static dev.hookd.client.MessageKind.HELLO;
import static dev.hookd.client.MessageKind.OK;
import static dev.hookd.client.MessageKind.READY;
import static dev.hookd.client.MessageKind.SHUTDOWN;
import static dev.hookd.client.MessageKind.STDERR;
import static dev.hookd.client.MessageKind.STDOUT;
import static dev.hookd.client.MessageKind.TRACEBACK;
import static dev.hookd.client.MessageKind.USAGE;
import static dev.hookd.client.MessageKind.WARNING;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where a conversation stands. The table at the end says which message the daemon may send in which
 * state, and which state follows; what is not in it is a violation of the protocol.
 */
enum ConversationState {
  /** The process has been started and has said nothing. */
  LAUNCHED,
  /** {@code hello} was sent. */
  GREETING,
  /** {@code HELLO} came: extended. */
  ACCEPTED,
  /** {@code ERROR InvalidAction} came: classic. */
  REFUSED,
  CLASSIC_IDLE,
  CLASSIC_CALL,
  /** {@code OK} came, {@code READY} did not. */
  CLASSIC_OK,
  /** {@code ERROR} came, {@code READY} did not. */
  CLASSIC_ERROR,
  EXTENDED_IDLE,
  EXTENDED_CALL,
  /** {@code OK} or {@code ERROR} came, {@code READY} did not. */
  EXTENDED_ANSWERED,
  /** {@code shutdown} was sent. */
  CLOSING,
  /** {@code FATAL} came: only the end of the process can follow. */
  FATAL,
  /** Nothing is said any more. */
  ENDED;

  private static final Map<ConversationState, Map<MessageKind, ConversationState>> TABLE = table();

  /** The state after that message; empty when the message is not allowed here. */
  Optional<ConversationState> after(MessageKind message) {
    return Optional.ofNullable(TABLE.get(this)).map(row -> row.get(message));
  }

  /** What may come here, for the text of a violation. */
  Set<MessageKind> allowed() {
    return TABLE.getOrDefault(this, Map.of()).keySet();
  }

  boolean isIdle() {
    return this == CLASSIC_IDLE || this == EXTENDED_IDLE;
  }

  private static Map<ConversationState, Map<MessageKind, ConversationState>> table() {
    Table table = new Table();
    table.row(LAUNCHED, GREETING, READY);

    table.row(GREETING, GREETING, EXPECT_ACTION);
    table.row(GREETING, ACCEPTED, HELLO);
    table.row(GREETING, REFUSED, ERROR);
    table.row(ACCEPTED, EXTENDED_IDLE, READY);
    table.row(REFUSED, REFUSED, TRACEBACK);
    table.row(REFUSED, CLASSIC_IDLE, READY);

    // READY and EXPECT action are two lines: the second may come when the call has begun already.
    table.row(CLASSIC_IDLE, CLASSIC_IDLE, EXPECT_ACTION);
    table.row(CLASSIC_CALL, CLASSIC_CALL, EXPECT_ACTION, MessageKind.EXPECT, STDOUT, STDERR);
    table.row(CLASSIC_CALL, CLASSIC_OK, OK);
    table.row(CLASSIC_CALL, CLASSIC_ERROR, ERROR);
    table.row(CLASSIC_OK, CLASSIC_IDLE, READY);
    table.row(CLASSIC_ERROR, CLASSIC_ERROR, TRACEBACK);
    table.row(CLASSIC_ERROR, CLASSIC_IDLE, READY);

    table.row(EXTENDED_CALL, EXTENDED_CALL, STDOUT, STDERR, WARNING, USAGE);
    table.row(EXTENDED_CALL, EXTENDED_ANSWERED, OK, ERROR);
    table.row(EXTENDED_ANSWERED, EXTENDED_IDLE, READY);

    table.row(CLOSING, CLOSING, EXPECT_ACTION);
    table.row(CLOSING, ENDED, SHUTDOWN);
    table.row(FATAL, FATAL, TRACEBACK);
    for (ConversationState state : values()) {
      if (state != ENDED) {
        table.row(state, state, DEBUG);
        table.row(state, FATAL, MessageKind.FATAL);
      }
    }
    return table.rows;
  }

  /** Refuses two entries for one state and message. */
  private static final class Table {
    private final Map<ConversationState, Map<MessageKind, ConversationState>> rows =
        new EnumMap<>(ConversationState.class);

    void row(ConversationState from, ConversationState to, MessageKind... messages) {
      Map<MessageKind, ConversationState> row =
          rows.computeIfAbsent(from, state -> new EnumMap<>(MessageKind.class));
      for (MessageKind message : messages) {
        if (row.put(message, to) != null) {
          throw new IllegalStateException("two rows for " + from + " and " + message);
        }
      }
    }
  }
}
