package dev.hookd.frontend.source;

import java.util.List;

/**
 * The {@code [build-system]} table of a source tree as PEP 517 and 518 demand, defaults applied.
 * Immutable.
 *
 * @param requires the build requirements (PEP 508), as written; may be empty
 * @param buildBackend the backend object, {@code module.path} or {@code module.path:object.path}
 * @param backendPath the in-tree directories that go in front of {@code sys.path} (PEP 517,
 *     "In-tree build backends"), as written: relative to the tree, and inside it when it was read
 * @param origin how much of it the project says itself
 */
public record BuildSystem(
    List<String> requires, String buildBackend, List<String> backendPath, Origin origin) {

  /** The backend of projects that name none (PEP 517, "Source trees"). */
  public static final String LEGACY_BACKEND = "setuptools.build_meta:__legacy__";

  /**
   * The requirements of projects that declare none. PEP 518 also lists {@code wheel}: setuptools
   * needed it until version 70.1, and the older ones ask for it themselves in {@code
   * get_requires_for_build_wheel}, so that naming it here would only make the environment larger.
   */
  static final List<String> DEFAULT_REQUIRES = List.of("setuptools");

  public BuildSystem {
    requires = List.copyOf(requires);
    backendPath = List.copyOf(backendPath);
  }

  static BuildSystem defaults(Origin origin) {
    return new BuildSystem(DEFAULT_REQUIRES, LEGACY_BACKEND, List.of(), origin);
  }

  /** Where the values come from. */
  public enum Origin {
    /** Requirements and backend are the project's own words. */
    DECLARED,
    /** The requirements are declared, the backend is the legacy one. */
    REQUIRES_ONLY,
    /** {@code pyproject.toml} has no {@code [build-system]}: all values are defaults. */
    DEFAULT_TABLE_MISSING,
    /** There is no {@code pyproject.toml}: all values are defaults. */
    DEFAULT_FILE_MISSING
  }
}
