package dev.hookd.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "env",
    sortOptions = false,
    header = "Look at the build environments of the cache, and remove some.",
    synopsisSubcommandLabel = "list|show|prune")
final class EnvCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec command;

  /** With its subcommands. */
  static CommandLine of(Session session) {
    return new CommandLine(new EnvCommand())
        .addSubcommand(new EnvListCommand(session))
        .addSubcommand(new EnvShowCommand(session))
        .addSubcommand(new EnvPruneCommand(session));
  }

  @Override
  public Integer call() {
    throw new ParameterException(command.commandLine(), "one of list, show and prune is missing");
  }
}
