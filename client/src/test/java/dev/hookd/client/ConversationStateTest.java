package dev.hookd.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConversationStateTest {

  /** Every transition there is, DEBUG and FATAL left out; whoever changes one changes it here. */
  private static final String TRANSITIONS =
      """
      LAUNCHED READY GREETING
      GREETING HELLO ACCEPTED
      GREETING EXPECT_ACTION GREETING
      GREETING ERROR REFUSED
      ACCEPTED READY EXTENDED_IDLE
      REFUSED READY CLASSIC_IDLE
      REFUSED TRACEBACK REFUSED
      CLASSIC_IDLE EXPECT_ACTION CLASSIC_IDLE
      CLASSIC_CALL EXPECT_ACTION CLASSIC_CALL
      CLASSIC_CALL EXPECT CLASSIC_CALL
      CLASSIC_CALL STDOUT CLASSIC_CALL
      CLASSIC_CALL STDERR CLASSIC_CALL
      CLASSIC_CALL OK CLASSIC_OK
      CLASSIC_CALL ERROR CLASSIC_ERROR
      CLASSIC_OK READY CLASSIC_IDLE
      CLASSIC_ERROR READY CLASSIC_IDLE
      CLASSIC_ERROR TRACEBACK CLASSIC_ERROR
      EXTENDED_CALL STDOUT EXTENDED_CALL
      EXTENDED_CALL STDERR EXTENDED_CALL
      EXTENDED_CALL OK EXTENDED_ANSWERED
      EXTENDED_CALL ERROR EXTENDED_ANSWERED
      EXTENDED_CALL USAGE EXTENDED_CALL
      EXTENDED_CALL WARNING EXTENDED_CALL
      EXTENDED_ANSWERED READY EXTENDED_IDLE
      CLOSING EXPECT_ACTION CLOSING
      CLOSING SHUTDOWN ENDED
      FATAL TRACEBACK FATAL
      """;

  @Test
  void after_ofEveryStateAndMessage_isAsListed() {
    List<String> transitions = new ArrayList<>();
    for (ConversationState state : ConversationState.values()) {
      for (MessageKind kind : MessageKind.values()) {
        if (kind != MessageKind.DEBUG && kind != MessageKind.FATAL) {
          state.after(kind).ifPresent(next -> transitions.add(state + " " + kind + " " + next));
        }
      }
    }

    assertThat(transitions).containsExactlyElementsOf(TRANSITIONS.lines().toList());
  }

  @Test
  void after_ofDebugAndFatal_isPossibleInEveryStateButTheLast() {
    for (ConversationState state : ConversationState.values()) {
      boolean last = state == ConversationState.ENDED;
      assertThat(state.after(MessageKind.DEBUG).isEmpty()).as(state.name()).isEqualTo(last);
      assertThat(state.after(MessageKind.FATAL).isEmpty()).as(state.name()).isEqualTo(last);
    }
  }
}
