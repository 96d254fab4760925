package dev.hookd.frontend.build;

import dev.hookd.frontend.BuildSettings;
import dev.hookd.frontend.environment.BuildEnvironment;
import dev.hookd.frontend.environment.BuildEnvironments;
import dev.hookd.frontend.environment.EnvironmentSpec;
import dev.hookd.frontend.interpreter.PythonInterpreter;
import dev.hookd.frontend.interpreter.PythonInterpreters;
import java.util.List;
import java.util.Map;

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
        new EnvironmentSpec(
            interpreter(settings), requirements, settings.installer(), settings.requirements()));
  }

  /** Keeps it from being pruned, as long as something runs in it. */
  BuildEnvironments.Hold hold(BuildEnvironment environment) {
    return environments.hold(environment);
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
