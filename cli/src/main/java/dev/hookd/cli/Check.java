package dev.hookd.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One thing that {@code hookd doctor} looked at.
 *
 * @param advice what to do about it; {@code null} when all is well
 * @param facts the same for scripts: strings, numbers, booleans, JSON nodes
 * @param details lines that say more, for a person
 */
record Check(
    String name,
    Status status,
    String value,
    @Nullable String advice,
    Map<String, Object> facts,
    List<String> details) {

  /** As wide as the longest name. */
  private static final String NAME = "%-12s";

  private static final String INDENTATION = " ".repeat(23);

  /** How it stands. */
  enum Status {
    OK,
    /** Works, but worse than it could. */
    WARN,
    /** Does not work. */
    PROBLEM;

    String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static Check ok(String name, String value, Map<String, Object> facts) {
    return new Check(name, Status.OK, value, null, facts, List.of());
  }

  static Check warn(String name, String value, String advice, Map<String, Object> facts) {
    return new Check(name, Status.WARN, value, advice, facts, List.of());
  }

  static Check problem(String name, String value, String advice) {
    return new Check(name, Status.PROBLEM, value, advice, Map.of(), List.of());
  }

  /** The same check, which says more to a person. */
  Check withDetails(List<String> lines) {
    return new Check(name, status, value, advice, facts, List.copyOf(lines));
  }

  List<String> render(Style style) {
    String label =
        switch (status) {
          case OK -> style.green("ok     ");
          case WARN -> style.yellow("warn   ");
          case PROBLEM -> style.red("problem");
        };
    List<String> lines = new ArrayList<>();
    lines.add(label + "  " + style.bold(NAME.formatted(name)) + "  " + Text.printable(value));
    details.forEach(detail -> lines.add(INDENTATION + Text.line(detail)));
    if (advice != null) {
      lines.add(INDENTATION + style.cyan("->") + " " + Text.printable(advice));
    }
    return lines;
  }

  ObjectNode json() {
    ObjectNode node =
        JsonNodeFactory.instance
            .objectNode()
            .put("name", name)
            .put("status", status.label())
            .put("value", value)
            .put("advice", advice);
    facts.forEach(node::putPOJO);
    return node;
  }
}
