package dev.hookd.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Any bytes at all: the decoder ends, throws nothing but {@link ProtocolException}, and says the
 * same however the bytes are cut.
 *
 * <p>The build only repeats the seeds in {@code src/test/resources}. To search for more (it writes
 * a corpus directory beside the pom, and findings beside the seeds):
 *
 * <pre>JAZZER_FUZZ=1 mvn -pl daemon-protocol test -Djazzer.hooks=true -Dtest=ProtocolCodecFuzzTest
 * </pre>
 */
class ProtocolCodecFuzzTest {

  private static final ProtocolLimits LIMITS = new ProtocolLimits(2048, 1024);

  @FuzzTest(maxDuration = "90s")
  void feed(byte[] bytes) {
    List<Object> whole = decode(bytes, bytes.length);
    assertThat(decode(bytes, 1)).isEqualTo(whole);
    assertThat(decode(bytes, 7)).isEqualTo(whole);
    whole.forEach(ProtocolCodecFuzzTest::readResult);
  }

  /** The messages, and the violation's text at the end when there is one. */
  private static List<Object> decode(byte[] bytes, int chunk) {
    List<Object> events = new ArrayList<>();
    @Nullable ProtocolException violation = null;
    try (ProtocolCodec codec = new ProtocolCodec(LIMITS)) {
      for (int start = 0; start < bytes.length; start += chunk) {
        byte[] part = Arrays.copyOfRange(bytes, start, Math.min(bytes.length, start + chunk));
        try {
          codec.feed(part, part.length, events::add);
        } catch (ProtocolException e) {
          assertThat(violation).as("a second violation").isNull();
          violation = e;
          events.add(String.valueOf(e.getMessage()));
        }
      }
    }
    return events;
  }

  private static void readResult(Object event) {
    if (event instanceof DaemonMessage.Ok ok) {
      for (Dialect dialect : Dialect.values()) {
        try {
          ResultData.strings(dialect, ok.data());
        } catch (ProtocolException e) {
          assertThat(e).hasMessageStartingWith("got ");
        }
        try {
          ResultData.name(dialect, ok.data());
        } catch (ProtocolException e) {
          assertThat(e).hasMessageStartingWith("got ");
        }
      }
    }
  }
}
