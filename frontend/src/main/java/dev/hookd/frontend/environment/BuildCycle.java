package dev.hookd.frontend.environment;

import dev.hookd.frontend.requirement.ProjectName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads out of what pip says which build requirements need each other to be built. pip starts
 * another pip for the requirements of each, notes in a directory that they share what is being
 * built, and shows what the inner ones said further to the right.
 */
final class BuildCycle {

  private static final String FOUND = " is already being built: ";

  /** {@code Collecting setuptools>=61 (from ...)}, {@code Processing ./a-1.0.tar.gz (from ...)}. */
  private static final Pattern BEGINS =
      Pattern.compile("( *)(Collecting|Processing) (.+?)(?: \\(from .*)?");

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");

  private static final Pattern SDIST =
      Pattern.compile("(?:.*/)?([A-Za-z0-9][A-Za-z0-9._-]*?)-\\d[^/-]*\\.(?:tar\\.\\w+|tgz|zip)");

  private BuildCycle() {}

  /** The names from the first one that comes again to its return; empty when it is no cycle. */
  static Optional<List<String>> in(List<String> output) {
    // What is worked on at each depth; what is deeper belongs to it.
    TreeMap<Integer, String> current = new TreeMap<>();
    for (String line : output) {
      Matcher begins = BEGINS.matcher(line);
      if (begins.matches()) {
        int depth = begins.group(1).length();
        current.tailMap(depth, true).clear();
        name(begins.group(2), begins.group(3)).ifPresent(name -> current.put(depth, name));
      } else if (line.contains(FOUND)) {
        return path(line.substring(line.indexOf(FOUND) + FOUND.length()), current);
      }
    }
    return Optional.empty();
  }

  private static Optional<List<String>> path(String requirement, Map<Integer, String> current) {
    Matcher matcher = NAME.matcher(requirement);
    if (!matcher.lookingAt()) {
      return Optional.empty();
    }
    String last = ProjectName.normalize(matcher.group());
    List<String> path = new ArrayList<>(current.values());
    // pip has mostly said already that it begins with this one again.
    if (path.isEmpty() || !path.get(path.size() - 1).equals(last)) {
      path.add(last);
    }
    int first = path.indexOf(last);
    if (first == path.size() - 1) { // the beginning is not in what was kept of the output
      path.add(0, last);
      first = 0;
    }
    return Optional.of(List.copyOf(path.subList(first, path.size())));
  }

  private static Optional<String> name(String verb, String word) {
    Matcher matcher = verb.equals("Processing") ? SDIST.matcher(word) : NAME.matcher(word);
    if (verb.equals("Processing") ? matcher.matches() : matcher.lookingAt()) {
      String name = matcher.groupCount() > 0 ? matcher.group(1) : matcher.group();
      return Optional.of(ProjectName.normalize(name));
    }
    return Optional.empty();
  }
}
