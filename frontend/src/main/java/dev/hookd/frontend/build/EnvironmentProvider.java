package dev.hookd.frontend.build;

import dev.hookd.frontend.BuildSettings;
import dev.hookd.frontend.IncompatiblePythonException;
import dev.hookd.frontend.environment.BuildEnvironment;
import dev.hookd.frontend.environment.BuildEnvironments;
import dev.hookd.frontend.environment.EnvironmentSpec;
import dev.hookd.frontend.environment.HookVariables;
import dev.hookd.frontend.interpreter.PythonInterpreter;
import dev.hookd.frontend.interpreter.PythonInterpreters;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the environment that a project's settings ask for. Thread-safe. */
public final class EnvironmentProvider {

  private static final Logger LOG = LoggerFactory.getLogger(EnvironmentProvider.class);

  private final PythonInterpreters interpreters;
  private final BuildEnvironments environments;
  private final Map<String, String> callerEnvironment;

  public EnvironmentProvider(
      PythonInterpreters interpreters,
      BuildEnvironments environments,
      Map<String, String> callerEnvironment) {
    this.interpreters = interpreters;
    this.environments = environments;
    this.callerEnvironment = Map.copyOf(callerEnvironment);
  }

  /** An environment with these requirements and nothing else; made where it does not exist yet. */
  BuildEnvironment isolated(List<String> requirements, BuildSettings settings) {
    return environments.get(spec(requirements, settings));
  }

  /** Keeps it from being pruned, as long as something runs in it. */
  BuildEnvironments.Hold hold(BuildEnvironment environment) {
    return environments.hold(environment);
  }

  /** The same, if it has been made: without starting an installer. */
  public Optional<BuildEnvironment> existing(List<String> requirements, BuildSettings settings) {
    return environments.existing(spec(requirements, settings));
  }

  /** What changes when the settings' interpreter does; see {@link PythonInterpreter#identity}. */
  public String interpreterIdentity(BuildSettings settings) {
    return interpreter(settings).identity();
  }

  /** The caller's variables that hooks in an isolated environment see. */
  public Map<String, String> hookVariables() {
    return HookVariables.allowed(callerEnvironment);
  }

  /** The interpreter as it is, with all of the caller's variables. */
  BuildEnvironment withoutIsolation(BuildSettings settings) {
    return BuildEnvironment.ofInterpreter(interpreter(settings), callerEnvironment);
  }

  /**
   * Refuses the settings' interpreter where a project says that it does not work with it.
   *
   * @param project what was asked for, as a person knows it
   * @param requiresPython as the project has it; what is no version specifier is ignored, as pip
   *     does, with a warning in the log
   * @throws IncompatiblePythonException if the interpreter is not among those
   */
  public void requirePython(String project, String requiresPython, BuildSettings settings) {
    PythonInterpreter python = interpreter(settings);
    switch (python.satisfies(requiresPython)) {
      case MET -> {}
      case NOT_MET ->
          throw new IncompatiblePythonException(project, requiresPython, python.version());
      case MALFORMED ->
          LOG.warn("{} requires Python '{}', which cannot be read", project, requiresPython);
    }
  }

  private EnvironmentSpec spec(List<String> requirements, BuildSettings settings) {
    return new EnvironmentSpec(
        interpreter(settings), requirements, settings.installer(), settings.requirements());
  }

  /** The interpreter that the settings ask for. */
  public PythonInterpreter interpreter(BuildSettings settings) {
    String python = settings.python();
    return python == null ? interpreters.findDefault() : interpreters.find(python);
  }
}
