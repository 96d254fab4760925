package dev.hookd.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hookd.protocol.WireSamples.Sample;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every message in both dialects, however the stream is cut, and nothing left over. */
class DecodingTest {

  private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
  private final ProtocolCodec codec = new ProtocolCodec(ProtocolLimits.DEFAULT, allocator);
  private final List<DaemonMessage> messages = new ArrayList<>();

  private ResourceLeakDetector.Level level = ResourceLeakDetector.getLevel();

  @BeforeEach
  void watchForLeaks() {
    level = ResourceLeakDetector.getLevel();
    ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
  }

  @AfterEach
  void nothingIsLeftOver() {
    codec.close();
    assertThat(allocator.metric().usedHeapMemory()).isZero();
    assertThat(allocator.metric().usedDirectMemory()).isZero();
    ResourceLeakDetector.setLevel(level);
  }

  static Stream<Sample> classic() {
    return WireSamples.CLASSIC.stream();
  }

  static Stream<Sample> extended() {
    return WireSamples.EXTENDED.stream();
  }

  static Stream<Arguments> streams() {
    return Stream.of("\n", "\r\n")
        .flatMap(
            end ->
                Stream.concat(
                    Stream.concat(WireSamples.CLASSIC.stream(), Stream.of(WireSamples.HELLO))
                        .map(sample -> Arguments.of("", sample, end)),
                    WireSamples.EXTENDED.stream()
                        .map(sample -> Arguments.of(WireSamples.HELLO.line() + end, sample, end))));
  }

  @ParameterizedTest
  @MethodSource("classic")
  void feed_classicLine_givesItsMessage(Sample sample) {
    feed(sample.line() + "\n");

    assertThat(messages).containsExactly(sample.message());
  }

  @ParameterizedTest
  @MethodSource("extended")
  void feed_lineAfterHello_givesItsExtendedMessage(Sample sample) {
    feed(WireSamples.HELLO.line() + "\n" + sample.line() + "\n");

    assertThat(messages).containsExactly(WireSamples.HELLO.message(), sample.message());
  }

  @ParameterizedTest
  @MethodSource("streams")
  void feed_cutInTwoAtEveryByte_givesTheSame(String before, Sample sample, String end) {
    byte[] bytes = (before + sample.line() + end + "READY" + end).getBytes(StandardCharsets.UTF_8);
    List<DaemonMessage> expected = expected(before, sample);
    for (int cut = before.length(); cut <= bytes.length; cut++) {
      List<DaemonMessage> got = new ArrayList<>();
      try (ProtocolCodec fresh = new ProtocolCodec(ProtocolLimits.DEFAULT, allocator)) {
        fresh.feed(bytes, cut, got::add);
        fresh.feed(Arrays.copyOfRange(bytes, cut, bytes.length), bytes.length - cut, got::add);
      }
      assertThat(got).as("cut at byte %d", cut).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @MethodSource("streams")
  void feed_byteByByte_givesTheSame(String before, Sample sample, String end) {
    String text = before + sample.line() + end + "READY" + end;
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      codec.feed(new byte[] {b}, 1, messages::add);
    }

    assertThat(messages).isEqualTo(expected(before, sample));
  }

  private static List<DaemonMessage> expected(String before, Sample sample) {
    DaemonMessage ready = new DaemonMessage.Ready();
    return before.isEmpty()
        ? List.of(sample.message(), ready)
        : List.of(WireSamples.HELLO.message(), sample.message(), ready);
  }

  @Test
  void feed_lineInOneReadAndItsEndLater_givesTheMessageAtItsEnd() {
    feed("READY");
    assertThat(messages).isEmpty();

    feed("\n");
    assertThat(messages).containsExactly(new DaemonMessage.Ready());
  }

  @Test
  void feed_reusedArray_keepsTheUnfinishedLine() {
    byte[] buffer = "xxDEBUG a".getBytes(StandardCharsets.UTF_8);
    System.arraycopy(buffer, 2, buffer, 0, 7);
    codec.feed(buffer, 7, messages::add);
    Arrays.fill(buffer, (byte) '?');
    feed("bc\n");

    assertThat(messages).containsExactly(new DaemonMessage.Debug("abc"));
  }

  @Test
  void feed_classicTextForAPerson_mayHoldBytesThatAreNoUtf8() {
    feed("DEBUG ", 0xff, "\nERROR HookRuntimeError ", 0xc3, "\nTRACEBACK ", 0x80, "\n");

    assertThat(messages)
        .containsExactly(
            new DaemonMessage.Debug("\ufffd"),
            new DaemonMessage.Failed(HookError.classic(ErrorKind.HOOK_RUNTIME_ERROR, "\ufffd")),
            new DaemonMessage.Traceback("\ufffd"));
  }

  @Test
  void close_withAnUnfinishedLine_deliversNothingAndFreesIt() {
    feed("READY\nOK [");
    assertThat(allocator.metric().usedHeapMemory()).isPositive();

    codec.close();
    assertThat(allocator.metric().usedHeapMemory()).isZero();

    feed("]\nREADY\n");
    codec.close();
    assertThat(messages).containsExactly(new DaemonMessage.Ready());
  }

  @Test
  void feed_fromAPool_returnsEveryBuffer() {
    List<String> leaks = new CopyOnWriteArrayList<>();
    ByteBufUtil.setLeakListener((type, records) -> leaks.add(records));
    PooledByteBufAllocator pool = new PooledByteBufAllocator(false, 1, 0, 8192, 9, 0, 0, false);
    byte[] bytes =
        ("DEBUG " + "x".repeat(5_000) + "\nREADY\nOK [").getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < 200; i++) {
      try (ProtocolCodec fresh = new ProtocolCodec(ProtocolLimits.DEFAULT, pool)) {
        fresh.feed(bytes, bytes.length, messages::add);
      }
    }

    assertThat(messages).hasSize(400);
    assertThat(pool.metric().heapArenas().get(0).numActiveAllocations()).isZero();
    assertThat(leaks).isEmpty();
  }

  /** Strings as UTF-8, integers as single bytes. */
  private void feed(Object... parts) {
    for (Object part : parts) {
      byte[] bytes =
          part instanceof Integer single
              ? new byte[] {single.byteValue()}
              : ((String) part).getBytes(StandardCharsets.UTF_8);
      codec.feed(bytes, bytes.length, messages::add);
    }
  }
}
