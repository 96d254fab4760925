package dev.hookd.frontend.metadata;

import dev.hookd.frontend.requirement.ProjectName;
import dev.hookd.frontend.requirement.Version;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.tomlj.TomlTable;

/**
 * The backends whose metadata are what {@code [project]} says, and what must not be there for that
 * to hold. Left out on purpose: poetry-core (it enriches {@code [project]} from {@code
 * [tool.poetry]} and rewrites markers), backends in the tree and wrappers (they exist in order to
 * change something), and whatever nobody has compared yet.
 */
enum TrustedBackend {

  /** Reads nothing but {@code [project]}, and has no plugins. */
  FLIT("flit_core.buildapi", "flit-core", "3.2", null) {
    @Override
    @Nullable String objection(TomlTable pyproject, Map<String, byte[]> files) {
      return null;
    }
  },

  /**
   * Metadata hooks may set fields, and build hooks add dependencies ({@code build_data}); {@code
   * hatch.toml} replaces {@code [tool.hatch]}. Plugins are used only where they are configured.
   */
  HATCHLING("hatchling.build", "hatchling", null, null) {
    @Override
    @Nullable String objection(TomlTable pyproject, Map<String, byte[]> files) {
      if (files.containsKey(HATCH_TOML)) {
        return "hatchling reads " + HATCH_TOML;
      }
      TomlTable tool = table(pyproject, "tool", "hatch");
      return tool != null && mentionsHooks(tool) ? "[tool.hatch] has hooks" : null;
    }
  },

  /** Hooks of the project or of installed packages may set fields. */
  PDM("pdm.backend", "pdm-backend", null, "pdm-backend") {
    @Override
    @Nullable String objection(TomlTable pyproject, Map<String, byte[]> files) {
      if (files.containsKey(PDM_BUILD)) {
        return "pdm-backend runs " + PDM_BUILD;
      }
      return table(pyproject, "tool", "pdm", "build") == null ? null : "there is [tool.pdm.build]";
    }
  },

  /**
   * {@code setup.py} is code, {@code setup.cfg} and {@code [tool.distutils]} can tag the version,
   * and installed packages can have hooks in it ({@code finalize_distribution_options}).
   */
  SETUPTOOLS("setuptools.build_meta", "setuptools", "61", "setuptools wheel") {
    @Override
    @Nullable String objection(TomlTable pyproject, Map<String, byte[]> files) {
      if (files.containsKey(SETUP_PY)) {
        return "setuptools runs setup.py";
      }
      byte[] cfg = files.get(SETUP_CFG);
      if (cfg != null
          && !new String(cfg, StandardCharsets.ISO_8859_1).strip().matches(EMPTY_SETUP_CFG)) {
        return "setuptools reads setup.cfg";
      }
      if (table(pyproject, "tool", "setuptools", "cmdclass") != null) {
        return "[tool.setuptools] has cmdclass, which is code";
      }
      return table(pyproject, "tool", "distutils") == null ? null : "there is [tool.distutils]";
    }
  };

  static final String HATCH_TOML = "hatch.toml";
  static final String PDM_BUILD = "pdm_build.py";
  static final String SETUP_PY = "setup.py";
  static final String SETUP_CFG = "setup.cfg";

  /** What the sdist command of setuptools writes: no tag. */
  private static final String EMPTY_SETUP_CFG =
      "(\\[egg_info\\]\\s+tag_build\\s*=[ \\t]*\\s+tag_date\\s*=\\s*0)?";

  private static final Map<String, TrustedBackend> BY_OBJECT =
      Stream.of(values())
          .collect(Collectors.toUnmodifiableMap(backend -> backend.object, Function.identity()));

  private static final Pattern REQUIREMENT =
      Pattern.compile("\\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\\s*(\\[[^\\]]*\\])?(.*)");

  private static final Pattern LOWER_BOUND =
      Pattern.compile("\\s*(?:>=|~=|==)\\s*(\\d{1,9}(?:\\.\\d{1,9})*)\\s*");

  private final String object;
  private final String distribution;
  private final @Nullable String firstVersion;
  private final @Nullable String allowedRequirements;

  /**
   * @param firstVersion the first one that reads {@code [project]}; {@code null}: all do
   * @param allowedRequirements what may be installed with it, between spaces; {@code null}:
   *     anything
   */
  TrustedBackend(
      String object,
      String distribution,
      @Nullable String firstVersion,
      @Nullable String allowedRequirements) {
    this.object = object;
    this.distribution = distribution;
    this.firstVersion = firstVersion;
    this.allowedRequirements = allowedRequirements;
  }

  static Optional<TrustedBackend> of(String object) {
    return Optional.ofNullable(BY_OBJECT.get(object));
  }

  /**
   * What in the project lets this backend say something else than {@code [project]}; {@code null}
   * when there is nothing.
   *
   * @param files the files of {@link StaticMetadata#FILES} that there are
   */
  abstract @Nullable String objection(TomlTable pyproject, Map<String, byte[]> files);

  /** What in the build requirements does; {@code null} when there is nothing. */
  @Nullable String objection(List<String> requires) {
    boolean recent = firstVersion == null;
    for (String requirement : requires) {
      Matcher matcher = REQUIREMENT.matcher(requirement);
      if (!matcher.matches()) {
        return "the build requirement '" + requirement + "' cannot be read";
      }
      String name = ProjectName.normalize(matcher.group(1));
      if (name.equals(distribution) && matcher.group(3).contains("@")) {
        return distribution + " comes from a URL, and may be a changed one";
      }
      if (name.equals(distribution)) {
        recent |= Stream.of(matcher.group(3).split(",", -1)).anyMatch(this::provesRecent);
      } else if (allowedRequirements != null
          && !Arrays.asList(allowedRequirements.split(" ", -1)).contains(name)) {
        return distribution + " may be extended by " + name;
      }
    }
    return recent ? null : "the build requirements allow a " + distribution + " without [project]";
  }

  private boolean provesRecent(String clause) {
    Matcher matcher = LOWER_BOUND.matcher(clause);
    return firstVersion != null
        && matcher.matches()
        && Version.parse(matcher.group(1)).compareTo(Version.parse(firstVersion)) >= 0;
  }

  private static boolean mentionsHooks(TomlTable table) {
    return table.keySet().stream()
        .anyMatch(
            key ->
                key.equals("hooks")
                    || (table.get(List.of(key)) instanceof TomlTable inner
                        && mentionsHooks(inner)));
  }

  private static @Nullable TomlTable table(TomlTable root, String... path) {
    TomlTable table = root;
    for (String key : path) {
      if (!(table.get(List.of(key)) instanceof TomlTable inner)) {
        return null;
      }
      table = inner;
    }
    return table;
  }
}
