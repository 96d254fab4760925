package dev.hookd.frontend.interpreter;

import java.nio.file.Path;

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
    String identity) {

  /** Whether this is the Python of a virtual environment (PEP 405). */
  public boolean virtual() {
    return !prefix.equals(basePrefix);
  }
}
