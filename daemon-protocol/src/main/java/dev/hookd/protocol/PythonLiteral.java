package dev.hookd.protocol;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the text that Python's {@code repr()} gives to strings, numbers, {@code None}, {@code
 * True}, {@code False}, lists, tuples and dictionaries of these: what a classic {@code OK} carries
 * for a hook that returns a list.
 *
 * <p>It is a parser for {@code repr()}, not for source code: no comments, no raw or triple-quoted
 * strings, no expressions.
 */
final class PythonLiteral {

  /** Deeper than any answer of a hook, and far from the end of the stack. */
  private static final int MAX_DEPTH = 200;

  /** What {@code repr()} writes of a number; nothing that only Java would take for one. */
  private static final Pattern INTEGER = Pattern.compile("-?[0-9]+");

  private static final Pattern FLOAT = Pattern.compile("-?[0-9]+(\\.[0-9]+)?(e[-+]?[0-9]+)?");

  private final String text;
  private int position;
  private int depth;

  private PythonLiteral(String text) {
    this.text = text;
  }

  /**
   * @return a {@link String}, {@link Long}, {@link Double}, {@link Boolean}, {@link List}, {@link
   *     Map}, or {@code null} for {@code None}; a tuple is a list
   * @throws ProtocolException if the text is not one literal; the message names the column
   */
  static @Nullable Object parse(String text) {
    PythonLiteral parser = new PythonLiteral(text);
    parser.skipSpaces();
    Object value = parser.value();
    parser.skipSpaces();
    if (parser.position < text.length()) {
      throw parser.error("the end of the literal");
    }
    return value;
  }

  private @Nullable Object value() {
    if (++depth > MAX_DEPTH) {
      throw error("at most " + MAX_DEPTH + " levels");
    }
    try {
      char c = peek();
      return switch (c) {
        case '[' -> sequence(']');
        case '(' -> sequence(')');
        case '{' -> dictionary();
        case '\'', '"' -> string();
        default -> Character.isLetter(c) ? constant() : number();
      };
    } finally {
      depth--;
    }
  }

  /** {@code ['a', 'b']}, {@code ('a',)}. Only a tuple of one has a trailing comma; all may. */
  private List<@Nullable Object> sequence(char end) {
    position++;
    List<@Nullable Object> items = new ArrayList<>();
    skipSpaces();
    while (peek() != end) {
      items.add(value());
      skipSpaces();
      if (peek() == ',') {
        position++;
        skipSpaces();
      } else if (peek() != end) {
        throw error("\",\" or \"" + end + "\"");
      }
    }
    position++;
    return Collections.unmodifiableList(items);
  }

  /** {@code {'a': 1, 'b': 2}}. */
  private Map<@Nullable Object, @Nullable Object> dictionary() {
    position++;
    Map<@Nullable Object, @Nullable Object> entries = new LinkedHashMap<>();
    skipSpaces();
    while (peek() != '}') {
      Object key = value();
      skipSpaces();
      expect(':');
      skipSpaces();
      entries.put(key, value());
      skipSpaces();
      if (peek() == ',') {
        position++;
        skipSpaces();
      } else if (peek() != '}') {
        throw error("\",\" or \"}\"");
      }
    }
    position++;
    return Collections.unmodifiableMap(entries);
  }

  private String string() {
    char quote = text.charAt(position++);
    StringBuilder value = new StringBuilder();
    while (true) {
      char c = peek();
      position++;
      if (c == quote) {
        return value.toString();
      }
      if (c == '\\') {
        escape(value);
      } else {
        value.append(c);
      }
    }
  }

  /** {@code \\ \' \" \n \r \t \xhh \\uhhhh \Uhhhhhhhh}: all that {@code repr()} writes. */
  private void escape(StringBuilder value) {
    char c = peek();
    position++;
    switch (c) {
      case '\\', '\'', '"' -> value.append(c);
      case 'n' -> value.append('\n');
      case 'r' -> value.append('\r');
      case 't' -> value.append('\t');
      case 'x' -> value.append((char) hexadecimal(2));
      case 'u' -> value.append((char) hexadecimal(4));
      case 'U' -> {
        int codePoint = hexadecimal(8);
        if (!Character.isValidCodePoint(codePoint)) {
          throw error("a Unicode code point");
        }
        value.appendCodePoint(codePoint);
      }
      default -> {
        position--;
        throw error("an escape that repr() writes");
      }
    }
  }

  private int hexadecimal(int digits) {
    int value = 0;
    for (int i = 0; i < digits; i++) {
      char digit = peek();
      if (!HexFormat.isHexDigit(digit)) {
        throw error("a hexadecimal digit");
      }
      value = value << 4 | HexFormat.fromHexDigit(digit);
      position++;
    }
    return value;
  }

  private @Nullable Object constant() {
    int start = position;
    while (position < text.length() && Character.isLetter(text.charAt(position))) {
      position++;
    }
    String name = text.substring(start, position);
    return switch (name) {
      case "None" -> null;
      case "True" -> true;
      case "False" -> false;
      default -> {
        position = start;
        throw error("None, True or False");
      }
    };
  }

  private Object number() {
    int start = position;
    while (position < text.length() && "+-.0123456789e".indexOf(text.charAt(position)) >= 0) {
      position++;
    }
    String digits = text.substring(start, position);
    try {
      if (INTEGER.matcher(digits).matches()) {
        return Long.valueOf(digits);
      } else if (FLOAT.matcher(digits).matches()) {
        return Double.valueOf(digits);
      }
    } catch (NumberFormatException e) {
      position = start;
      throw error("an integer of at most 64 bits");
    }
    position = start;
    throw error("a value");
  }

  private void expect(char c) {
    if (peek() != c) {
      throw error("\"" + c + "\"");
    }
    position++;
  }

  private void skipSpaces() {
    while (position < text.length() && text.charAt(position) == ' ') {
      position++;
    }
  }

  private char peek() {
    if (position >= text.length()) {
      throw error("more of the literal");
    }
    return text.charAt(position);
  }

  private ProtocolException error(String expected) {
    String got =
        position < text.length() ? "\"" + text.charAt(position) + "\"" : "the end of the line";
    return new ProtocolException(
        "got %s at column %d of a Python literal (expected: %s)"
            .formatted(got, position + 1, expected));
  }
}
