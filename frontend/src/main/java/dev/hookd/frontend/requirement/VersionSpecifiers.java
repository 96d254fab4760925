package dev.hookd.frontend.requirement;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A set of version specifiers (PEP 440, "Version specifiers") such as {@code >=3.8,!=3.9.*}, all of
 * which must hold. Agrees with the {@code packaging} library, from its version 26 on where its
 * versions differ. Immutable.
 */
public final class VersionSpecifiers {

  private final List<VersionClause> clauses;

  private VersionSpecifiers(List<VersionClause> clauses) {
    this.clauses = List.copyOf(clauses);
  }

  /**
   * Reads clauses with commas between them; empty ones are skipped, so that blank text is the empty
   * set.
   *
   * @throws IllegalArgumentException when a clause is malformed; the message names it. There are
   *     such ones in published metadata, and it is the caller's decision what they mean.
   */
  public static VersionSpecifiers parse(String text) {
    List<VersionClause> clauses = new ArrayList<>();
    for (String clause : text.split(",", -1)) {
      if (!clause.isBlank()) {
        clauses.add(VersionClause.parse(clause.strip()));
      }
    }
    return new VersionSpecifiers(clauses.stream().distinct().sorted().toList());
  }

  /** Like {@link #parse}; empty when a clause is malformed. */
  public static Optional<VersionSpecifiers> tryParse(String text) {
    try {
      return Optional.of(parse(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Whether every version is contained. */
  public boolean isEmpty() {
    return clauses.isEmpty();
  }

  /**
   * Whether a version meets every clause.
   *
   * @param prereleases whether a pre-release can do so at all; see {@link #mentionsPrerelease}
   */
  public boolean contains(Version version, boolean prereleases) {
    return (prereleases || !version.isPrerelease())
        && clauses.stream().allMatch(clause -> clause.contains(version));
  }

  /**
   * Whether a clause, other than an exclusion, names a pre-release: who writes {@code >=2.0rc1}
   * wants pre-releases (PEP 440, "Handling of pre-releases").
   */
  public boolean mentionsPrerelease() {
    return clauses.stream().anyMatch(VersionClause::asksForPrerelease);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof VersionSpecifiers specifiers && clauses.equals(specifiers.clauses);
  }

  @Override
  public int hashCode() {
    return clauses.hashCode();
  }

  /** The clauses with canonical versions, each once, sorted, with commas between them. */
  @Override
  public String toString() {
    return clauses.stream().map(VersionClause::toString).collect(Collectors.joining(","));
  }
}
