package dev.hookd.frontend.build;

import java.time.Duration;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * All that one run of a hook did.
 *
 * @param facts what it answered, made and changed, each under a name; two runs are equal when these
 *     are
 * @param failure {@code null} when it returned
 * @param elapsed with the start of the process where one is started
 */
record Outcome(SortedMap<String, String> facts, @Nullable Failure failure, Duration elapsed) {

  static Outcome returned(String value, SortedMap<String, String> effects, Duration elapsed) {
    SortedMap<String, String> facts = new TreeMap<>(effects);
    facts.put("result", value);
    return new Outcome(facts, null, elapsed);
  }

  static Outcome failed(Failure failure, SortedMap<String, String> effects, Duration elapsed) {
    SortedMap<String, String> facts = new TreeMap<>(effects);
    facts.put("failure", failure.kind());
    facts.put("failure: text", failure.text());
    return new Outcome(facts, failure, elapsed);
  }

  /** The names of the facts in which the two differ, with both values. */
  SortedMap<String, String> differencesTo(Outcome other) {
    SortedMap<String, String> differences = new TreeMap<>();
    TreeSet<String> names = new TreeSet<>(facts.keySet());
    names.addAll(other.facts.keySet());
    for (String name : names) {
      String mine = facts.getOrDefault(name, "(absent)");
      String others = other.facts.getOrDefault(name, "(absent)");
      if (!mine.equals(others)) {
        differences.put(name, mine + "  |  " + others);
      }
    }
    return differences;
  }
}
