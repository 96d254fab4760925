package dev.hookd.cli;

import dev.hookd.frontend.environment.CachedEnvironments;
import dev.hookd.frontend.system.CacheDirectory;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "show",
    sortOptions = false,
    header = "Show what is in one build environment, and what its daemons import ahead.",
    footer = {"", "Examples:", "  hookd env show 3f2a91c0d4e5"})
final class EnvShowCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec command;

  @Parameters(
      index = "0",
      paramLabel = "ENVIRONMENT",
      description = "Its id, at least 6 characters of it, or its directory.")
  @SuppressWarnings("NullAway.Init") // set by picocli
  private String environment;

  @Option(names = "--json", description = "Print one JSON object: ok, checks.")
  private boolean json;

  private final Session session;

  EnvShowCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    CachedEnvironments environments =
        new CachedEnvironments(CacheDirectory.of(session.environment()));
    EnvironmentArgument argument =
        new EnvironmentArgument(session, environments, command.commandLine());
    CheckList checks = new CheckList(session.console(), json);
    EnvironmentReport.checks(argument.find(environment)).forEach(checks::add);
    return checks.end();
  }
}
