package dev.hookd.frontend.build;

import dev.hookd.frontend.BuildSettings;
import dev.hookd.frontend.environment.BuildEnvironment;
import dev.hookd.frontend.environment.BuildEnvironments;
import dev.hookd.frontend.environment.EnvironmentSpec;
import dev.hookd.frontend.environment.HookVariables;
import dev.hookd.frontend.interpreter.PythonInterpreter;
import dev.hookd.frontend.interpreter.PythonInterpreters;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds the environment that a project's settings ask for. Thread-safe. */
public final class EnvironmentProvider {

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
    return environments.get(
        new EnvironmentSpec(interpreter(settings), requirements, settings.installer()));
  }

  /** The same, if it has been made: without starting an installer. */
  public Optional<BuildEnvironment> existing(List<String> requirements, BuildSettings settings) {
    return environments.existing(
        new EnvironmentSpec(interpreter(settings), requirements, settings.installer()));
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

  private PythonInterpreter interpreter(BuildSettings settings) {
    String python = settings.python();
    return python == null ? interpreters.findDefault() : interpreters.find(python);
  }
}
