package dev.hookd.cli;

import dev.hookd.frontend.environment.CachedEnvironment;
import dev.hookd.frontend.environment.CachedEnvironments;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Finds the environment that a person means: by its id, the beginning of it, or its directory. */
final class EnvironmentArgument {

  private static final int SHORTEST_PREFIX = 6;
  private static final int SHOWN_MATCHES = 5;
  private static final Pattern HEXADECIMAL = Pattern.compile("[0-9a-f]+");

  private final Session session;
  private final CachedEnvironments environments;
  private final CommandLine commandLine;

  EnvironmentArgument(Session session, CachedEnvironments environments, CommandLine commandLine) {
    this.session = session;
    this.environments = environments;
    this.commandLine = commandLine;
  }

  /**
   * @throws ParameterException if it is none, or one of several
   */
  CachedEnvironment find(String given) {
    String id = HEXADECIMAL.matcher(given).matches() ? idBeginningWith(given) : idOfPath(given);
    return environments.find(id).orElseThrow(() -> unknown(given));
  }

  private String idBeginningWith(String prefix) {
    if (prefix.length() < SHORTEST_PREFIX) {
      throw wrong(
          "'%s' is too short for an environment: at least %d characters of its id are needed"
              .formatted(prefix, SHORTEST_PREFIX));
    }
    List<String> ids = environments.idsBeginningWith(prefix);
    if (ids.size() > 1) {
      int more = ids.size() - SHOWN_MATCHES;
      throw wrong(
          "'%s' is the beginning of several environments in %s: %s%s"
              .formatted(
                  prefix,
                  environments.directory(),
                  String.join(", ", ids.stream().limit(SHOWN_MATCHES).toList()),
                  more > 0 ? " and %d more".formatted(more) : ""));
    }
    return ids.stream().findFirst().orElseThrow(() -> unknown(prefix));
  }

  private String idOfPath(String given) {
    Optional<String> id =
        given.isEmpty() ? Optional.empty() : environments.idOf(session.path(given));
    return id.orElseThrow(() -> unknown(given));
  }

  private ParameterException unknown(String given) {
    return wrong(
        "no environment '%s' in %s; 'hookd doctor' lists those that there are"
            .formatted(given, environments.directory()));
  }

  private ParameterException wrong(String message) {
    return new ParameterException(commandLine, message);
  }
}
