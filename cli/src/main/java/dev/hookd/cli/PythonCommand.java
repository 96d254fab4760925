package dev.hookd.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "python",
    sortOptions = false,
    header = "Show which Python interpreters there are, and which one a request means.",
    synopsisSubcommandLabel = "list|find",
    description = {
      "",
      "They are searched in this order: HOOKD_PYTHON, the active virtual environment, PATH, pyenv's"
          + " installations (where PATH has its shims, there), uv's, the system's usual places; of"
          + " the last three the newest first. Which Python each is, is asked once and remembered"
          + " until it changes.",
      ""
    },
    footer = {"", "Examples:", "  hookd python list", "  hookd python find '>=3.10,<3.13'"})
final class PythonCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec command;

  private PythonCommand() {}

  /** This command with those below it. */
  static CommandLine commandLine(Session session) {
    return new CommandLine(new PythonCommand())
        .addSubcommand(new PythonListCommand(session))
        .addSubcommand(new PythonFindCommand(session));
  }

  @Override
  public Integer call() {
    throw new ParameterException(command.commandLine(), "list or find is missing");
  }
}
