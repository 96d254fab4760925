package dev.hookd.frontend.requirement;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One version specifier: an operator and a version, or the beginning of one.
 *
 * @param version what to compare with; null for {@code ===}
 * @param wildcard whether {@code .*} follows the version
 * @param text the canonical version, with its wildcard; for {@code ===} any text
 */
record VersionClause(Operator operator, @Nullable Version version, boolean wildcard, String text)
    implements Comparable<VersionClause> {

  enum Operator {
    // Longer ones first: each is looked for at the beginning of the text.
    ARBITRARY("==="),
    COMPATIBLE("~="),
    EQUAL("=="),
    NOT_EQUAL("!="),
    AT_MOST("<="),
    AT_LEAST(">="),
    BELOW("<"),
    ABOVE(">");

    final String sign;

    Operator(String sign) {
      this.sign = sign;
    }
  }

  /**
   * @throws IllegalArgumentException when it is malformed
   */
  static VersionClause parse(String clause) {
    for (Operator operator : Operator.values()) {
      if (clause.startsWith(operator.sign)) {
        return parse(clause, operator, clause.substring(operator.sign.length()).strip());
      }
    }
    throw malformed(clause, "it begins with none of ~= == != <= >= < > ===");
  }

  private static VersionClause parse(String clause, Operator operator, String text) {
    if (operator == Operator.ARBITRARY) {
      if (text.isEmpty() || text.chars().anyMatch(VersionClause::endsWord)) {
        throw malformed(clause, "one word must follow ===");
      }
      return new VersionClause(operator, null, false, text);
    }
    boolean wildcard = text.endsWith(".*");
    String written = wildcard ? text.substring(0, text.length() - 2) : text;
    Version version =
        Version.tryParse(written)
            .filter(parsed -> written.equals(written.strip()))
            .orElseThrow(() -> malformed(clause, "no version follows " + operator.sign));
    boolean equality = operator == Operator.EQUAL || operator == Operator.NOT_EQUAL;
    if (wildcard && !equality) {
      throw malformed(clause, ".* goes with == and != alone");
    }
    if (wildcard
        && (version.isPrerelease() || version.isPostrelease() || version.local().isPresent())) {
      throw malformed(clause, ".* follows the release numbers alone");
    }
    if (version.local().isPresent() && !equality) {
      throw malformed(clause, "a local version goes with == and != alone");
    }
    if (operator == Operator.COMPATIBLE && version.release().size() < 2) {
      throw malformed(clause, "~= needs a release of two numbers or more");
    }
    return new VersionClause(operator, version, wildcard, version + (wildcard ? ".*" : ""));
  }

  private static boolean endsWord(int c) {
    return Character.isWhitespace(c) || c == ';' || c == ')';
  }

  private static IllegalArgumentException malformed(String clause, String why) {
    return new IllegalArgumentException(
        "'" + Version.shown(clause) + "' is not a version specifier as PEP 440 defines it: " + why);
  }

  boolean contains(Version candidate) {
    if (version == null) {
      return candidate.toString().equalsIgnoreCase(text);
    }
    // Local parts count only where the clause has one: PEP 440, "Local version identifiers".
    Version plain = candidate.publicVersion();
    return switch (operator) {
      case EQUAL -> equal(version, candidate);
      case NOT_EQUAL -> !equal(version, candidate);
      case AT_LEAST -> plain.compareTo(version) >= 0;
      case AT_MOST -> plain.compareTo(version) <= 0;
      case COMPATIBLE ->
          plain.compareTo(version) >= 0 && plain.beginsWith(version, version.release().size() - 1);
      case BELOW -> below(version, plain);
      case ABOVE -> above(version, plain);
      case ARBITRARY -> throw new IllegalStateException("has no version");
    };
  }

  private boolean equal(Version version, Version candidate) {
    if (wildcard) {
      return candidate.beginsWith(version, version.release().size());
    }
    return version.local().isPresent()
        ? candidate.equals(version)
        : candidate.publicVersion().equals(version);
  }

  /** The pre-releases of a version are not below it, unless it is one itself. */
  private static boolean below(Version version, Version candidate) {
    return candidate.compareTo(version.isPrerelease() ? version : version.firstDevelopmentRelease())
        < 0;
  }

  /** The post-releases of a version are not above it, unless it is one itself. */
  private static boolean above(Version version, Version candidate) {
    return candidate.compareTo(version) > 0
        && (version.isPostrelease()
            || version.isDevelopmentRelease()
            || !candidate.sharesPhaseWith(version));
  }

  boolean asksForPrerelease() {
    return operator == Operator.ARBITRARY
        ? Version.tryParse(text).map(Version::isPrerelease).orElse(false)
        : operator != Operator.NOT_EQUAL && version != null && version.isPrerelease();
  }

  /** By the text. */
  @Override
  public int compareTo(VersionClause other) {
    return toString().compareTo(other.toString());
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof VersionClause clause && toString().equals(clause.toString());
  }

  @Override
  public int hashCode() {
    return Objects.hashCode(toString());
  }

  @Override
  public String toString() {
    return operator.sign + text;
  }
}
