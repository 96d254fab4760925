package dev.hookd.cli;

import dev.hookd.frontend.interpreter.PythonInterpreter;
import dev.hookd.frontend.interpreter.PythonInterpreters;
import dev.hookd.frontend.system.CacheDirectory;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "find",
    sortOptions = false,
    header = "Print the path of the Python interpreter that --python REQUEST would take.",
    description = {"", "Exits with 3 when there is none.", ""},
    footer = {"", "Examples:", "  hookd python find 3.9", "  hookd python find pypy3.10 --json"})
final class PythonFindCommand implements Callable<Integer> {

  @Parameters(
      index = "0",
      paramLabel = "REQUEST",
      converter = Converters.OfPython.class,
      description = "A path, a command of PATH, or a version: 3.9, '>=3.10', pypy3.10.")
  @SuppressWarnings("NullAway.Init") // set by picocli
  private String request;

  @Option(
      names = "--json",
      description = "Print one JSON object: implementation, version, executable, tags...")
  private boolean json;

  private final Session session;

  PythonFindCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    PythonInterpreter python =
        new PythonInterpreters(CacheDirectory.of(session.environment()), session.environment())
            .find(BuildOptions.interpreter(session, request));
    session
        .console()
        .result(
            json
                ? JsonText.line(PythonText.json(python))
                : Text.line(python.executable().toString()));
    return ExitStatus.OK;
  }
}
