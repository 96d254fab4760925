package dev.hookd.frontend.environment;

import dev.hookd.frontend.interpreter.PythonInterpreter;
import java.util.List;

/**
 * What an environment is made from.
 *
 * @param interpreter the interpreter that the environment's Python is a link to
 * @param requirements PEP 508 requirements, in any order; markers, extras and {@code name @ url}
 *     work, pip's own notations (paths, options) are refused
 * @param installer what resolves and installs them
 */
public record EnvironmentSpec(
    PythonInterpreter interpreter, List<String> requirements, InstallerKind installer) {

  public EnvironmentSpec {
    requirements = List.copyOf(requirements);
  }
}
