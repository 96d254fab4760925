package dev.hookd.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Which inputs the lines of an {@link OutputFile} answer. Reads it in one go, a line at a time. */
final class AnsweredLines {

  /** How each answer begins, and so what a process that was killed left of one. */
  private static final byte[] BEGINNING = "{\"input\":\"".getBytes(Main.UTF_8);

  /** The name of a member can be as long as a hostile project makes that of a metadata field. */
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxNameLength(Integer.MAX_VALUE).build())
          .build();

  private final String name;
  private final RandomAccessFile file;
  private final String member;

  AnsweredLines(String name, RandomAccessFile file, String member) {
    this.name = name;
    this.file = file;
    this.member = member;
  }

  /**
   * Adds the inputs of all complete lines.
   *
   * @return where the last complete line ends
   * @throws StreamFailedException if a line is no answer
   */
  long read(AnsweredInputs answered) throws IOException {
    long end = endOfLastLine();
    checkTail(end);
    file.seek(0);
    long line = 0; // where the answer being read begins; none: 0
    try (JsonParser parser = JSON.createParser(new Head(file, end))) {
      parser.disable(JsonParser.Feature.AUTO_CLOSE_SOURCE);
      for (JsonToken token; (token = parser.nextToken()) != null; ) {
        line = parser.currentTokenLocation().getLineNr();
        if (token != JsonToken.START_OBJECT) {
          throw malformed(line, null);
        }
        answer(parser, answered, line);
        line = 0;
      }
    } catch (JsonProcessingException e) {
      throw malformed(line > 0 ? line : e.getLocation().getLineNr(), e);
    }
    return end;
  }

  private void answer(JsonParser parser, AnsweredInputs answered, long line) throws IOException {
    String input = null;
    String python = null;
    boolean isOfCommand = false;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String field = parser.currentName();
      JsonToken value = parser.nextToken();
      if (value == JsonToken.VALUE_STRING && field.equals("input")) {
        input = parser.getText();
      } else if (value == JsonToken.VALUE_STRING && field.equals("python")) {
        python = parser.getText();
      } else {
        parser.skipChildren();
      }
      isOfCommand |= field.equals(member);
    }
    if (input == null || !isOfCommand) {
      throw malformed(line, null);
    }
    answered.add(input, python);
  }

  /** A file that no run of hookd has left keeps its last line, even if that is all it has. */
  private void checkTail(long end) throws IOException {
    file.seek(end);
    byte[] tail = new byte[(int) Math.min(BEGINNING.length, file.length() - end)];
    file.readFully(tail);
    if (!Arrays.equals(tail, Arrays.copyOf(BEGINNING, tail.length))) {
      throw new StreamFailedException(
          "--output: the last line of " + name + " is no answer, nor the beginning of one",
          "it is left as it is; name another file, or --overwrite it",
          null);
    }
  }

  private long endOfLastLine() throws IOException {
    byte[] block = new byte[1 << 16];
    long end = file.length();
    while (end > 0) {
      int length = (int) Math.min(block.length, end);
      file.seek(end - length);
      file.readFully(block, 0, length);
      for (int i = length - 1; i >= 0; i--) {
        if (block[i] == '\n') {
          return end - length + i + 1;
        }
      }
      end -= length;
    }
    return 0;
  }

  private StreamFailedException malformed(long line, @Nullable Exception cause) {
    return new StreamFailedException(
        "--output: line %d of %s is no answer with a member \"%s\"".formatted(line, name, member),
        "it is left as it is; mend that line, name another file, or --overwrite it",
        cause);
  }

  /** The file up to a position. */
  private static final class Head extends InputStream {

    private final RandomAccessFile file;
    private long left;

    Head(RandomAccessFile file, long length) {
      this.file = file;
      this.left = length;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      int count = left == 0 ? -1 : file.read(target, offset, (int) Math.min(length, left));
      left -= Math.max(0, count);
      return count;
    }
  }
}
