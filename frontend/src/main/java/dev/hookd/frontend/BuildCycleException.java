package dev.hookd.frontend;

import java.util.List;

/**
 * A build requirement has to be built from source, and to build it needs itself, directly or by way
 * of others (PEP 517, "Build requirements": "front ends may refuse").
 */
public final class BuildCycleException extends EnvironmentFailedException {

  private final List<String> path;

  /**
   * @param path normalised names of projects, each of which needs the next to be built; the last
   *     one is there twice
   */
  public BuildCycleException(List<String> path, String installerOutput) {
    super(
        "build requirements need each other to be built: " + String.join(" -> ", path),
        installerOutput,
        "break the cycle with a wheel: make one of "
            + path.get(path.size() - 1)
            + " somewhere else, and name its directory with --find-links",
        null);
    this.path = List.copyOf(path);
  }

  @Override
  public String kind() {
    return "BuildCycle";
  }

  /** Normalised names of projects, each of which needs the next; the last one is there twice. */
  public List<String> path() {
    return path;
  }
}
