package dev.hookd.frontend.metadata;

import dev.hookd.frontend.requirement.EnvironmentMarker;
import dev.hookd.frontend.requirement.ProjectName;
import dev.hookd.frontend.requirement.VersionSpecifiers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A requirement of {@code [project]} that every {@link TrustedBackend} takes over with the same
 * meaning. What is not of PEP 508's grammar one of them refuses and another hands on, and there is
 * more that they treat each in its own way: URLs, names of extras that are not normalised (PEP
 * 685), conditions on {@code extra}, braces (hatchling fills them in), {@code #} (setuptools takes
 * it for a comment).
 *
 * @param name normalised
 * @param base what it requires, as it is written
 * @param marker under which condition; {@code null}: always
 * @param meaning equal for two that mean the same
 */
record PlainRequirement(String name, String base, @Nullable String marker, String meaning) {

  private static final Pattern FORM =
      Pattern.compile(
          "[ \\t]*(?<base>(?<name>[A-Za-z0-9._-]+)[ \\t]*(?:\\[(?<extras>[a-z0-9, \\t-]*)])?"
              + "(?<versions>[^;@]*))(?:;(?<marker>[^;]+))?");

  private static final Pattern PRINTABLE = Pattern.compile("[\\t -~]*");

  private static final Pattern STRING_IN_MARKER = Pattern.compile("[A-Za-z0-9 ._,*+!-]*");

  /** Empty when it is another kind of requirement, or none. */
  static Optional<PlainRequirement> tryParse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!PRINTABLE.matcher(text).matches() || !matcher.matches()) {
      return Optional.empty();
    }
    String name = ProjectName.normalize(matcher.group("name"));
    List<String> extras = extras(matcher.group("extras"));
    String versions = withoutParentheses(matcher.group("versions").strip());
    String marker = matcher.group("marker");
    if (!ProjectName.isValid(matcher.group("name"))
        || !extras.stream().allMatch(PlainRequirement::isExtra)
        || !(versions.isEmpty() || isSpecifiers(versions))
        || !(marker == null || isPlainMarker(marker))) {
      return Optional.empty();
    }
    String condition = marker == null ? "" : marker.replace('"', '\'').replaceAll("[ \\t]+", "");
    String meaning = name + extras + VersionSpecifiers.parse(versions) + ";" + condition;
    return Optional.of(
        new PlainRequirement(
            name, matcher.group("base").strip(), marker == null ? null : marker.strip(), meaning));
  }

  /** Sorted; an empty one where something else than an extra stands. */
  private static List<String> extras(@Nullable String list) {
    return list == null
        ? List.of()
        : Stream.of(list.split(",", -1)).map(String::strip).sorted().distinct().toList();
  }

  /** Whether that is the name of an extra that no backend spells otherwise. */
  static boolean isExtra(String text) {
    return ProjectName.isValid(text) && ProjectName.normalize(text).equals(text);
  }

  /** Whether these are version specifiers, one at least, that no backend takes for others. */
  static boolean isSpecifiers(String text) {
    return PRINTABLE.matcher(text).matches()
        && text.equals(text.toLowerCase(Locale.ROOT)) // hatchling makes it so
        && Stream.of(text.split(",", -1))
            .allMatch(clause -> !clause.isBlank() && !clause.contains("==="))
        && VersionSpecifiers.tryParse(text).isPresent();
  }

  private static boolean isPlainMarker(String text) {
    return EnvironmentMarker.tryParse(text)
        .filter(marker -> !marker.variables().contains("extra"))
        .filter(
            marker ->
                marker.strings().stream()
                    .allMatch(string -> STRING_IN_MARKER.matcher(string).matches()))
        .isPresent();
  }

  /** PEP 508 allows them around version specifiers, for old times' sake. */
  private static String withoutParentheses(String text) {
    boolean enclosed = text.startsWith("(") && text.endsWith(")") && !text.equals("()");
    return enclosed ? text.substring(1, text.length() - 1) : text;
  }

  /**
   * A line of metadata.
   *
   * @param extra that it belongs to; {@code null}: to none
   */
  String header(@Nullable String extra) {
    List<String> conditions = new ArrayList<>();
    if (marker != null) {
      conditions.add(extra == null ? marker : "(" + marker + ")");
    }
    if (extra != null) {
      conditions.add("extra == \"" + extra + "\"");
    }
    return "Requires-Dist: "
        + (conditions.isEmpty() ? base : base + " ; " + String.join(" and ", conditions))
        + "\n";
  }
}
