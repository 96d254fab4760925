package dev.hookd.frontend.interpreter;

import dev.hookd.frontend.requirement.Version;
import dev.hookd.frontend.requirement.VersionSpecifiers;
import java.util.Optional;

/** What somebody writes to name an interpreter: a path, a command, or which version is wanted. */
public sealed interface PythonRequest {

  /** The interpreter at a path. */
  record ByPath(String path) implements PythonRequest {
    @Override
    public String toString() {
      return path;
    }
  }

  /** The first command of this name on PATH that works. */
  record ByCommand(String name) implements PythonRequest {
    @Override
    public String toString() {
      return name;
    }
  }

  /**
   * An interpreter of these versions, wherever it is found.
   *
   * @param implementation {@code cpython} or {@code pypy}. Who names none means CPython: metadata
   *     may depend on the implementation, so another one must not come by chance.
   * @param versions may be empty: any version
   * @param text as it was written
   */
  record ByVersion(String implementation, VersionSpecifiers versions, String text)
      implements PythonRequest {

    /** Whether this asks for pre-releases: only by naming one. */
    public boolean prereleases() {
      return versions.mentionsPrerelease();
    }

    /** Why this interpreter is not what is asked for; empty when it is. */
    public Optional<String> objection(PythonInterpreter python) {
      Version version = python.pythonVersion();
      if (!python.implementation().equals(implementation)) {
        return Optional.of("is " + python.implementation() + ", not " + implementation);
      }
      if (python.tags().freeThreaded()) {
        return Optional.of("is a free-threaded build, which must be named by its path");
      }
      if (versions.contains(version, prereleases())) {
        return Optional.empty();
      }
      return Optional.of(
          versions.contains(version, true)
              ? "is a pre-release, which must be asked for by its version"
              : "is another version");
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /**
   * Reads a request.
   *
   * <ul>
   *   <li>What holds a {@code /} is a path.
   *   <li>{@code 3}, {@code 3.9} (any patch), {@code 3.11.7}, {@code 3.14.0rc1}, and version
   *       specifiers (PEP 440) such as {@code >=3.10,<3.13}, are versions of CPython; so they are
   *       behind {@code cpython}. Behind {@code pypy} (with or without {@code @}) they are PyPy's,
   *       by the version of the language. {@code cpython} or {@code pypy} alone is any version.
   *   <li>Anything else, {@code python3.9} as well, is a command of PATH.
   * </ul>
   *
   * @throws IllegalArgumentException when it is blank, or looks like a version and is none; the
   *     message says why
   */
  static PythonRequest parse(String text) {
    return RequestParser.parse(text);
  }
}
