package dev.hookd.frontend.metadata;

import java.util.regex.Pattern;

/** Values of several lines, without what writers put there to fold them. */
final class FoldedText {

  private static final Pattern LINE_END = Pattern.compile("\r\n?");

  private FoldedText() {}

  /** All line ends as {@code \n}. */
  static String withPlainLineEnds(String text) {
    return text.indexOf('\r') < 0 ? text : LINE_END.matcher(text).replaceAll("\n");
  }

  /** A value without the indentation that writers give its continuation lines. */
  static String unfolded(String raw) {
    String folded = withPlainLineEnds(raw).strip();
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

  /** Without the characters at both ends that are white space to Python's {@code str.strip}. */
  static String strippedAsPythonDoes(String text) {
    int begin = 0;
    int end = text.length();
    while (begin < end && isPythonSpace(text.charAt(begin))) {
      begin++;
    }
    while (end > begin && isPythonSpace(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(begin, end);
  }

  private static boolean isPythonSpace(char c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == '\u0085';
  }
}
