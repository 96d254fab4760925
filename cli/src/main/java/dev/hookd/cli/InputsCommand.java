package dev.hookd.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hookd.cli.Converters.OutputFormat;
import dev.hookd.frontend.BuildSettings;
import dev.hookd.frontend.Hookd;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * What {@code metadata}, {@code requires} and {@code build} have in common: many inputs, worked on
 * at once, their results in the order given.
 */
abstract class InputsCommand<T> implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec command;

  @Mixin
  @SuppressWarnings("NullAway.Init") // set by picocli
  private BuildOptions build;

  @Parameters(
      paramLabel = "INPUT",
      arity = "1..*",
      description = "A source tree (a directory) or an sdist (a file).")
  @SuppressWarnings("NullAway.Init") // set by picocli
  private List<String> inputs;

  @Option(
      names = {"-j", "--jobs"},
      paramLabel = "N",
      description = "How many inputs to work on at once; default: the number of processors.")
  private @Nullable Integer jobs;

  final Session session;

  InputsCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (jobs != null && jobs < 1) {
      throw wrong("--jobs must be at least 1, got: " + jobs);
    }
    if (inputs.contains("")) {
      throw wrong("an INPUT is empty");
    }
    checkUsage();
    BuildSettings settings = build.settings(session);
    int parallelism =
        Math.min(jobs == null ? Runtime.getRuntime().availableProcessors() : jobs, inputs.size());
    Results results = new Results();
    try (Hookd hookd = session.openShowingHooks(parallelism, build.verifyRate());
        Progress progress = Progress.of(command.name(), inputs.size(), session)) {
      new Batch<T>(
              parallelism, input -> start(hookd, session.path(input), settings), progress::step)
          .run(inputs, results::add);
    }
    return results.end();
  }

  /** Refuses options that do not go together. */
  void checkUsage() {}

  abstract OutputFormat format();

  /** Starts the work on an input. */
  abstract CompletableFuture<T> start(Hookd hookd, Path input, BuildSettings settings);

  /** Adds the members of a result; {@code null} for those of a failed input. */
  abstract void addTo(ObjectNode node, @Nullable T result);

  /** Time spent on a result's input, in the library's own words. */
  abstract java.time.Duration elapsed(T result);

  /** Writes a result in a format other than JSON. */
  abstract void write(String input, T result, boolean isFirst, boolean isOnly);

  final ParameterException wrong(String message) {
    return new ParameterException(command.commandLine(), message);
  }

  /** The object that stands for an outcome in JSON. */
  final ObjectNode json(Batch.Outcome<T> outcome) {
    ObjectNode node =
        JsonNodeFactory.instance
            .objectNode()
            .put("input", outcome.input())
            .put("ok", outcome.failure() == null);
    T result = outcome.result();
    node.put("seconds", JsonText.seconds(result == null ? outcome.elapsed() : elapsed(result)));
    addTo(node, result);
    Failure failure = outcome.failure();
    if (failure == null) {
      return node.putNull("error");
    }
    ObjectNode error = CallJson.error(failure);
    error.put("stdout", failure.output().stdout().text());
    error.put("stderr", failure.output().stderr().text());
    node.set("error", error);
    return node;
  }

  /** Writes the outcomes as they come. */
  private final class Results {

    private int status = ExitStatus.OK;
    private boolean isFirst = true;

    void add(Batch.Outcome<T> outcome) {
      Console console = session.console();
      Failure failure = outcome.failure();
      if (failure != null) {
        status = Math.max(status, failure.exitStatus());
      }
      switch (format()) {
        case JSONL -> console.result(JsonText.line(json(outcome)));
        case JSON -> {
          String element = JsonText.pretty(json(outcome)).replace("\n", "\n  ");
          console.result(((isFirst ? "[\n  " : ",\n  ") + element).getBytes(Main.UTF_8));
          isFirst = false;
        }
        default -> {
          T result = outcome.result();
          if (result != null) {
            write(outcome.input(), result, isFirst, inputs.size() == 1);
            isFirst = false;
          }
        }
      }
      console.flush();
      boolean isTold = format() == OutputFormat.JSON || format() == OutputFormat.JSONL;
      if (failure != null && (!isTold || session.verbosity() == Verbosity.VERBOSE)) {
        session.report(failure, outcome.input());
      }
    }

    int end() {
      if (format() == OutputFormat.JSON) {
        session.console().result("\n]");
      }
      return status;
    }
  }
}
