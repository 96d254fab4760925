package dev.hookd.protocol;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The one escape of the classic dialect: a line feed is the two characters {@code \n}. Nothing else
 * is escaped, a backslash neither, so the way back is a guess that is wrong for a text which itself
 * holds a backslash and an n.
 */
final class ClassicText {

  private static final Pattern JSON_ESCAPE = Pattern.compile("\\\\(.)");

  private ClassicText() {}

  static String escape(String text) {
    return text.replace("\n", "\\n");
  }

  static String unescape(String text) {
    return text.replace("\\n", "\n");
  }

  /**
   * The same JSON without the two characters {@code \n} anywhere in it. A daemon may undo the
   * escape in every line it reads, in JSON too, and would break a string in two.
   */
  static String escapeJson(String json) {
    return JSON_ESCAPE
        .matcher(json)
        .replaceAll(
            escape ->
                Matcher.quoteReplacement(
                    switch (escape.group(1)) {
                      case "n" -> "\\u000a";
                      case "\\" -> "\\u005c";
                      default -> escape.group();
                    }));
  }
}
