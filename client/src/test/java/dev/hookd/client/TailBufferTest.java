package dev.hookd.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TailBufferTest {

  private static void append(TailBuffer buffer, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    buffer.append(bytes, bytes.length);
  }

  @Test
  void tail_ofNothing_isEmpty() {
    assertThat(new TailBuffer(8).tail()).isEqualTo(OutputTail.EMPTY);
  }

  @Test
  void tail_ofAnyPieces_isTheEndOfTheWhole() {
    Random random = new Random(1);
    for (int run = 0; run < 200; run++) {
      int capacity = 1 + random.nextInt(40);
      TailBuffer buffer = new TailBuffer(capacity);
      StringBuilder whole = new StringBuilder();
      for (int piece = random.nextInt(12); piece > 0; piece--) {
        String text = Long.toString(random.nextLong(), 36).repeat(1 + random.nextInt(4));
        append(buffer, text);
        whole.append(text);
      }

      assertThat(buffer.tail())
          .isEqualTo(
              new OutputTail(
                  whole.substring(Math.max(0, whole.length() - capacity)),
                  whole.length(),
                  whole.length() > capacity));
    }
  }
}
