package dev.hookd.frontend.source;

import dev.hookd.frontend.InvalidProjectException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A path inside an archive that was found safe: relative, with no {@code ..}, every component one
 * file name on this system.
 *
 * @param components at least one, none empty, {@code .} or {@code ..}
 */
record EntryName(List<String> components) {

  private static final int MAX_COMPONENT_BYTES = 255;

  EntryName {
    components = Collections.unmodifiableList(new ArrayList<>(components));
  }

  /**
   * Checks and normalises a name as PEP 706's data filter does: leading slashes are stripped. More
   * strictly than there, {@code ..} is refused even where it would stay inside.
   *
   * @return a name without components for the archive's own root ({@code ./})
   * @throws InvalidProjectException naming the rule that the name breaks
   */
  static EntryName parse(String raw, ArchiveLimits limits, ArchiveProblems problems) {
    if (raw.indexOf('\uFFFD') >= 0) {
      // What the archive readers put for bytes that they cannot decode. Mapped to it, two names
      // could become one.
      throw problems.entry(raw, "has a name that is not UTF-8");
    }
    int bytes = raw.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > limits.maxPathBytes()) {
      throw problems.entry(
          raw, "has a path of " + bytes + " bytes; allowed are " + limits.maxPathBytes());
    }
    List<String> components = new ArrayList<>();
    for (String component : raw.split("/", -1)) {
      if (component.isEmpty() || component.equals(".")) {
        continue;
      }
      if (component.equals("..")) {
        throw problems.entry(raw, "has '..' in its path");
      }
      checkFileName(raw, component, problems);
      components.add(component);
    }
    if (components.size() > limits.maxDepth()) {
      throw problems.entry(
          raw, "lies " + components.size() + " levels deep; allowed are " + limits.maxDepth());
    }
    return new EntryName(components);
  }

  private static void checkFileName(String raw, String component, ArchiveProblems problems) {
    if (component.getBytes(StandardCharsets.UTF_8).length > MAX_COMPONENT_BYTES) {
      throw problems.entry(
          raw, "has a file name of more than " + MAX_COMPONENT_BYTES + " bytes in its path");
    }
    Path path;
    try {
      path = Path.of(component);
    } catch (InvalidPathException e) {
      boolean ascii = component.chars().allMatch(c -> c < 0x80);
      throw problems.entry(
          raw,
          "has a name that is no file name here: " + e.getReason(),
          ascii
              ? null
              : "The JVM's encoding of file names is "
                  + System.getProperty("sun.jnu.encoding")
                  + "; start it in a UTF-8 locale (LC_ALL=C.UTF-8).",
          e);
    }
    // On Windows one component could be "C:", "a\b" or end in a dot.
    if (path.isAbsolute() || path.getNameCount() != 1 || !path.toString().equals(component)) {
      throw problems.entry(raw, "has a name that is no file name here");
    }
  }

  boolean isRoot() {
    return components.isEmpty();
  }

  String top() {
    return components.get(0);
  }

  /** The components joined with slashes; the form that messages show. */
  String path() {
    return String.join("/", components);
  }

  /** The first {@code count} components. */
  EntryName prefix(int count) {
    return new EntryName(components.subList(0, count));
  }

  int depth() {
    return components.size();
  }

  Path under(Path directory) {
    Path path = directory;
    for (String component : components) {
      path = path.resolve(component);
    }
    return path;
  }
}
