package dev.hookd.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hookd.cli.Converters.OutputFormat;
import dev.hookd.frontend.BuildSettings;
import dev.hookd.frontend.Hookd;
import dev.hookd.frontend.Input;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
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

  @Mixin
  @SuppressWarnings("NullAway.Init") // set by picocli
  private OutputOptions output;

  @Parameters(
      paramLabel = "INPUT",
      arity = "1..*",
      description =
          "A source tree (a directory), an sdist (a file, or name==version of a package index, or"
              + " name @ URL); - reads inputs from standard input, a"
              + " line each.")
  @SuppressWarnings("NullAway.Init") // set by picocli
  private List<String> inputs;

  @Option(
      names = {"-0", "--null"},
      description = "Inputs on standard input end with a NUL, as 'find -print0' writes them.")
  private boolean endsWithNull;

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
    check();
    checkUsage();
    Map<String, BuildSettings> settings = settings();
    List<String> pythons = takesSeveralPythons() ? build.pythons() : List.of();
    boolean readsStdin = inputs.contains(Inputs.STDIN);
    boolean isTyped = readsStdin && session.stdinIsTerminal();
    int total = readsStdin ? -1 : inputs.size() * Math.max(1, pythons.size());
    int wanted = jobs == null ? Runtime.getRuntime().availableProcessors() : jobs;
    int parallelism = readsStdin ? wanted : Math.min(wanted, total);
    try (OutputFile file = output.open(session, member());
        Hookd hookd = session.openShowingHooks(parallelism, build::applied);
        // A bar would overwrite what is being typed.
        Progress progress = Progress.of(command.name(), isTyped ? 1 : total, session)) {
      Batch<T> batch =
          new Batch<>(
              parallelism,
              input ->
                  start(
                      hookd,
                      Input.parse(input.text(), session.workingDirectory()),
                      Objects.requireNonNull(settings.get(key(input.python())))),
              this::size,
              progress::step);
      InputLines lines =
          new InputLines(session.stdin(), (byte) (endsWithNull ? 0 : '\n'), batch::wake);
      Results<T> results = new Results<>(this, file, total == 1, pythons.size() > 1);
      if (isTyped) {
        session.say("reading inputs from the terminal, a line each; Ctrl-D ends them");
      }
      Predicate<InputRequest> isWanted =
          input -> {
            boolean answer = results.isWanted(input);
            if (!answer) {
              progress.step();
            }
            return answer;
          };
      batch.run(new Inputs(inputs, lines, pythons, isWanted), results::add);
      lines.throwFailure();
      return results.end();
    }
  }

  private void check() {
    if (jobs != null && jobs < 1) {
      throw wrong("--jobs must be at least 1, got: " + jobs);
    }
    if (inputs.contains("")) {
      throw wrong("an INPUT is empty");
    }
    int stdin = Collections.frequency(inputs, Inputs.STDIN);
    if (stdin > 1) {
      throw wrong("the INPUT - is given twice");
    }
    if (endsWithNull && stdin == 0) {
      throw wrong("--null needs the INPUT -");
    }
    output.check();
  }

  /** The settings for each Python. */
  private Map<String, BuildSettings> settings() {
    if (!takesSeveralPythons() || build.pythons().isEmpty()) {
      return Map.of(key(null), build.settings(session));
    }
    Map<String, BuildSettings> settings = new HashMap<>();
    for (String python : build.pythons()) {
      if (settings.put(key(python), build.settings(session, python)) != null) {
        throw wrong("--python " + python + " is given twice");
      }
    }
    return settings;
  }

  private static String key(@Nullable String python) {
    return python == null ? "" : python;
  }

  /** Refuses options that do not go together. */
  void checkUsage() {}

  /** Whether each input is asked for under each {@code --python}. */
  boolean takesSeveralPythons() {
    return false;
  }

  /** The format asked for. */
  abstract OutputFormat format();

  /** The member that each answer of this command has in JSON, and no other command's. */
  abstract String member();

  /** Starts the work on an input. */
  abstract CompletableFuture<T> start(Hookd hookd, Input input, BuildSettings settings);

  /** Adds the members of a result; {@code null} for those of a failed input. */
  abstract void addTo(ObjectNode node, @Nullable T result);

  /** Time spent on a result's input, in the library's own words. */
  abstract Duration elapsed(T result);

  /** About how many bytes a result holds in memory. */
  long size(T result) {
    return 0;
  }

  /**
   * Writes a result in a format other than JSON.
   *
   * @param input as it is told from the others
   * @param python which of several Pythons the result is for; else null
   */
  abstract void write(
      String input, @Nullable String python, T result, boolean isFirst, boolean isOnly);

  final ParameterException wrong(String message) {
    return new ParameterException(command.commandLine(), message);
  }
}
