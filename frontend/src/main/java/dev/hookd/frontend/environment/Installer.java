package dev.hookd.frontend.environment;

import dev.hookd.frontend.EnvironmentFailedException;
import dev.hookd.frontend.RequirementOptions;
import dev.hookd.frontend.interpreter.PythonInterpreter;
import dev.hookd.frontend.requirement.Requirement;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Finds out what requirements mean, and puts exactly that into an environment. Two steps, because
 * the environment's path, which its scripts carry, is the hash of what the first step finds.
 */
interface Installer {

  InstallerKind kind();

  /**
   * Which distributions satisfy the requirements for this interpreter.
   *
   * @param requirements not empty
   * @param work an empty directory to work in
   * @throws EnvironmentFailedException when there is no such set, or none can be found out
   */
  Resolution resolve(
      PythonInterpreter interpreter,
      List<Requirement> requirements,
      RequirementOptions options,
      Path work)
      throws IOException, InterruptedException;

  /**
   * Puts these distributions, and nothing else, into the environment and compiles them to byte
   * code.
   *
   * @param resolution not empty; from {@link #resolve}
   * @param root the environment's directory
   * @param work an empty directory to work in
   */
  void install(
      PythonInterpreter interpreter,
      Resolution resolution,
      RequirementOptions options,
      Path root,
      Path work)
      throws IOException, InterruptedException;
}
