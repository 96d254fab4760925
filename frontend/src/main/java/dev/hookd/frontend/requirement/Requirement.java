package dev.hookd.frontend.requirement;

import dev.hookd.frontend.EnvironmentFailedException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One requirement in the notation of PEP 508, checked for its shape and normalised. What it means
 * (versions, markers) the installer decides; the shape is checked here because requirements come
 * from strangers' sdists, and an installer understands more than PEP 508: options, files of further
 * requirements, local paths, variables of the environment.
 *
 * @param name normalised as PEP 503 has it
 * @param extras comma-separated, sorted; may be empty
 * @param specifier comma-separated version clauses, sorted; may be empty
 */
public record Requirement(
    String name, String extras, String specifier, Optional<String> url, Optional<String> marker) {

  private static final Pattern HEAD =
      Pattern.compile("\\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\\s*(?:\\[([^\\]]*)])?\\s*");

  private static final Pattern EXTRA =
      Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?");

  private static final Pattern CLAUSE =
      Pattern.compile(
          "(?:(?:~=|==|!=|<=|>=|<|>)\\s*[A-Za-z0-9._*+!-]+|===\\s*[A-Za-z0-9._*+!:/@-]+)");

  /** No whitespace, no escapes and no {@code ${...}}: an installer would fill in a variable. */
  private static final Pattern URL =
      Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*:[A-Za-z0-9._~:/?#\\[\\]@!&'()*+,;=%-]+");

  private static final Pattern MARKER = Pattern.compile("[A-Za-z0-9_ \\t.'\"()<>=!~,*+/:@|%&?^-]+");

  /**
   * Reads one requirement; the only way to one whose parts are known to be harmless.
   *
   * @throws EnvironmentFailedException when it is not of PEP 508's shape
   */
  public static Requirement parse(String text) {
    Matcher head = HEAD.matcher(text);
    if (!head.lookingAt()) {
      throw malformed(text, "it does not begin with a project's name");
    }
    String name = ProjectName.normalize(head.group(1));
    String extras = extras(text, head.group(2));
    String rest = text.substring(head.end()).strip();
    if (rest.startsWith("@")) {
      String target = rest.substring(1).strip();
      // A URL may hold semicolons: whitespace ends it (PEP 508, "Grammar").
      String[] parts = target.split("\\s+", 2);
      if (!URL.matcher(parts[0]).matches()) {
        throw malformed(text, "what follows '@' is not a URL");
      }
      String after = parts.length > 1 ? parts[1].strip() : "";
      if (!after.isEmpty() && !after.startsWith(";")) {
        throw malformed(text, "only a marker may follow the URL");
      }
      return new Requirement(
          name,
          extras,
          "",
          Optional.of(parts[0]),
          marker(text, after.isEmpty() ? null : after.substring(1)));
    }
    int semicolon = rest.indexOf(';');
    String versions = semicolon < 0 ? rest : rest.substring(0, semicolon);
    return new Requirement(
        name,
        extras,
        specifier(text, versions.strip()),
        Optional.empty(),
        marker(text, semicolon < 0 ? null : rest.substring(semicolon + 1)));
  }

  /**
   * All of them, normalised, sorted, each once.
   *
   * @throws EnvironmentFailedException when one is not of PEP 508's shape
   */
  public static List<Requirement> parseAll(List<String> texts) {
    return texts.stream()
        .map(Requirement::parse)
        .distinct()
        .sorted(Comparator.comparing(Requirement::toString))
        .toList();
  }

  private static String extras(String text, @Nullable String list) {
    TreeSet<String> extras = new TreeSet<>();
    if (list != null && !list.isBlank()) {
      for (String extra : list.split(",", -1)) {
        if (!EXTRA.matcher(extra.strip()).matches()) {
          throw malformed(text, "'" + extra.strip() + "' is not an extra");
        }
        extras.add(ProjectName.normalize(extra.strip()));
      }
    }
    return String.join(",", extras);
  }

  private static String specifier(String text, String versions) {
    String bare =
        versions.startsWith("(") && versions.endsWith(")")
            ? versions.substring(1, versions.length() - 1)
            : versions;
    TreeSet<String> clauses = new TreeSet<>();
    if (!bare.isBlank()) {
      // A comma at the end is accepted, as packaging does.
      for (String clause : Arrays.asList(bare.strip().split(","))) {
        if (!CLAUSE.matcher(clause.strip()).matches()) {
          throw malformed(text, "'" + clause.strip() + "' is not a version specifier");
        }
        clauses.add(clause.replaceAll("\\s+", ""));
      }
    }
    return String.join(",", clauses);
  }

  private static Optional<String> marker(String text, @Nullable String marker) {
    if (marker == null) {
      return Optional.empty();
    }
    if (!MARKER.matcher(marker).matches() || marker.isBlank()) {
      throw malformed(text, "what follows ';' is not an environment marker");
    }
    return Optional.of(marker.strip().replaceAll("\\s+", " "));
  }

  private static EnvironmentFailedException malformed(String text, String why) {
    return new EnvironmentFailedException(
        "the requirement '" + text + "' is malformed: " + why,
        "",
        "write it as PEP 508 has it: name[extra]>=1.0,<2; marker, or name @ URL",
        null);
  }

  /** For people: without the credentials that a URL may hold. */
  public String shown() {
    return url.isPresent() ? toString().replaceFirst("(://)[^/@]*@", "$1") : toString();
  }

  /** Each of them as {@link #shown()} has it, as one list. */
  public static String shown(List<Requirement> requirements) {
    return requirements.stream().map(Requirement::shown).toList().toString();
  }

  /** As an installer reads it. */
  @Override
  public String toString() {
    return name
        + (extras.isEmpty() ? "" : "[" + extras + "]")
        + specifier
        + url.map(u -> " @ " + u).orElse("")
        + marker.map(m -> " ; " + m).orElse("");
  }
}
