package dev.hookd.frontend.metadata;

import dev.hookd.frontend.BuildSettings;
import dev.hookd.protocol.ConfigSettings;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The metadata that a project tells without its code being run: {@code PKG-INFO} of an sdist (PEP
 * 643), else {@code [project]} (PEP 621). Stale {@code *.egg-info} directories and metadata before
 * version 2.2 are never trusted, nor is the {@code PKG-INFO} in a person's own tree, which any
 * older build may have left there.
 */
final class StaticMetadata {

  /** The files at the top of a tree that are looked at. */
  static final Set<String> FILES =
      Set.of(
          PkgInfo.FILE_NAME,
          ProjectTable.FILE_NAME,
          TrustedBackend.SETUP_PY,
          TrustedBackend.SETUP_CFG,
          TrustedBackend.HATCH_TOML,
          TrustedBackend.PDM_BUILD);

  private StaticMetadata() {}

  /** Whether a project, this one perhaps, has config settings of its own. */
  static boolean hasOwnConfigSettings(BuildSettings settings) {
    return settings.requirements().packages().values().stream()
        .anyMatch(own -> own.configSettings() != null);
  }

  /** Whether a backend may meet other packages than the project's own requirements. */
  static boolean isEnvironmentChanged(BuildSettings settings) {
    return !settings.buildIsolation()
        || settings.requirements().packages().values().stream()
            .anyMatch(own -> !own.buildIsolation() || !own.extraRequirements().isEmpty());
  }

  /**
   * What is known of the fields that the settings ask for.
   *
   * @param files those of {@link #FILES} that there are, by name
   * @param isSdist whether they come from an sdist
   */
  static StaticAnswer answer(Map<String, byte[]> files, boolean isSdist, BuildSettings settings) {
    if (settings.backend() != null) {
      return new StaticAnswer.Unknown("another backend is asked for than the project's own");
    }
    ConfigSettings config = settings.configSettings();
    if (hasOwnConfigSettings(settings)
        || (config != null && !config.equals(ConfigSettings.EMPTY))) {
      return new StaticAnswer.Unknown("its backend may make something of the config settings");
    }
    byte[] pyproject = files.get(ProjectTable.FILE_NAME);
    if (pyproject == null && !files.containsKey(TrustedBackend.SETUP_PY)) {
      return new StaticAnswer.Unknown("it has neither pyproject.toml nor setup.py");
    }
    String reason;
    byte[] pkgInfo = isSdist ? files.get(PkgInfo.FILE_NAME) : null;
    if (pkgInfo == null) {
      reason = isSdist ? "it has no PKG-INFO" : "it is a source tree";
    } else {
      boolean trusted = ProjectTable.backend(pyproject).isPresent();
      StaticAnswer answer = PkgInfo.answer(pkgInfo, trusted, settings.metadataFields());
      if (!(answer instanceof StaticAnswer.Unknown unknown)) {
        return answer;
      }
      reason = unknown.reason();
    }
    if (pyproject == null) {
      return new StaticAnswer.Unknown(reason + "; it has no pyproject.toml");
    }
    if (isEnvironmentChanged(settings)) {
      return new StaticAnswer.Unknown(
          reason + "; its backend would not run with what it requires alone");
    }
    StaticAnswer answer = ProjectTable.answer(files, settings.metadataFields());
    return answer instanceof StaticAnswer.Unknown unknown
        ? new StaticAnswer.Unknown(reason + "; " + unknown.reason())
        : answer;
  }

  /**
   * The Pythons that the project says it works with: of {@code PKG-INFO} of any version, which was
   * written for this sdist, else of {@code [project]}.
   */
  static Optional<String> requiresPython(Map<String, byte[]> files, boolean isSdist) {
    byte[] pkgInfo = isSdist ? files.get(PkgInfo.FILE_NAME) : null;
    if (pkgInfo != null) {
      Optional<String> python =
          ParsedFields.of(HeaderFields.read(pkgInfo)).text(MetadataField.REQUIRES_PYTHON);
      if (python.isPresent()) {
        return python;
      }
    }
    byte[] pyproject = files.get(ProjectTable.FILE_NAME);
    return pyproject == null ? Optional.empty() : ProjectTable.requiresPython(pyproject);
  }
}
