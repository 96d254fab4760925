package dev.hookd.frontend.environment;

import dev.hookd.frontend.IndexOptions;
import dev.hookd.frontend.RequirementOptions;
import dev.hookd.frontend.interpreter.PythonInterpreter;
import dev.hookd.frontend.requirement.Constraint;
import dev.hookd.frontend.system.FileWitness;
import dev.hookd.frontend.system.Fingerprint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What of the caller's environment an installer sees, and the fingerprint of what in it decides
 * which distributions come out: index options, constraints, configuration files, compiler flags.
 */
final class InstallerOptions {

  /** Python's own variables that do not change what an interpreter imports or compiles. */
  private static final Set<String> HARMLESS =
      Set.of(
          "PYTHONUSERBASE",
          "PYTHONNOUSERSITE",
          "PYTHONWARNINGS",
          "PYTHONUTF8",
          "PYTHONIOENCODING",
          "PYTHON_KEYRING_BACKEND");

  /** They would send the installation elsewhere, or add to it what the spec does not say. */
  private static final Set<String> BREAKING =
      Set.of(
          "VIRTUAL_ENV",
          "CONDA_PREFIX",
          "__PYVENV_LAUNCHER__",
          "PIP_ABI",
          "PIP_DRY_RUN",
          "PIP_EDITABLE",
          "PIP_FORCE_REINSTALL",
          "PIP_GROUP",
          "PIP_IGNORE_INSTALLED",
          "PIP_IMPLEMENTATION",
          "PIP_NO_COMPILE",
          "PIP_NO_DEPS",
          "PIP_PLATFORM",
          "PIP_PREFIX",
          "PIP_PYTHON",
          "PIP_PYTHON_VERSION",
          "PIP_QUIET",
          "PIP_REPORT",
          "PIP_REQUIREMENT",
          "PIP_REQUIRE_HASHES",
          "PIP_REQUIRE_VIRTUALENV",
          "PIP_ROOT",
          "PIP_TARGET",
          "PIP_UPGRADE",
          "PIP_USER",
          "PIP_VERBOSE",
          "UV_NO_DEPS",
          "UV_PREFIX",
          "UV_PROJECT_ENVIRONMENT",
          "UV_PYTHON",
          "UV_REQUIRE_HASHES",
          "UV_SYSTEM_PYTHON",
          "UV_TARGET");

  /** How to fetch or to talk, not what: two callers that differ in these share environments. */
  private static final Set<String> IRRELEVANT =
      Set.of(
          "PIP_CACHE_DIR",
          "PIP_CERT",
          "PIP_CLIENT_CERT",
          "PIP_DEFAULT_TIMEOUT",
          "PIP_DISABLE_PIP_VERSION_CHECK",
          "PIP_LOG",
          "PIP_NO_CACHE_DIR",
          "PIP_NO_COLOR",
          "PIP_NO_INPUT",
          "PIP_PROGRESS_BAR",
          "PIP_PROXY",
          "PIP_RETRIES",
          "PIP_ROOT_USER_ACTION",
          "PIP_TIMEOUT",
          "UV_CACHE_DIR",
          "UV_CONCURRENT_DOWNLOADS",
          "UV_HTTP_TIMEOUT",
          "UV_NO_CACHE",
          "UV_NO_PROGRESS");

  private InstallerOptions() {}

  /** The caller's environment without what would break an installation. */
  static Map<String, String> variables(Map<String, String> caller) {
    TreeMap<String, String> variables = new TreeMap<>(caller);
    variables.keySet().removeIf(InstallerOptions::breaks);
    return variables;
  }

  private static boolean breaks(String name) {
    return BREAKING.contains(name) || (name.startsWith("PYTHON") && !HARMLESS.contains(name));
  }

  /** A hash, so that the credentials in these options cannot be read from it. */
  static String fingerprint(
      InstallerKind installer,
      PythonInterpreter interpreter,
      RequirementOptions requirementOptions,
      Map<String, String> caller) {
    String prefix = installer == InstallerKind.UV ? "UV_" : "PIP_";
    TreeMap<String, String> options = new TreeMap<>();
    caller.forEach(
        (name, value) -> {
          if (name.startsWith(prefix) && !breaks(name) && !IRRELEVANT.contains(name)) {
            options.put(name, value);
          }
        });
    Fingerprint fingerprint =
        new Fingerprint()
            .add("installer", installer.name())
            .add("options", options)
            .add("compilers", HookVariables.compiling(caller));
    addTo(fingerprint, requirementOptions);
    for (Path file : configurationFiles(installer, interpreter, caller)) {
      try {
        fingerprint.add(file.toString(), Files.readAllBytes(file));
      } catch (IOException e) {
        // Missing, or unreadable for the installer as well: it has no say.
        fingerprint.add(file.toString(), "absent");
      }
    }
    return fingerprint.hex();
  }

  /** Whether this is offline is not in it: see {@link BuildEnvironments}. */
  private static void addTo(Fingerprint fingerprint, RequirementOptions options) {
    for (Constraint constraint : options.constraints()) {
      fingerprint
          .add("constraint", constraint.toString())
          .add("hashes", String.join(" ", constraint.hashes()));
    }
    IndexOptions index = options.index();
    fingerprint.add("index", String.valueOf(index.indexUrl()));
    index.extraIndexUrls().forEach(url -> fingerprint.add("extra index", url.toString()));
    index.findLinks().forEach(place -> fingerprint.add("find links", place));
    // What comes into a directory, or goes, changes its time.
    index.directories().forEach(d -> fingerprint.add("state", FileWitness.of(d).state()));
  }

  private static List<Path> configurationFiles(
      InstallerKind installer, PythonInterpreter interpreter, Map<String, String> caller) {

    List<Path> files = new ArrayList<>();
    boolean uv = installer == InstallerKind.UV;
    String file = uv ? "uv/uv.toml" : "pip/pip.conf";
    add(files, caller.get("XDG_CONFIG_HOME"), file);
    add(files, caller.get("HOME"), ".config/" + file);
    for (String directory : caller.getOrDefault("XDG_CONFIG_DIRS", "/etc/xdg").split(":", -1)) {
      add(files, directory, file);
    }
    if (uv) {
      files.add(Path.of("/etc/uv/uv.toml"));
      add(files, caller.get("UV_CONFIG_FILE"), "");
      return files;
    }
    add(files, caller.get("HOME"), ".pip/pip.conf");
    add(files, caller.get("HOME"), "Library/Application Support/pip/pip.conf");
    files.add(Path.of("/etc/pip.conf"));
    files.add(interpreter.prefix().resolve("pip.conf"));
    add(files, caller.get("PIP_CONFIG_FILE"), "");
    // A constraints file decides versions too. pip splits the variable at spaces.
    for (String constraints : caller.getOrDefault("PIP_CONSTRAINT", "").split(" ", -1)) {
      if (!constraints.contains("://")) {
        add(files, constraints, "");
      }
    }
    return files;
  }

  private static void add(
      List<Path> files, @org.jspecify.annotations.Nullable String directory, String file) {
    if (directory != null && !directory.isEmpty()) {
      files.add(file.isEmpty() ? Path.of(directory) : Path.of(directory).resolve(file));
    }
  }
}
