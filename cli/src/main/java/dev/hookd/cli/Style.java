package dev.hookd.cli;

import java.util.Map;

/** Colours for a terminal, or none. Immutable. */
final class Style {

  static final Style PLAIN = new Style(false);
  static final Style COLOURED = new Style(true);

  private final boolean coloured;

  private Style(boolean coloured) {
    this.coloured = coloured;
  }

  /** Colours only for a person's terminal that can show them, and not against NO_COLOR. */
  static Style of(boolean isTerminal, Map<String, String> environment) {
    boolean refused =
        !environment.getOrDefault("NO_COLOR", "").isEmpty()
            || environment.getOrDefault("TERM", "").equals("dumb");
    return isTerminal && !refused ? COLOURED : PLAIN;
  }

  boolean isColoured() {
    return coloured;
  }

  String bold(String text) {
    return sgr("1", text);
  }

  String dim(String text) {
    return sgr("2", text);
  }

  String red(String text) {
    return sgr("1;31", text);
  }

  String green(String text) {
    return sgr("32", text);
  }

  String yellow(String text) {
    return sgr("33", text);
  }

  String cyan(String text) {
    return sgr("36", text);
  }

  private String sgr(String code, String text) {
    return coloured ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
  }
}
