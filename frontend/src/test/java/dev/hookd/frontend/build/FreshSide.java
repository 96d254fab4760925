package dev.hookd.frontend.build;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hookd.frontend.environment.BuildEnvironment;
import dev.hookd.protocol.BuildBackend;
import dev.hookd.protocol.Hook;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Runs hooks in processes of their own, as pyproject_hooks does. Thread-safe. */
final class FreshSide implements AutoCloseable {

  private final BlockingQueue<Oracle> idle = new LinkedBlockingQueue<>();
  private final List<Oracle> all = new ArrayList<>();
  private final Map<String, String> extraVariables;

  /**
   * @param width how many hooks run at a time
   * @param extraVariables on top of the environment's
   */
  FreshSide(Corpus corpus, int width, Map<String, String> extraVariables) throws IOException {
    this.extraVariables = extraVariables;
    for (int i = 0; i < width; i++) {
      Oracle oracle = corpus.startOracle();
      all.add(oracle);
      idle.add(oracle);
    }
  }

  /**
   * The tree is there when this is called, as the hook left it when it returns.
   *
   * @param warm how the other side failed, if it did
   */
  Outcome run(
      PristineTree tree,
      BuildBackend backend,
      BuildEnvironment environment,
      Hook hook,
      @Nullable Failure warm)
      throws IOException, InterruptedException {
    Map<String, String> variables = new HashMap<>(environment.variables());
    variables.putAll(extraVariables);
    Oracle oracle = idle.take();
    JsonNode answer;
    try {
      answer =
          oracle.ask(
              environment.python(), variables, tree.root(), backend, hook, tree.outputDirectory());
    } finally {
      idle.add(oracle);
    }
    Duration elapsed = Duration.ofNanos((long) (answer.path("seconds").asDouble() * 1e9));
    return answer.has("result")
        ? Outcome.returned(value(answer.path("result")), tree.facts(), elapsed)
        : Outcome.failed(Failure.ofFresh(answer, warm), tree.facts(), elapsed);
  }

  private static String value(JsonNode result) {
    return result.isArray()
        ? StreamSupport.stream(result.spliterator(), false)
            .map(JsonNode::asText)
            .toList()
            .toString()
        : result.asText();
  }

  /** Ends every {@link #run} that is in progress. */
  void kill() {
    all.forEach(Oracle::kill);
  }

  @Override
  public void close() throws IOException {
    for (Oracle oracle : all) {
      oracle.close();
    }
  }
}
