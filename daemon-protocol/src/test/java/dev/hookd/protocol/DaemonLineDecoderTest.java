package dev.hookd.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The cap of each kind of line, at its boundary, and what an endless line costs. */
class DaemonLineDecoderTest {

  private static final int CONTROL = 64;
  private static final int PAYLOAD = 4096;

  private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
  private final EmbeddedChannel channel =
      new EmbeddedChannel(new DaemonLineDecoder(new ProtocolLimits(PAYLOAD, CONTROL)));

  DaemonLineDecoderTest() {
    channel.config().setAllocator(allocator);
  }

  @ParameterizedTest
  @ValueSource(strings = {"OK ", "ERROR ", "FATAL ", "TRACEBACK ", "DEBUG ", "WARNING "})
  void decode_payloadLine_mayHaveThePayloadCap(String keyword) {
    assertAccepted(keyword, PAYLOAD);
    assertRefused(keyword, PAYLOAD + 1, PAYLOAD);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "READY",
        "EXPECT ",
        "STDOUT ",
        "STDERR ",
        "HELLO ",
        "USAGE ",
        "SHUTDOWN",
        "OKAY ",
        "OK",
        "O",
        "ok ",
        " OK ",
        ""
      })
  void decode_anyOtherLine_hasTheControlCap(String keyword) {
    assertAccepted(keyword, CONTROL);
    assertRefused(keyword, CONTROL + 1, CONTROL);
  }

  @Test
  void decode_afterAnOverLongLine_readsNothingAnyMore() {
    String tooLong = "x".repeat(CONTROL + 1);
    assertThatThrownBy(() -> write("READY\n" + tooLong + "\nREADY\n"))
        .isInstanceOf(ProtocolException.class);
    write("READY\n");
    write("y".repeat(10 * PAYLOAD));

    assertNextLine("READY");
    assertThat(channel.finish()).isFalse();
    assertThat(allocator.metric().usedHeapMemory()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"OK ", "X"})
  void decode_endlessLine_isRefusedBeforeItTakesMoreThanTwiceItsCap(String start) {
    int cap = start.equals("OK ") ? PAYLOAD : CONTROL;
    write(start);
    long peak = 0;
    int written = start.length();
    ProtocolException violation = null;
    while (violation == null) {
      try {
        write("x".repeat(16));
        written += 16;
      } catch (ProtocolException e) {
        violation = e;
      }
      peak = Math.max(peak, allocator.metric().usedHeapMemory());
    }

    assertThat(written).isBetween(cap - 16, cap);
    assertThat(peak).isLessThanOrEqualTo(Math.max(256, 2 * cap));
    assertThat(allocator.metric().usedHeapMemory()).isZero();
  }

  @Test
  void decode_defaultLimits_takeAnAnswerOf64MebibytesAndNoMore() {
    int cap = ProtocolLimits.DEFAULT.maxPayloadLine();
    assertThat(cap).isEqualTo(64 * 1024 * 1024);
    EmbeddedChannel large = new EmbeddedChannel(new DaemonLineDecoder(ProtocolLimits.DEFAULT));
    large.config().setAllocator(allocator);
    byte[] line = new byte[cap + 2];
    Arrays.fill(line, (byte) 'x');
    System.arraycopy("OK ".getBytes(StandardCharsets.US_ASCII), 0, line, 0, 3);
    line[cap] = '\n';
    large.writeInbound(Unpooled.wrappedBuffer(line, 0, cap + 1));
    ByteBuf accepted = large.readInbound();
    assertThat(accepted.readableBytes()).isEqualTo(cap);
    accepted.release();

    line[cap] = 'x';
    assertThatThrownBy(() -> large.writeInbound(Unpooled.wrappedBuffer(line, 0, cap + 1)))
        .isInstanceOf(ProtocolException.class);
    assertThat(large.finish()).isFalse();
  }

  @Test
  void decode_carriageReturn_belongsToTheEndOnlyBeforeTheLineFeed() {
    write("a\rb\r\n\r\n\n\r\r\n");

    assertNextLine("a\rb");
    assertNextLine("");
    assertNextLine("");
    assertNextLine("\r");
    assertThat(channel.finish()).isFalse();
  }

  @Test
  void decode_lines_areReleasedWithTheirBuffer() {
    ByteBuf input =
        allocator.heapBuffer().writeBytes("READY\nOK x\nrest".getBytes(StandardCharsets.US_ASCII));
    channel.writeInbound(input);
    ByteBuf ready = channel.readInbound();
    ByteBuf ok = channel.readInbound();
    ready.release();
    ok.release();
    assertThat(input.refCnt()).as("the rest is still wanted").isEqualTo(1);

    assertThat(channel.finish()).as("no line of what was never ended").isFalse();
    assertThat(input.refCnt()).isZero();
  }

  @Test
  void limits_thatMakeNoSense_areRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ProtocolLimits(63, 64))
        .withMessageContaining("got: 64 and 63");
    assertThatIllegalArgumentException().isThrownBy(() -> new ProtocolLimits(64, 15));
    assertThat(new ProtocolLimits(16, 16).maxControlLine()).isEqualTo(16);
  }

  private void assertAccepted(String start, int length) {
    String line = start + "x".repeat(length - start.length());
    write(line + "\n");
    assertNextLine(line);
  }

  private void assertRefused(String start, int length, int cap) {
    String line = start + "x".repeat(length - start.length());
    for (String end : new String[] {"\n", ""}) {
      EmbeddedChannel other =
          new EmbeddedChannel(new DaemonLineDecoder(new ProtocolLimits(PAYLOAD, CONTROL)));
      assertThatThrownBy(
              () -> other.writeInbound(Unpooled.copiedBuffer(line + end, StandardCharsets.UTF_8)))
          .isInstanceOf(ProtocolException.class)
          .hasMessage("got a line of more than " + cap + " bytes (expected: at most " + cap + ")");
      assertThat(other.finish()).isFalse();
    }
  }

  private void assertNextLine(String expected) {
    ByteBuf line = channel.readInbound();
    assertThat(line).as("a line").isNotNull();
    assertThat(line.toString(StandardCharsets.UTF_8)).isEqualTo(expected);
    line.release();
  }

  private void write(String text) {
    channel.writeInbound(
        allocator.heapBuffer(text.length()).writeBytes(text.getBytes(StandardCharsets.UTF_8)));
  }
}
