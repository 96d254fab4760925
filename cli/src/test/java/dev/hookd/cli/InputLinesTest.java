package dev.hookd.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class InputLinesTest {

  private final Semaphore changes = new Semaphore(0);

  private List<InputRequest> read(InputStream stream, char end) throws InterruptedException {
    InputLines lines = new InputLines(stream, (byte) end, changes::release);
    List<InputRequest> inputs = new ArrayList<>();
    while (true) {
      changes.drainPermits();
      InputRequest input = lines.poll();
      if (input != null) {
        inputs.add(input);
      } else if (lines.isExhausted()) {
        lines.throwFailure();
        return inputs;
      } else {
        changes.acquire();
      }
    }
  }

  private List<InputRequest> read(byte[]... parts) throws InterruptedException {
    InputStream stream = InputStream.nullInputStream();
    for (byte[] part : parts) {
      stream = new SequenceInputStream(stream, new ByteArrayInputStream(part));
    }
    return read(stream, '\n');
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void lines_whereverTheStreamIsCut_areTheSame() throws Exception {
    byte[] all = utf8("a\r\n\n\r\nb c\n\u00e9\u20ac.tar.gz\nlast");

    for (int cut = 0; cut <= all.length; cut++) {
      byte[] head = java.util.Arrays.copyOf(all, cut);
      byte[] tail = java.util.Arrays.copyOfRange(all, cut, all.length);
      assertThat(read(head, tail))
          .as("cut at %d", cut)
          .containsExactly(
              InputRequest.of("a"),
              InputRequest.of("b c"),
              InputRequest.of("\u00e9\u20ac.tar.gz"),
              InputRequest.of("last"));
    }
  }

  @Test
  void lines_thatEndWithNull_mayHoldLineFeeds() throws Exception {
    assertThat(read(new ByteArrayInputStream(utf8("a\nb\r\0\0c")), '\0'))
        .containsExactly(InputRequest.of("a\nb\r"), InputRequest.of("c"));
  }

  @Test
  void aLineThatIsTooLong_isRefused_underATextOfItsOwn() throws Exception {
    byte[] one = utf8("x".repeat(3 * InputLine.LIMIT) + "1\n");
    byte[] other = utf8("x".repeat(3 * InputLine.LIMIT) + "2\n");
    byte[] longest = utf8("y".repeat(InputLine.LIMIT) + "\n");

    List<InputRequest> inputs = read(one, other, one, longest, utf8("next\n"));

    assertThat(inputs)
        .extracting(input -> input.refused() == null)
        .containsExactly(false, false, false, true, true);
    assertThat(inputs.get(0).refused()).hasMessageContaining("196609 bytes, more than 65536");
    assertThat(inputs.get(0).text()).startsWith("xxx").hasSizeLessThan(400);
    assertThat(inputs.get(2).text()).isEqualTo(inputs.get(0).text());
    assertThat(inputs.get(1).text()).isNotEqualTo(inputs.get(0).text());
    assertThat(inputs.get(3).text()).hasSize(InputLine.LIMIT);
    assertThat(inputs.get(4)).isEqualTo(InputRequest.of("next"));
  }

  @Test
  void aLineThatIsNotUtf8_isRefused_underTheTextThatPythonHasForIt() throws Exception {
    List<InputRequest> inputs =
        read(new byte[] {'a', (byte) 0xff, '\n', 'a', (byte) 0xfe, '\n', 'b'});

    assertThat(inputs).extracting(InputRequest::text).containsExactly("a\udcff", "a\udcfe", "b");
    assertThat(inputs.get(0).refused()).hasMessageContaining("not UTF-8");
    assertThat(inputs.get(2).refused()).isNull();
  }

  @Test
  void aLineWithANull_isRefused_andTheHintIsTheOption() throws Exception {
    InputRequest input = read(utf8("a\0b\n")).get(0);

    assertThat(input.refused()).isNotNull();
    assertThat(input.refused().hint()).hasValueSatisfying(h -> assertThat(h).contains("--null"));
  }

  @Test
  void aStreamThatCannotBeRead_givesWhatCameBefore_thenTheReason() {
    assertThatThrownBy(() -> read(new BrokenInput("a\nb"), '\n'))
        .isInstanceOf(StreamFailedException.class)
        .hasMessage("cannot read standard input: Is a directory");
  }
}
