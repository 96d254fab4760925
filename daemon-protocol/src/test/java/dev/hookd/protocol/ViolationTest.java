package dev.hookd.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is no message: refused, nothing before it lost, nothing after it believed. */
class ViolationTest {

  private static final String USAGE =
      "USAGE {\"wall\": 0.5, \"user\": 0, \"system\": 0, \"max_rss\": 1, \"isolation\": \"fork\"}";
  private static final String PRELOADED =
      "USAGE {\"wall\": 1, \"user\": 0, \"system\": 0, \"max_rss\": 1, \"isolation\": \"fork\","
          + " \"preloaded\": 57, \"saved\": 0.25}";
  private static final String WARNING =
      "WARNING {\"message\": \"m\", \"category\": \"c\", \"filename\": \"f\", \"lineno\": 3}";
  private static final String ERROR =
      "ERROR {\"kind\": \"HookRuntimeError\", \"message\": \"m\", \"exception\": null,"
          + " \"traceback\": null, \"unsupported_operation\": false, \"cancelled\": false}";
  private static final String FATAL =
      "FATAL {\"kind\": \"k\", \"message\": \"m\", \"traceback\": null}";

  private final ProtocolCodec codec = new ProtocolCodec(new ProtocolLimits(1024, 512));
  private final List<DaemonMessage> messages = new ArrayList<>();

