package dev.hookd.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** Prints checks as they are made, or at the end as one JSON object. */
final class CheckList {

  private final Console console;
  private final boolean json;
  private final List<Check> checks = new ArrayList<>();

  CheckList(Console console, boolean json) {
    this.console = console;
    this.json = json;
  }

  void add(Check check) {
    checks.add(check);
    if (!json) {
      check.render(console.resultStyle()).forEach(console::result);
      console.flush();
    }
  }

  /** The exit status: whether there was a problem. */
  int end() {
    boolean ok = checks.stream().noneMatch(check -> check.status() == Check.Status.PROBLEM);
    if (json) {
      ObjectNode node = JsonNodeFactory.instance.objectNode().put("ok", ok);
      ArrayNode list = node.putArray("checks");
      checks.forEach(check -> list.add(check.json()));
      console.result(JsonText.pretty(node));
    }
    return ok ? ExitStatus.OK : ExitStatus.MACHINERY;
  }
}
