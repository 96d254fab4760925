package dev.hookd.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hookd.client.Conversation.Step;
import dev.hookd.protocol.BuildBackend;
import dev.hookd.protocol.ClientMessage;
import dev.hookd.protocol.DaemonIdentity;
import dev.hookd.protocol.DaemonMessage;
import dev.hookd.protocol.Dialect;
import dev.hookd.protocol.ErrorKind;
import dev.hookd.protocol.Expectation;
import dev.hookd.protocol.Hook;
import dev.hookd.protocol.HookArguments;
import dev.hookd.protocol.HookError;
import dev.hookd.protocol.HookRequest;
import dev.hookd.protocol.ProtocolException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ConversationTest {

  private static final DaemonMessage READY = new DaemonMessage.Ready();
  private static final DaemonMessage EXPECT_ACTION = expect(Expectation.ACTION);
  private static final HookRequest REQUEST =
      HookRequest.of(
          Path.of("/tree"), BuildBackend.of("backend"), Hook.BUILD_WHEEL, HookArguments.NONE);

  private final Conversation conversation = new Conversation();

  private static DaemonMessage expect(Expectation expectation) {
    return new DaemonMessage.Expect(expectation);
  }

  private static DaemonMessage error(ErrorKind kind) {
    return new DaemonMessage.Failed(new HookError(kind, "no", null, null, false, false));
  }

  private static DaemonMessage hello() {
    return new DaemonMessage.Hello(
        new DaemonIdentity(
            1, "hookd.py", "1", 7, "cpython", "3.11.7", "python", "linux", Set.of()));
  }

  private void extended() {
    for (DaemonMessage message : List.of(READY, EXPECT_ACTION, hello(), READY)) {
      conversation.on(message);
    }
  }

  private void classic() {
    for (DaemonMessage message : List.of(READY, error(ErrorKind.INVALID_ACTION), READY)) {
      conversation.on(message);
    }
  }

  @Test
  void handshake_withADaemonThatKnowsHello_isExtended() {
    assertThat(conversation.on(READY)).isEqualTo(new Step.Send(new ClientMessage.Hello()));
    assertThat(conversation.on(EXPECT_ACTION)).isEqualTo(Step.NOTHING);
    assertThat(conversation.on(hello())).isEqualTo(Step.NOTHING);
    assertThat(conversation.on(READY)).isEqualTo(new Step.Greeted());

    assertThat(conversation.dialect()).isEqualTo(Dialect.EXTENDED);
    assertThat(conversation.state()).isEqualTo(ConversationState.EXTENDED_IDLE);
  }

  @Test
  void handshake_withADaemonThatRefusesHello_isClassic() {
    conversation.on(READY);
    conversation.on(error(ErrorKind.INVALID_ACTION));
    conversation.on(new DaemonMessage.Traceback("..."));

    assertThat(conversation.on(READY)).isEqualTo(new Step.Greeted());
    assertThat(conversation.dialect()).isEqualTo(Dialect.CLASSIC);
    assertThat(conversation.on(EXPECT_ACTION)).isEqualTo(Step.NOTHING);
  }

  @Test
  void handshake_whenHelloFailsOtherwise_isAViolation() {
    conversation.on(READY);

    assertThatThrownBy(() -> conversation.on(error(ErrorKind.HOOK_RUNTIME_ERROR)))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("HookRuntimeError");
    assertThat(conversation.state()).isEqualTo(ConversationState.ENDED);
  }

  @Test
  void classicCall_answersWhatIsAskedFor_inAnyOrder() {
    classic();
    assertThat(conversation.begin(REQUEST)).isEqualTo(new ClientMessage.Run());
    conversation.on(EXPECT_ACTION); // of the READY before
    for (Expectation expectation :
        List.of(
            Expectation.HOOK_NAME,
            Expectation.BUILD_BACKEND,
            Expectation.METADATA_DIRECTORY,
            Expectation.CONFIG_SETTINGS)) {
      assertThat(conversation.on(expect(expectation)))
          .isEqualTo(new Step.Send(new ClientMessage.Answer(expectation, REQUEST)));
    }
    conversation.on(new DaemonMessage.StdoutFile("/tmp/out"));
    conversation.on(error(ErrorKind.HOOK_RUNTIME_ERROR));
    conversation.on(new DaemonMessage.Traceback("trace"));

    assertThat(conversation.on(READY))
        .isInstanceOfSatisfying(
            Step.CallOver.class,
            over -> {
              assertThat(over.exchange().error().orElseThrow().traceback()).isEqualTo("trace");
              assertThat(over.exchange().stdoutPath()).contains("/tmp/out");
            });
    assertThat(conversation.state()).isEqualTo(ConversationState.CLASSIC_IDLE);
  }

  @Test
  void classicCall_whenAskedForWhatTheHookDoesNotTake_isAViolation() {
    classic();
    conversation.begin(REQUEST);

    assertThatThrownBy(() -> conversation.on(expect(Expectation.SDIST_DIRECTORY)))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("sdist_directory")
        .hasMessageContaining("build_wheel");
  }

  @Test
  void classicCall_whenAskedTwice_isAViolation() {
    classic();
    conversation.begin(REQUEST);
    conversation.on(expect(Expectation.HOOK_NAME));

    assertThatThrownBy(() -> conversation.on(expect(Expectation.HOOK_NAME)))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("twice");
  }

  @Test
  void classicCall_ofAnInTreeBackend_isAViolationUnlessThePathIsAskedFor() {
    HookRequest inTree =
        HookRequest.of(
            Path.of("/tree"),
            new BuildBackend("backend", List.of(".")),
            Hook.BUILD_SDIST,
            HookArguments.NONE);
    classic();
    conversation.begin(inTree);

    assertThatThrownBy(() -> conversation.on(expect(Expectation.HOOK_NAME)))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("backend_path");
  }

  @Test
  void announcements_whenDoubled_areAViolation() {
    extended();
    conversation.begin(REQUEST);
    conversation.on(new DaemonMessage.StdoutFile("/tmp/a"));

    assertThatThrownBy(() -> conversation.on(new DaemonMessage.StdoutFile("/tmp/b")))
        .isInstanceOf(ProtocolException.class);
  }

  @Test
  void extendedCalls_followEachOther() {
    extended();
    for (int i = 0; i < 3; i++) {
      assertThat(conversation.begin(REQUEST)).isEqualTo(new ClientMessage.Request(REQUEST));
      conversation.on(new DaemonMessage.StdoutFile("/tmp/out" + i));
      conversation.on(new DaemonMessage.Ok("\"name\""));
      assertThat(conversation.on(READY)).isInstanceOf(Step.CallOver.class);
    }
  }

  @Test
  void ok_withAValueOfTheWrongType_failsTheCallAndNotTheDaemon() {
    extended();
    conversation.begin(REQUEST);
    conversation.on(new DaemonMessage.Ok("[\"a\"]"));

    assertThat(conversation.on(READY))
        .isInstanceOfSatisfying(
            Step.CallOver.class,
            over ->
                assertThat(over.exchange().error().orElseThrow().kind())
                    .isEqualTo(ErrorKind.HOOK_RUNTIME_ERROR));
  }

  @Test
  void ok_withoutJson_isAViolation() {
    extended();
    conversation.begin(REQUEST);

    assertThatThrownBy(() -> conversation.on(new DaemonMessage.Ok("[a")))
        .isInstanceOf(ProtocolException.class);
  }

  @Test
  void begin_inACall_isRefused() {
    extended();
    conversation.begin(REQUEST);

    assertThatThrownBy(() -> conversation.begin(REQUEST)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(conversation::shutdown).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void end_inACall_handsOverWhatIsKnown() {
    extended();
    conversation.begin(REQUEST);
    conversation.on(new DaemonMessage.StderrFile("/tmp/err"));
    conversation.on(new DaemonMessage.Fatal("InternalError", "no disk", "trace"));

    assertThat(conversation.end().orElseThrow().stderrPath()).contains("/tmp/err");
    assertThat(conversation.fatal()).contains("InternalError: no disk\ntrace");
    assertThat(conversation.end()).isEmpty();
  }
}
