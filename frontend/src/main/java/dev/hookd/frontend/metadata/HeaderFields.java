package dev.hookd.frontend.metadata;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The e-mail style headers of core metadata, and the body. The specification names Python's {@code
 * email} package as the format's reference, and this reads what that reads, also from a broken
 * file: a line that is no header ends the headers, and belongs to the body with all that follows.
 * (A parser made for mail goes on behind such a line, and would find requirements in a license's
 * text.) What differs from mail is that values are UTF-8, and that headers about a mail's own
 * encoding ({@code Content-Transfer-Encoding}, {@code multipart}) have no effect.
 *
 * @param headers in the order of the file
 * @param body all that follows; may be empty
 */
record HeaderFields(List<Header> headers, Text body) {

  /** A name, never empty, in the case that the file has, and its value. */
  record Header(String name, Text value) {}

  /**
   * Bytes of the file that should be UTF-8.
   *
   * @param bytes a character for each byte
   */
  record Text(String bytes) {

    boolean isUtf8() {
      try {
        StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(toBytes()));
        return true;
      } catch (CharacterCodingException e) {
        return false;
      }
    }

    /** With U+FFFD for what is no UTF-8. */
    String decoded() {
      return new String(toBytes(), StandardCharsets.UTF_8);
    }

    private byte[] toBytes() {
      return bytes.getBytes(StandardCharsets.ISO_8859_1);
    }
  }

  /** How a line of the headers begins: a field, its continuation, or a mailbox's separator. */
  private static final Pattern HEADER_LINE = Pattern.compile("[!-9;-~]*+:|[ \t]|From ");

  private static final Pattern SURROUNDINGS =
      Pattern.compile("\\A[ \t\r\n]++|(?<![\r\n])[\r\n]++\\z");

  /** Reads a whole file. */
  static HeaderFields read(byte[] file) {
    String text = new String(file, StandardCharsets.ISO_8859_1);
    List<Header> headers = new ArrayList<>();
    Matcher line = HEADER_LINE.matcher(text);
    int at = 0;
    String pushedBack = "";
    while (line.region(at, text.length()).lookingAt()) {
      int endOfLine = endOfLine(text, at);
      int end = endOfField(text, endOfLine);
      String start = line.group();
      if (start.length() > 1 && start.endsWith(":")) {
        String value = text.substring(line.end(), end);
        headers.add(
            new Header(
                start.substring(0, start.length() - 1),
                new Text(SURROUNDINGS.matcher(value).replaceAll(""))));
      }
      // The last line of the headers, where it is a mailbox's separator, belongs to the body.
      pushedBack =
          start.equals("From ") && at > 0 && end == endOfLine ? text.substring(at, end) : "";
      at = end;
    }
    // The empty line between headers and body is part of neither.
    int body = isLineEnd(text, at) ? endOfLine(text, at) : at;
    return new HeaderFields(headers, new Text(pushedBack + text.substring(body)));
  }

  private static boolean isLineEnd(String text, int at) {
    return text.startsWith("\n", at) || text.startsWith("\r", at);
  }

  /** Behind the line that begins here, and its end. */
  private static int endOfLine(String text, int begin) {
    int end = begin;
    while (end < text.length() && !isLineEnd(text, end)) {
      end++;
    }
    return text.startsWith("\r\n", end) ? end + 2 : Math.min(end + 1, text.length());
  }

  /** Behind the continuation lines that begin here. */
  private static int endOfField(String text, int begin) {
    int end = begin;
    while (text.startsWith(" ", end) || text.startsWith("\t", end)) {
      end = endOfLine(text, end);
    }
    return end;
  }
}
