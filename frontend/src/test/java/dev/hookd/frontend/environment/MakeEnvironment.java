package dev.hookd.frontend.environment;

import dev.hookd.frontend.interpreter.PythonInterpreter;
import dev.hookd.frontend.interpreter.PythonInterpreters;
import dev.hookd.frontend.system.CacheDirectory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Another process that uses the same cache directory: CACHE PYTHON REQUIREMENT... */
final class MakeEnvironment {

  private MakeEnvironment() {}

  public static void main(String[] args) {
    CacheDirectory cache = CacheDirectory.at(Path.of(args[0]));
    EnvironmentListener listener =
        new EnvironmentListener() {
          @Override
          public void waiting(EnvironmentSpec spec, Path lock) {
            System.out.println("waiting");
          }

          @Override
          public void creating(EnvironmentSpec spec, Path root, int distributions) {
            System.out.println("creating " + root);
          }

          @Override
          public void created(
              EnvironmentSpec spec, BuildEnvironment environment, Duration elapsed) {
            System.out.println("created");
          }
        };
    PythonInterpreter python = new PythonInterpreters(cache, System.getenv()).find(args[1]);
    EnvironmentsConfig config =
        EnvironmentsConfig.builder(System.getenv()).cache(cache).listener(listener).build();
    List<String> requirements = List.of(args).subList(2, args.length);
    BuildEnvironment made =
        new BuildEnvironments(config)
            .get(new EnvironmentSpec(python, requirements, InstallerKind.PIP));
    System.out.println("root " + made.root());
  }
}
