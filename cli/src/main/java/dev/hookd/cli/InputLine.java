package dev.hookd.cli;

import dev.hookd.frontend.InvalidProjectException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A line of input as its bytes come. Whatever they are, the input has a text of its own that no
 * other line has: by it the answer is found again.
 */
final class InputLine {

  /** Bytes; no path or requirement is longer. */
  static final int LIMIT = 1 << 16;

  /** How much of a longer line is shown. */
  private static final int SHOWN = 200;

  private static final String NULL_HINT =
      "an input is a line; with --null it ends with a NUL, as 'find -print0' writes it";

  private final byte[] bytes = new byte[LIMIT];
  private int length;
  private long total;
  private @Nullable MessageDigest digest;

  void append(byte[] source, int offset, int count) {
    total += count;
    if (digest == null && length + count > LIMIT) {
      digest = Sha256.digest();
      digest.update(bytes, 0, length);
      length = Math.min(length, SHOWN);
    }
    if (digest != null) {
      digest.update(source, offset, count);
      int more = Math.max(0, Math.min(SHOWN - length, count));
      System.arraycopy(source, offset, bytes, length, more);
      length += more;
    } else {
      System.arraycopy(source, offset, bytes, length, count);
      length += count;
    }
  }

  /** The input that the line is, null for an empty one; the next line begins. */
  @Nullable InputRequest take(boolean dropsCarriageReturn) {
    if (dropsCarriageReturn && digest == null && length > 0 && bytes[length - 1] == '\r') {
      length--;
    }
    InputRequest input = length == 0 ? null : digest == null ? ofLine() : ofLongLine(digest);
    length = 0;
    total = 0;
    digest = null;
    return input;
  }

  private InputRequest ofLine() {
    String text;
    try {
      text =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, length)).toString();
    } catch (CharacterCodingException e) {
      return refused(
          escaped(),
          "the line of standard input is not UTF-8",
          "a file whose name is in another encoding must be renamed");
    }
    return text.indexOf('\0') < 0
        ? InputRequest.of(text)
        : refused(text, "the line of standard input has a NUL in it", NULL_HINT);
  }

  private InputRequest ofLongLine(MessageDigest whole) {
    String text =
        "%s... (%d bytes, sha256 %s)"
            .formatted(escaped(), total, HexFormat.of().formatHex(whole.digest()));
    return refused(
        text,
        "a line of standard input has %d bytes, more than %d".formatted(total, LIMIT),
        NULL_HINT);
  }

  private static InputRequest refused(String text, String message, String hint) {
    return new InputRequest(text, null, new InvalidProjectException(message, hint, null));
  }

  /** Bytes that are no ASCII as Python has them that are no UTF-8 (PEP 383): U+DC80 to U+DCFF. */
  private String escaped() {
    StringBuilder text = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      text.append((char) (bytes[i] >= 0 ? bytes[i] : 0xDC00 | (bytes[i] & 0xFF)));
    }
    return text.toString();
  }
}
