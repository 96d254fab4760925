package dev.hookd.frontend;

import dev.hookd.frontend.requirement.Constraint;
import dev.hookd.frontend.requirement.ProjectName;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What decides, besides the projects themselves, what their build environments hold. Immutable.
 *
 * @param constraints which versions of build requirements may be taken, also of those that build
 *     requirements are built with; they ask for nothing themselves. With one that has hashes, every
 *     distribution of a build environment needs one that matches
 * @param index where distributions are looked for
 * @param freshness how long a resolution counts
 * @param packages what is different for projects, by their normalised names
 */
public record RequirementOptions(
    List<Constraint> constraints,
    IndexOptions index,
    Freshness freshness,
    Map<String, PackageOptions> packages) {

  /** No constraints, the configured index, resolved once a day, nothing different for any. */
  public static final RequirementOptions DEFAULT = builder().build();

  public RequirementOptions {
    constraints = List.copyOf(constraints);
    packages = Collections.unmodifiableMap(new TreeMap<>(packages));
    Objects.requireNonNull(index, "index");
    Objects.requireNonNull(freshness, "freshness");
  }

  /** Options that start from {@link #DEFAULT}. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * What is different for this project; {@link PackageOptions#NONE} where it is not known or not
   * named.
   *
   * @param name in any spelling; {@code null} where a project does not say its name before its
   *     hooks run
   */
  public PackageOptions forPackage(@Nullable String name) {
    return name == null
        ? PackageOptions.NONE
        : packages.getOrDefault(ProjectName.normalize(name), PackageOptions.NONE);
  }

  /** Whether distributions are checked by hashes that the caller gave. */
  public boolean requiresHashes() {
    return constraints.stream().anyMatch(constraint -> !constraint.hashes().isEmpty());
  }

  /** Builds {@link RequirementOptions}. Not thread-safe. */
  public static final class Builder {

    private final List<Constraint> constraints = new ArrayList<>();
    private final Map<String, PackageOptions> packages = new LinkedHashMap<>();
    private IndexOptions index = IndexOptions.DEFAULT;
    private Freshness freshness = Freshness.DEFAULT;

    private Builder() {}

    /**
     * Adds the constraints of a text as pip reads it: a line each, {@code name==1.0
     * --hash=sha256:...}, comments, lines continued with a backslash. Options are refused.
     *
     * @param where what the text is called in an error
     * @throws IllegalArgumentException if a line is no constraint; the message names it
     */
    public Builder constraints(String where, String text) {
      constraints.addAll(Constraint.parseAll(where, text));
      return this;
    }

    /** Where distributions are looked for. */
    public Builder index(IndexOptions options) {
      index = options;
      return this;
    }

    /** How long a resolution counts. */
    public Builder freshness(Freshness wanted) {
      freshness = wanted;
      return this;
    }

    /**
     * Changes what is different for the projects of this name.
     *
     * @throws IllegalArgumentException if it is no project's name (PEP 508)
     */
    public Builder forPackage(String name, UnaryOperator<PackageOptions> change) {
      if (!name.matches("[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")) {
        throw new IllegalArgumentException("'" + name + "' is not the name of a project");
      }
      String normalized = ProjectName.normalize(name);
      packages.put(
          normalized, change.apply(packages.getOrDefault(normalized, PackageOptions.NONE)));
      return this;
    }

    /** The options. */
    public RequirementOptions build() {
      return new RequirementOptions(constraints, index, freshness, packages);
    }
  }
}
