package dev.hookd.frontend;

import dev.hookd.client.HookdException;
import java.util.Optional;

/**
 * A project does not support the interpreter that it would have been built with: its {@code
 * Requires-Python} says so. Nothing of it was run.
 */
public final class IncompatiblePythonException extends HookdException {

  private final String requiresPython;
  private final String pythonVersion;

  /**
   * An exception about one project and one interpreter.
   *
   * @param project what was asked for, as a person knows it: a name, a path
   * @param requiresPython the project's version specifiers
   * @param pythonVersion the interpreter's version, as {@code 3.8.18}
   */
  public IncompatiblePythonException(String project, String requiresPython, String pythonVersion) {
    super(
        project + " requires Python " + requiresPython + ", and this is Python " + pythonVersion,
        null);
    this.requiresPython = requiresPython;
    this.pythonVersion = pythonVersion;
  }

  @Override
  public String kind() {
    return "IncompatiblePython";
  }

  /** The version specifiers (PEP 440) that the project has. */
  public String requiresPython() {
    return requiresPython;
  }

  /** The version of the interpreter. */
  public String pythonVersion() {
    return pythonVersion;
  }

  @Override
  public Optional<String> hint() {
    return Optional.of(
        "name another interpreter; '" + requiresPython + "' in its place finds one that fits");
  }
}
