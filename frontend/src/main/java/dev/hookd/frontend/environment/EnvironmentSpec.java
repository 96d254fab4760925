package dev.hookd.frontend.environment;

import dev.hookd.frontend.RequirementOptions;
import dev.hookd.frontend.interpreter.PythonInterpreter;
import java.util.List;

/**
 * What an environment is made from.
 *
 * @param interpreter the interpreter that the environment's Python is a link to
 * @param requirements PEP 508 requirements, in any order; markers, extras and {@code name @ url}
 *     work, pip's own notations (paths, options) are refused
 * @param installer what resolves and installs them
 * @param options constraints, indexes and freshness; what is different for single projects is not
 *     looked at
 */
public record EnvironmentSpec(
    PythonInterpreter interpreter,
    List<String> requirements,
    InstallerKind installer,
    RequirementOptions options) {

  public EnvironmentSpec {
    requirements = List.copyOf(requirements);
  }

  /** With {@link RequirementOptions#DEFAULT}. */
  public EnvironmentSpec(
      PythonInterpreter interpreter, List<String> requirements, InstallerKind installer) {
    this(interpreter, requirements, installer, RequirementOptions.DEFAULT);
  }
}
