package dev.hookd.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

@Command(
    name = "hookd",
    sortOptions = false,
    header = "Runs PEP 517 and PEP 660 build hooks through warm Python daemons.",
    synopsisSubcommandLabel = "COMMAND",
    description = {
      "",
      "An INPUT is a source tree, an sdist, name==version, name @ URL, or - for standard input.",
      ""
    },
    footer = {
      "",
      "Exit status: 0 all is well; 1 a hook or a project failed; 2 wrong usage; 3 the machinery"
          + " failed.",
      "",
      "Examples:",
      "  hookd metadata .",
      "  hookd build . --outdir dist",
      "  hookd doctor",
      "",
      "'hookd COMMAND --help' says more."
    })
final class HookdCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec command;

  @Option(
      names = {"-v", "--verbose"},
      scope = ScopeType.INHERIT,
      description =
          "Say more on standard error: what installers and hooks write, the log, errors in full.")
  private boolean verbose;

  @Option(
      names = {"-q", "--quiet"},
      scope = ScopeType.INHERIT,
      description = "Say nothing but errors on standard error.")
  private boolean quiet;

  @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Show Java's stack traces.")
  private boolean debug;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this text.")
  @SuppressWarnings("UnusedVariable") // picocli acts on it
  private boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show the version; with -v also Java's and the machine's.")
  @SuppressWarnings("UnusedVariable") // Main acts on its being given
  private boolean version;

  /** Hands the options that every command has to the session. */
  void applyTo(Session session) {
    if (verbose && quiet) {
      throw new ParameterException(
          command.commandLine(), "--verbose and --quiet exclude each other");
    }
    session.setVerbosity(verbose ? Verbosity.VERBOSE : quiet ? Verbosity.QUIET : Verbosity.NORMAL);
    session.setDebug(debug);
  }

  @Override
  public Integer call() {
    throw new ParameterException(command.commandLine(), "a COMMAND is missing");
  }
}
