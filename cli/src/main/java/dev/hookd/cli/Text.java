package dev.hookd.cli;

import java.util.List;

/** Helpers for what a person reads. */
final class Text {

  private Text() {}

  /**
   * The text with control characters shown as U+FFFD, tabs and line feeds excepted: a project's
   * words must not be able to drive a terminal.
   */
  static String printable(String text) {
    StringBuilder result = null;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isISOControl(c) && c != '\n' && c != '\t') {
        if (result == null) {
          result = new StringBuilder(text);
        }
        result.setCharAt(i, '\uFFFD');
      }
    }
    return result == null ? text : result.toString();
  }

  /** The same for what must stay on one line: a line feed could forge another. */
  static String line(String text) {
    return printable(text).replace('\n', '\uFFFD');
  }

  /** What stands before the first equals sign: a variable's value may be a secret. */
  static String withoutValue(String text) {
    int equals = text.indexOf('=');
    return equals < 0 ? text : text.substring(0, equals + 1) + "...";
  }

  /** The last lines that are not blank at the end, at most {@code limit}, printable. */
  static List<String> lastLines(String text, int limit) {
    List<String> lines = text.stripTrailing().lines().map(Text::printable).toList();
    return lines.subList(Math.max(0, lines.size() - limit), lines.size());
  }

  /** How many single-character edits turn one word into the other (Levenshtein). */
  static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substituted, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
