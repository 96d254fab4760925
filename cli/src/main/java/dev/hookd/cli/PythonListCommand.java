package dev.hookd.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hookd.frontend.interpreter.FoundPython;
import dev.hookd.frontend.interpreter.PythonInterpreters;
import dev.hookd.frontend.interpreter.PythonRequest;
import dev.hookd.frontend.interpreter.PythonRequest.ByVersion;
import dev.hookd.frontend.system.CacheDirectory;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "list",
    sortOptions = false,
    header = "List the Python interpreters of this machine.",
    description = {
      "",
      "In the order in which a version is searched; also those that cannot be used, with the reason.",
      ""
    },
    footer = {"", "Examples:", "  hookd python list", "  hookd python list 3.12 --json"})
final class PythonListCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec command;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "VERSION",
      converter = Converters.OfPython.class,
      description = "Only those that fit: 3.9, '>=3.10', pypy3.10.")
  private @Nullable String version;

  @Option(names = "--json", description = "Print one JSON object: pythons.")
  private boolean json;

  private final Session session;

  PythonListCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    ByVersion wanted = wanted();
    List<FoundPython> found =
        new PythonInterpreters(CacheDirectory.of(session.environment()), session.environment())
            .list().stream().filter(python -> wanted == null || fits(python, wanted)).toList();
    if (json) {
      ObjectNode node = JsonNodeFactory.instance.objectNode();
      ArrayNode pythons = node.putArray("pythons");
      found.forEach(python -> pythons.add(PythonText.json(python)));
      session.console().result(JsonText.line(node));
    } else {
      found.forEach(python -> session.console().result(PythonText.line(python)));
    }
    return ExitStatus.OK;
  }

  private @Nullable ByVersion wanted() {
    if (version == null) {
      return null;
    }
    if (PythonRequest.parse(version) instanceof ByVersion byVersion) {
      return byVersion;
    }
    throw new ParameterException(
        command.commandLine(),
        "'" + version + "' is no version; 'hookd python find' takes paths and commands");
  }

  private static boolean fits(FoundPython python, ByVersion wanted) {
    return python.interpreter().filter(each -> wanted.objection(each).isEmpty()).isPresent();
  }
}
