package dev.hookd.frontend.interpreter;

import dev.hookd.frontend.requirement.Version;
import dev.hookd.frontend.requirement.VersionSpecifiers;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.stream.Collectors;

/**
 * A real interpreter: asked once, shims resolved. A virtual environment's Python is an interpreter
 * of its own ({@link #prefix} says which), because following its link would leave that environment.
 *
 * @param executable absolute; what to start
 * @param baseExecutable absolute; the interpreter that a virtual environment was made from,
 *     otherwise like {@code executable}
 * @param implementation {@code cpython}, {@code pypy}...
 * @param version the language version, as {@code 3.11.7} or {@code 3.14.0rc1}
 * @param prefix {@code sys.prefix}
 * @param basePrefix {@code sys.base_prefix}
 * @param platform operating system and machine, as {@code linux-x86_64}
 * @param tags which compiled code it loads
 * @param identity changes when the base interpreter does (its file's size and time, build, prefix,
 *     platform); the same for all virtual environments of one interpreter
 */
public record PythonInterpreter(
    Path executable,
    Path baseExecutable,
    String implementation,
    String version,
    Path prefix,
    Path basePrefix,
    String platform,
    PlatformTags tags,
    String identity) {

  /** The language version, to compare with. */
  public Version pythonVersion() {
    return Version.parse(version);
  }

  /**
   * Whether a project with this {@code Requires-Python} supports this interpreter. As in pip, a
   * pre-release of Python counts as the release that it becomes: {@code 3.14.0rc1} meets {@code
   * >=3.14}.
   *
   * @param requiresPython version specifiers (PEP 440) as core metadata have them; blank means any
   */
  public RequiresPython satisfies(String requiresPython) {
    return VersionSpecifiers.tryParse(requiresPython)
        .map(specifiers -> specifiers.contains(releaseVersion(), true))
        .map(met -> met ? RequiresPython.MET : RequiresPython.NOT_MET)
        .orElse(RequiresPython.MALFORMED);
  }

  private Version releaseVersion() {
    return Version.parse(
        pythonVersion().release().stream()
            .map(BigInteger::toString)
            .collect(Collectors.joining(".")));
  }

  /** Whether this is the Python of a virtual environment (PEP 405). */
  public boolean virtual() {
    return !prefix.equals(basePrefix);
  }
}
