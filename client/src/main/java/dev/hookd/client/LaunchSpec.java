package dev.hookd.client;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a daemon is started. Immutable, and equal to another when both start the same daemon.
 *
 * @param python the interpreter of the build environment, absolute
 * @param environment the daemon's whole environment: nothing is inherited
 * @param daemonScript a hookd daemon given by path; {@code null} for the one that this library
 *     carries
 * @param daemonArguments further arguments of the daemon's command line
 * @param workingDirectory where the daemon starts; a classic daemon runs its hooks there. {@code
 *     null}: the caller's
 */
public record LaunchSpec(
    Path python,
    Map<String, String> environment,
    @Nullable Path daemonScript,
    List<String> daemonArguments,
    @Nullable Path workingDirectory) {

  public LaunchSpec {
    Objects.requireNonNull(python, "python");
    environment = Map.copyOf(environment);
    daemonArguments = List.copyOf(daemonArguments);
  }

  /** This library's own daemon in that interpreter. */
  public static LaunchSpec of(Path python, Map<String, String> environment) {
    return new LaunchSpec(python, environment, null, List.of(), null);
  }

  /** The names of the variables, not their values: these may be secrets. */
  @Override
  public String toString() {
    return "%s %s %s (variables: %s)"
        .formatted(
            python,
            daemonScript == null ? "hookd.py" : daemonScript,
            String.join(" ", daemonArguments),
            String.join(" ", environment.keySet().stream().sorted().toList()));
  }
}
