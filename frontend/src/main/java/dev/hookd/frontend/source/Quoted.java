package dev.hookd.frontend.source;

/** Makes text of a stranger fit for one line of an error message. */
final class Quoted {

  private static final int MAX_CHARS = 120;

  private Quoted() {}

  /** In single quotes, control characters escaped, cut when long. */
  static String of(String text) {
    StringBuilder quoted = new StringBuilder().append('\'');
    int shown = Math.min(text.length(), MAX_CHARS);
    for (int i = 0; i < shown; i++) {
      char c = text.charAt(i);
      // Surrogates are left alone (a pair is one character); format characters could turn the line.
      if (c == '\n') {
        quoted.append("\\n");
      } else if (c == '\t') {
        quoted.append("\\t");
      } else if (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT) {
        quoted.append(String.format("\\u%04x", (int) c));
      } else {
        quoted.append(c);
      }
    }
    quoted.append('\'');
    if (shown < text.length()) {
      quoted.append("... (").append(text.length()).append(" characters)");
    }
    return quoted.toString();
  }
}
