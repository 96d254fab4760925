package dev.hookd.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hookd.frontend.BuildSettings;
import dev.hookd.frontend.Hookd;
import dev.hookd.frontend.Input;
import dev.hookd.protocol.Hook;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "features",
    sortOptions = false,
    header = "Print which hooks the build backend of a source tree defines.",
    description = {"", "One name a line.", ""},
    footer = {"", "Example:", "  hookd features . --json"})
final class FeaturesCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec command;

  @Mixin
  @SuppressWarnings("NullAway.Init") // set by picocli
  private BuildOptions build;

  @Parameters(
      index = "0",
      paramLabel = "SOURCE_TREE",
      description = "The directory of the project.")
  @SuppressWarnings("NullAway.Init") // set by picocli
  private String sourceTree;

  @Option(
      names = "--json",
      description = "Print one JSON object: source_tree, ok, features, error.")
  private boolean json;

  private final Session session;

  FeaturesCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    if (sourceTree.isEmpty()) {
      throw new ParameterException(command.commandLine(), "SOURCE_TREE is empty");
    }
    BuildSettings settings = build.settings(session);
    Console console = session.console();
    try (Hookd hookd = session.open(1, build::applied);
        Hookd.Project project = hookd.open(Input.of(session.path(sourceTree)), settings)) {
      Set<Hook> hooks = new TreeSet<>(project.features());
      if (json) {
        console.result(JsonText.line(node(hooks, null)));
      } else {
        hooks.forEach(hook -> console.result(hook.wireName()));
      }
      return ExitStatus.OK;
    } catch (OutputException e) {
      throw e;
    } catch (RuntimeException e) {
      Failure failure = Failure.of(e);
      if (json) {
        console.result(JsonText.line(node(null, failure)));
      }
      if (!json || session.verbosity() == Verbosity.VERBOSE) {
        session.report(failure, null);
      }
      return failure.exitStatus();
    }
  }

  private ObjectNode node(@Nullable Set<Hook> hooks, @Nullable Failure failure) {
    ObjectNode node =
        JsonNodeFactory.instance
            .objectNode()
            .put("source_tree", sourceTree)
            .put("ok", failure == null);
    if (hooks == null) {
      node.putNull("features");
    } else {
      ArrayNode features = node.putArray("features");
      hooks.forEach(hook -> features.add(hook.wireName()));
    }
    node.set("error", failure == null ? node.nullNode() : CallJson.error(failure));
    return node;
  }
}
