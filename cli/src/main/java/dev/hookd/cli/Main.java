package dev.hookd.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.UnmatchedArgumentException;

/** The {@code hookd} command. */
public final class Main {

  static final Charset UTF_8 = StandardCharsets.UTF_8;

  private static final Duration CANCEL_LIMIT = Duration.ofSeconds(5);

  private Main() {}

  /** Runs the command and exits with its status; see {@code docs/cli.md}. */
  public static void main(String[] args) {
    Session session = new Session(Surroundings.ofProcess());
    // Ctrl-C ends what runs; then Java exits with 130 by itself (128 + SIGINT), or 143 for SIGTERM.
    Thread onExit = new Thread(() -> cancel(session), "hookd-exit");
    Runtime.getRuntime().addShutdownHook(onExit);
    int status = run(args, session);
    System.exit(status);
  }

  /**
   * Runs the command in this JVM.
   *
   * @return the exit status
   */
  static int run(String[] args, Surroundings surroundings) {
    return run(args, new Session(surroundings));
  }

  @SuppressWarnings("CatchAndPrintStackTrace")
  private static int run(String[] args, Session session) {
    int status;
    try {
      if (args.length == 1 && args[0].equals("--version")) {
        // The parser alone would be half of the time that this takes.
        version(false).forEach(session.console()::result);
        status = ExitStatus.OK;
      } else {
        Logging.begin(session);
        status = commandLine(session, args).execute(args);
      }
      session.console().flush();
    } catch (OutputException e) {
      status = outputFailed(e, session);
    } catch (Throwable e) { // an Error: picocli hands over exceptions only
      session.report(Failure.of(e), null);
      status = ExitStatus.MACHINERY;
    } finally {
      Logging.end();
      session.end();
    }
    return session.isInterrupted() ? ExitStatus.INTERRUPTED : status;
  }

  /**
   * The parser for these arguments: with the command that they name, or with all of them where none
   * is named. To read the annotations of the others would be a quarter of the time of a start.
   */
  static CommandLine commandLine(Session session, String... args) {
    HookdCommand root = new HookdCommand();
    CommandLine commandLine = new CommandLine(root);
    Map<String, Supplier<Object>> commands = commands(session);
    String named = Arrays.stream(args).filter(arg -> !arg.startsWith("-")).findFirst().orElse("");
    Supplier<Object> only = named.equals("completion") ? null : commands.get(named);
    if (only != null) {
      commandLine.addSubcommand(only.get());
    } else {
      commands.values().forEach(each -> commandLine.addSubcommand(each.get()));
    }
    Console console = session.console();
    commandLine
        .setExpandAtFiles(false) // a path may begin with @
        .setUsageHelpWidth(88)
        .setOut(console.resultWriter())
        .setErr(console.messageWriter())
        .setColorScheme(
            Help.defaultColorScheme(
                console.resultStyle().isColoured() ? Help.Ansi.ON : Help.Ansi.OFF))
        .setParameterExceptionHandler((e, given) -> wrongUsage(e, console))
        .setExecutionExceptionHandler((e, command, result) -> failed(e, session))
        .setExecutionStrategy(result -> execute(result, root, session));
    return commandLine;
  }

  private static Map<String, Supplier<Object>> commands(Session session) {
    Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
    commands.put("call", () -> new CallCommand(session));
    commands.put("features", () -> new FeaturesCommand(session));
    commands.put("metadata", () -> new MetadataCommand(session));
    commands.put("requires", () -> new RequiresCommand(session));
    commands.put("build", () -> new BuildCommand(session));
    commands.put("env", () -> EnvCommand.of(session));
    commands.put("cache", () -> new CacheCommand(session));
    commands.put("doctor", () -> new DoctorCommand(session));
    commands.put("python", () -> PythonCommand.commandLine(session));
    commands.put("completion", () -> new CompletionCommand(session));
    return commands;
  }

  private static int execute(ParseResult result, HookdCommand root, Session session) {
    root.applyTo(session);
    for (ParseResult each :
        result.asCommandLineList().stream().map(CommandLine::getParseResult).toList()) {
      if (each.isVersionHelpRequested()) {
        version(session.verbosity() == Verbosity.VERBOSE).forEach(session.console()::result);
        return ExitStatus.OK;
      }
    }
    if (session.verbosity() == Verbosity.VERBOSE) {
      Logging.showDebug();
    }
    return new RunLast().execute(result);
  }

  /** Wrong usage: what is wrong, what was perhaps meant, where help is. */
  private static int wrongUsage(ParameterException e, Console console) {
    Style style = console.messageStyle();
    console.message(style.red("error:") + " " + Text.printable(String.valueOf(e.getMessage())));
    if (e instanceof UnmatchedArgumentException unmatched
        && !unmatched.getSuggestions().isEmpty()) {
      console.message(
          style.cyan("hint:")
              + " did you mean "
              + String.join(" or ", unmatched.getSuggestions())
              + "?");
    }
    console.message(
        style.cyan("hint:")
            + " '"
            + e.getCommandLine().getCommandSpec().qualifiedName()
            + " --help' shows the usage");
    return ExitStatus.USAGE;
  }

  private static int failed(Exception e, Session session) {
    if (e instanceof OutputException) {
      return ExitStatus.MACHINERY; // what is wrong shows when the output is flushed at the end
    }
    if (e instanceof InterruptedException) {
      return ExitStatus.INTERRUPTED;
    }
    Failure failure = Failure.of(e);
    session.report(failure, null);
    return failure.exitStatus();
  }

  private static int outputFailed(OutputException e, Session session) {
    if (e.isBrokenPipe()) {
      return ExitStatus.BROKEN_PIPE;
    }
    Throwable cause = e.getCause();
    session
        .console()
        .message(
            session.console().messageStyle().red("error:")
                + " cannot write to standard output: "
                + (cause == null ? e : cause).getMessage());
    return ExitStatus.MACHINERY;
  }

  static List<String> version(boolean verbose) {
    String first = "hookd " + version();
    if (!verbose) {
      return List.of(first);
    }
    return List.of(
        first,
        "java "
            + System.getProperty("java.runtime.version")
            + " "
            + System.getProperty("java.vm.name"),
        "home " + System.getProperty("java.home"),
        "os "
            + System.getProperty("os.name")
            + " "
            + System.getProperty("os.version")
            + " "
            + System.getProperty("os.arch"),
        "picocli " + CommandLine.VERSION);
  }

  private static String version() {
    Properties properties = new Properties();
    try (InputStream in = Main.class.getResourceAsStream("version.properties")) {
      if (in == null) {
        throw new IllegalStateException("version.properties is missing from the jar");
      }
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty("version", "?");
  }

  /** Ends the session, but lets nobody who pressed Ctrl-C wait for long. */
  private static void cancel(Session session) {
    try {
      session.interrupt(CANCEL_LIMIT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
