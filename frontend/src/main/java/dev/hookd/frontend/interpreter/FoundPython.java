package dev.hookd.frontend.interpreter;

import java.nio.file.Path;
import java.util.Optional;

/**
 * One interpreter of this machine, usable or not.
 *
 * @param path where it was found; may be a link or a shim
 * @param interpreter what it is; empty when it does not work
 * @param problem why it cannot be used, or is not what was asked for; empty when it can
 */
public record FoundPython(
    Path path,
    PythonSource source,
    Optional<PythonInterpreter> interpreter,
    Optional<String> problem) {

  /** Whether it works and is what was asked for. */
  public boolean usable() {
    return problem.isEmpty();
  }
}