  @AfterEach
  void close() {
    codec.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        " READY",
        "READY x",
        "READY ",
        "READY\r\r",
        "SHUTDOWN now",
        "ready",
        "READYOK",
        "Python 3.11.7",
        "OKAY []",
        "OK\t[]",
        "\0READY",
        "READY\0",
        "\ufeffREADY",
        "\u20ac",
        "USAGE {}",
        "WARNING {}",
        "EXPECT",
        "EXPECT ",
        "EXPECT source_tree",
        "EXPECT Action",
        "EXPECT action ",
        "STDOUT",
        "STDOUT ",
        "STDERR /tmp/a\0b",
        "ERROR",
        "ERROR ",
        "ERROR NoSuchKind message",
        "ERROR hookRuntimeError message",
        "ERROR {\"kind\": \"HookRuntimeError\"}"
      })
  void feed_noClassicLine_isAViolation(String line) {
    assertViolation("", line);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "READY x",
        "EXPECT action",
        "TRACEBACK \"T\"",
        "HELLO",
        "STDOUT /tmp/x",
        "STDOUT",
        "STDOUT \"\"",
        "STDOUT 1",
        "STDOUT null",
        "STDERR \"a\\u0000b\"",
        "STDERR \"a\" \"b\"",
        "STDERR \"a\"}",
        "STDERR \"a",
        "DEBUG",
        "DEBUG text",
        "DEBUG ['a']",
        "DEBUG [\"a\"]",
        "ERROR HookRuntimeError no version",
        "ERROR []",
        "ERROR \"HookRuntimeError\"",
        "ERROR null",
        "FATAL {}",
        "USAGE 1",
        "WARNING \"w\""
      })
  void feed_noExtendedLine_isAViolation(String line) {
    assertViolation(WireSamples.HELLO.line() + "\n", line);
  }

  @Test
  void feed_helloTwice_isAViolation() {
    assertViolation(WireSamples.HELLO.line() + "\n", WireSamples.HELLO.line());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"protocol\": 1|x",
        "{\"protocol\": 1|{\"protocol\": 2",
        "{\"protocol\": 1|{\"protocol\": 1.0",
        "{\"protocol\": 1|{\"protocol\": \"1\"",
        "{\"protocol\": 1|{\"protocol\": 4294967297",
        "{\"protocol\": 1,|{",
        "\"pid\": 4711|\"pid\": -1",
        "\"pid\": 4711|\"pid\": 1e300",
        "\"pid\": 4711|\"pid\": 99999999999999999999",
        "\"pid\": 4711|\"pid\": null",
        "\"daemon\": \"hookd.py\"|\"daemon\": null",
        "\"implementation\": \"cpython\",|``",
        "{\"implementation\"|[{\"implementation\"",
        "[\"run\", \"cancel\"]|\"run\"",
        "[\"run\", \"cancel\"]|{\"run\": \"cancel\"}",
        "[\"run\", \"cancel\"]|[\"run\", 1]",
        "\"platform\"|\"platform2\"",
      })
  void feed_helloWithAnotherPayload_isAViolation(String part, String replacement) {
    assertViolation("", replaced(WireSamples.HELLO.line(), part, replacement));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        USAGE + "|0.5|\"0.5\"",
        USAGE + "|0.5|-0.5",
        USAGE + "|0.5|1e999",
        USAGE + "|0.5|NaN",
        USAGE + "|0.5|null",
        USAGE + "|\"wall\"|\"Wall\"",
        USAGE + "|\"max_rss\": 1|\"max_rss\": 1.5",
        USAGE + "|\"max_rss\": 1|\"max_rss\": -1",
        USAGE + "|fork|spoon",
        USAGE + "|\"fork\"|null",
        USAGE + "|}|} x",
        USAGE + "|}|``",
        PRELOADED + "|57|-1",
        PRELOADED + "|57|57.0",
        PRELOADED + "|57|\"57\"",
        PRELOADED + "|57|null",
        PRELOADED + "|57|4294967296",
        PRELOADED + "|0.25|-0.25",
        PRELOADED + "|0.25|\"0.25\"",
        PRELOADED + "|0.25|null",
        PRELOADED + "|0.25|1e999",
        WARNING + "|3|\"3\"",
        WARNING + "|3|4294967296",
        WARNING + "|\"m\"|null",
        WARNING + "|category|cat",
        ERROR + "|HookRuntimeError|RuntimeError",
        ERROR + "|\"m\"|1",
        ERROR + "|\"exception\": null|\"exception\": false",
        ERROR + "|\"exception\": null, |``",
        ERROR + "|\"cancelled\": false|\"cancelled\": null",
        ERROR + "|\"cancelled\": false|\"cancelled\": 0",
        ERROR + "|, \"cancelled\": false|``",
        FATAL + "|\"k\"|null",
        FATAL + "|, \"traceback\": null|``",
        FATAL + "|}|}}",
      })
  void feed_extendedPayloadOfAnotherShape_isAViolation(
      String line, String part, String replacement) {
    feed(WireSamples.HELLO.line() + "\n" + line + "\n");
    assertThat(messages).as("the line as it should be").hasSize(2);

    try (ProtocolCodec other = new ProtocolCodec(ProtocolLimits.DEFAULT)) {
      byte[] bytes =
          (WireSamples.HELLO.line() + "\n" + replaced(line, part, replacement) + "\n")
              .getBytes(StandardCharsets.UTF_8);
      assertThatThrownBy(() -> other.feed(bytes, bytes.length, messages::add))
          .isInstanceOf(ProtocolException.class)
          .hasMessageStartingWith("got ");
      assertThat(messages).hasSize(3);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"OK ", "STDOUT /tmp/", "STDERR /tmp/", "EXPECT ", "R"})
  void feed_bytesThatAreNoUtf8WhereTheyMatter_isAViolation(String start) {
    byte[] line = (start + "\n\nREADY\n").getBytes(StandardCharsets.ISO_8859_1);
    line[start.length()] = (byte) 0xff;

    assertThatThrownBy(() -> codec.feed(line, line.length, messages::add))
        .isInstanceOf(ProtocolException.class);
    assertThat(messages).isEmpty();
  }

  @Test
  void feed_extendedTextThatIsNoUtf8_isAViolation() {
    feed(WireSamples.HELLO.line() + "\n");
    byte[] line = "DEBUG \"\u00ff\"\n".getBytes(StandardCharsets.ISO_8859_1);

    assertThatThrownBy(() -> codec.feed(line, line.length, messages::add))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("UTF-8");
  }

  @Test
  void feed_afterAViolation_dropsEverything() {
    assertThatThrownBy(() -> feed("READY\nnonsense\nREADY\nalso nonsense\nOK []\n"))
        .isInstanceOf(ProtocolException.class)
        .hasMessage("got \"nonsense\" (expected: a keyword of the hookd protocol)");

    feed("READY\n");
    feed("still nonsense\n");
    feed("x".repeat(5_000));
    assertThat(messages).containsExactly(new DaemonMessage.Ready());
  }

  @Test
  void feed_longNonsense_isShownShort() {
    assertThatThrownBy(() -> feed("x".repeat(500) + "\n"))
        .isInstanceOf(ProtocolException.class)
        .message()
        .hasSizeLessThan(300);
  }

  private void assertViolation(String before, String line) {
    String ready = "READY\n";
    assertThatThrownBy(() -> feed(ready + before + line + "\n" + ready))
        .isInstanceOf(ProtocolException.class)
        .hasMessageStartingWith("got ")
        .hasMessageContaining("expected: ");
    feed(ready);

    assertThat(messages).hasSize(before.isEmpty() ? 1 : 2);
    assertThat(messages.get(0)).isEqualTo(new DaemonMessage.Ready());
  }

  private static String replaced(String line, String part, String replacement) {
    assertThat(line).contains(part);
    return line.replace(part, replacement);
  }

  private void feed(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    codec.feed(bytes, bytes.length, messages::add);
  }
}
