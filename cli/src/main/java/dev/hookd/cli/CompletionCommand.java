package dev.hookd.cli;

import java.util.Set;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "completion",
    sortOptions = false,
    header = "Print a completion script for bash or zsh.",
    description = {"", "The one script serves both.", ""},
    footer = {
      "",
      "Examples:",
      "  source <(hookd completion bash)",
      "  hookd completion zsh > ~/.hookd-completion && echo 'source ~/.hookd-completion' >>"
          + " ~/.zshrc"
    })
final class CompletionCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec command;

  @Parameters(index = "0", paramLabel = "bash|zsh", description = "The shell.")
  @SuppressWarnings("NullAway.Init") // set by picocli
  private String shell;

  private final Session session;

  CompletionCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    if (!Set.of("bash", "zsh").contains(shell)) {
      throw new ParameterException(
          command.commandLine(), "'" + shell + "' is neither bash nor zsh");
    }
    session
        .console()
        .result(AutoComplete.bash("hookd", command.root().commandLine()).stripTrailing());
    return ExitStatus.OK;
  }
}
