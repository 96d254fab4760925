package dev.hookd.frontend.requirement;

import dev.hookd.frontend.EnvironmentFailedException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * One line of a constraints file as pip has them: which versions of a project may be taken where it
 * is needed, and the hashes that its files may have. Immutable.
 *
 * @param requirement without extras
 * @param hashes as {@code sha256:0123...}; may be empty
 */
public record Constraint(Requirement requirement, Set<String> hashes) {

  /** pip's hash checking accepts no weaker ones. */
  private static final Pattern HASH = Pattern.compile("sha(256|384|512):[0-9a-f]{64,128}");

  private static final Pattern CONTINUED = Pattern.compile("\\\\\\R");
  private static final Pattern COMMENT = Pattern.compile("(^|\\s)#.*$");
  private static final String HASH_OPTION = "--hash=";

  public Constraint {
    hashes = Collections.unmodifiableSet(new TreeSet<>(hashes));
  }

  /**
   * The constraints of a file, in its order.
   *
   * @param where what the file is called in an error
   * @throws IllegalArgumentException if a line is none; the message says which and why
   */
  public static List<Constraint> parseAll(String where, String text) {
    List<Constraint> constraints = new ArrayList<>();
    for (String line : CONTINUED.matcher(text).replaceAll(" ").lines().toList()) {
      String bare = COMMENT.matcher(line).replaceFirst("").strip();
      if (!bare.isEmpty()) {
        try {
          constraints.add(parse(bare));
        } catch (IllegalArgumentException | EnvironmentFailedException e) {
          throw new IllegalArgumentException(where + ": " + e.getMessage(), e);
        }
      }
    }
    return constraints;
  }

  private static Constraint parse(String line) {
    if (line.startsWith("-")) {
      throw new IllegalArgumentException(
          "'" + line + "' is an option; only requirements and their hashes are constraints");
    }
    int first = line.indexOf(" --");
    Requirement requirement = Requirement.parse(first < 0 ? line : line.substring(0, first));
    if (!requirement.extras().isEmpty()) {
      throw new IllegalArgumentException("'" + line + "': a constraint has no extras");
    }
    Set<String> hashes = new TreeSet<>();
    if (first >= 0) {
      for (String word : line.substring(first).strip().split("\\s+", -1)) {
        String hash = word.startsWith(HASH_OPTION) ? word.substring(HASH_OPTION.length()) : "";
        if (!HASH.matcher(hash).matches()) {
          throw new IllegalArgumentException(
              "'" + word + "' is not --hash=sha256:... (or sha384, sha512) in lower case");
        }
        hashes.add(hash);
      }
    }
    return new Constraint(requirement, hashes);
  }

  /** The line without its hashes, as an installer reads it. */
  @Override
  public String toString() {
    return requirement.toString();
  }
}
