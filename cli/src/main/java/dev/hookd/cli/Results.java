package dev.hookd.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hookd.cli.Converters.OutputFormat;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Writes the outcomes of many inputs as they come, to standard output or to a file. */
final class Results<T> {

  /**
   * What ends this process often ends its children as well: Ctrl-C goes to all processes of a
   * terminal. The failure of a child may be here before the signal is; in a file it would pass for
   * the answer. So a failure of the machinery is written only when it is this old.
   */
  private static final Duration CHILDS_GRACE = Duration.ofMillis(300);

  private final InputsCommand<T> command;
  private final Session session;
  private final OutputFormat format;
  private final @Nullable OutputFile file;
  private final boolean isOnly;
  private final boolean namesPython;

  private int status = ExitStatus.OK;
  private boolean isFirst = true;
  private long answered;
  private long failed;
  private long skipped;

  /**
   * @param file where the outcomes go instead of standard output
   * @param isOnly whether there is one input, and it is known
   * @param namesPython whether an input is told from another by its Python
   */
  Results(
      InputsCommand<T> command, @Nullable OutputFile file, boolean isOnly, boolean namesPython) {
    this.command = command;
    this.session = command.session;
    this.format = file == null ? command.format() : OutputFormat.JSONL;
    this.file = file;
    this.isOnly = isOnly;
    this.namesPython = namesPython;
    if (file != null && file.dropped() > 0) {
      session.warn(
          "the last line of %s was incomplete (%d bytes) and is dropped"
              .formatted(file, file.dropped()));
    }
  }

  /** Whether an input is to be answered; in a file that is once. */
  boolean isWanted(InputRequest input) {
    boolean isWanted = file == null || file.claim(input);
    skipped += isWanted ? 0 : 1;
    return isWanted;
  }

  void add(Batch.Outcome<T> outcome) throws InterruptedException {
    Failure failure = outcome.failure();
    if (failure != null) {
      status = Math.max(status, failure.exitStatus());
      failed++;
    }
    answered++;
    if (file == null) {
      print(outcome);
    } else {
      awaitInterrupt(outcome);
      file.append(JsonText.line(json(outcome)));
    }
    boolean isTold = format == OutputFormat.JSON || format == OutputFormat.JSONL;
    if (failure != null && (!isTold || session.verbosity() == Verbosity.VERBOSE)) {
      session.report(failure, label(outcome.input()));
    }
  }

  /** The exit status. */
  int end() {
    if (file != null) {
      session.say(
          "%s: %d answered, %d of them failures; %d skipped, answered before or repeated"
              .formatted(file, answered, failed, skipped));
    } else if (format == OutputFormat.JSON) {
      session.console().result(isFirst ? "[]" : "\n]");
    }
    return status;
  }

  private void awaitInterrupt(Batch.Outcome<T> outcome) throws InterruptedException {
    Failure failure = outcome.failure();
    if (failure != null && failure.exitStatus() == ExitStatus.MACHINERY) {
      TimeUnit.NANOSECONDS.sleep(CHILDS_GRACE.toNanos() - (System.nanoTime() - outcome.endedAt()));
    }
    if (session.isInterrupted()) {
      throw new InterruptedException();
    }
  }

  private void print(Batch.Outcome<T> outcome) {
    Console console = session.console();
    switch (format) {
      case JSONL -> console.result(JsonText.line(json(outcome)));
      case JSON -> {
        String element = JsonText.pretty(json(outcome)).replace("\n", "\n  ");
        console.result(((isFirst ? "[\n  " : ",\n  ") + element).getBytes(Main.UTF_8));
        isFirst = false;
      }
      default -> {
        T result = outcome.result();
        if (result != null) {
          InputRequest input = outcome.input();
          command.write(label(input), namesPython ? input.python() : null, result, isFirst, isOnly);
          isFirst = false;
        }
      }
    }
    console.flush();
  }

  private String label(InputRequest input) {
    return namesPython ? input.text() + " (" + input.python() + ")" : input.text();
  }

  /** The object that stands for an outcome in JSON. */
  private ObjectNode json(Batch.Outcome<T> outcome) {
    ObjectNode node = JsonNodeFactory.instance.objectNode().put("input", outcome.input().text());
    if (command.takesSeveralPythons()) {
      node.put("python", outcome.input().python());
    }
    node.put("ok", outcome.failure() == null);
    T result = outcome.result();
    node.put(
        "seconds", JsonText.seconds(result == null ? outcome.elapsed() : command.elapsed(result)));
    command.addTo(node, result);
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
}
