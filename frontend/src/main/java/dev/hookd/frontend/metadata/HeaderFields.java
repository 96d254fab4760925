package dev.hookd.frontend.metadata;

import java.nio.charset.StandardCharsets;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the e-mail style headers of core metadata. The specification names Python's {@code email}
 * package as the format's reference, and this reads what that reads, also from a broken file: a
 * line that is no header ends the headers, and belongs to the body with all that follows. (A parser
 * made for mail goes on behind such a line, and would find requirements in a license's text.) What
 * differs from mail is the encoding, which is UTF-8 throughout.
 */
final class HeaderFields {

  private static final Pattern LINE_END = Pattern.compile("\r\n?");

  /** How a line of the headers begins: a field, its continuation, or a mailbox's separator. */
  private static final Pattern HEADER_LINE = Pattern.compile("[!-9;-~]*+:|[ \t]|From ");

  private HeaderFields() {}

  /**
   * Hands over each header's name and unfolded value. All line ends become {@code \n}.
   *
   * @return the body; empty when there is none
   */
  static String read(byte[] file, BiConsumer<String, String> fields) {
    String text = LINE_END.matcher(new String(file, StandardCharsets.UTF_8)).replaceAll("\n");
    Matcher line = HEADER_LINE.matcher(text);
    int at = 0;
    while (line.region(at, text.length()).lookingAt()) {
      int end = endOfField(text, at);
      int nameLength = line.group().length() - 1;
      if (line.group().endsWith(":") && nameLength > 0) {
        fields.accept(
            text.substring(at, at + nameLength), unfolded(text.substring(line.end(), end)));
      }
      at = end;
    }
    // The empty line between headers and body is part of neither.
    return text.substring(text.startsWith("\n", at) ? at + 1 : at);
  }

  /** Behind the line that begins here, and behind its continuation lines. */
  private static int endOfField(String text, int begin) {
    int end = begin;
    do {
      int newline = text.indexOf('\n', end);
      end = newline < 0 ? text.length() : newline + 1;
    } while (text.startsWith(" ", end) || text.startsWith("\t", end));
    return end;
  }

  /** A value without the indentation that writers give its continuation lines. */
  private static String unfolded(String raw) {
    String folded = raw.strip();
    if (folded.indexOf('\n') < 0) {
      return folded;
    }
    StringBuilder value = new StringBuilder();
    folded
        .lines()
        .forEach(
            line -> value.append(value.isEmpty() ? "" : "\n").append(withoutIndentation(line)));
    return value.toString();
  }

  /** Distutils folds with eight spaces, metadata 2.x with seven and a bar. */
  private static String withoutIndentation(String line) {
    if (line.startsWith("       |") || line.startsWith("        ")) {
      return line.substring(8);
    }
    return line.stripLeading();
  }
}
