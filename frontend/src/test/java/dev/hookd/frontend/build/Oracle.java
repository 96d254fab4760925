package dev.hookd.frontend.build;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hookd.frontend.Processes;
import dev.hookd.protocol.BuildBackend;
import dev.hookd.protocol.Hook;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * {@code scripts/corpus/oracle.py}: what pyproject_hooks answers, with a fresh process for every
 * hook. For one thread at a time.
 */
final class Oracle implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Process process;
  private final BufferedWriter requests;
  private final BufferedReader answers;

  private Oracle(Process process) {
    this.process = process;
    requests = process.outputWriter(StandardCharsets.UTF_8);
    answers = process.inputReader(StandardCharsets.UTF_8);
  }

  static Oracle start(Path python, Path script) throws IOException {
    // pyproject_hooks shows the hooks' warnings once more in its own process.
    return new Oracle(
        new ProcessBuilder(python.toString(), "-W", "ignore", script.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start());
  }

  /**
   * The outcome of one hook: an object with {@code result}, or with {@code error}.
   *
   * @param variables the hook's whole environment
   * @param outputDirectory what the hook makes goes to a directory in here that has its name
   */
  JsonNode ask(
      Path python,
      Map<String, String> variables,
      Path sourceTree,
      BuildBackend backend,
      Hook hook,
      Path outputDirectory)
      throws IOException {
    ObjectNode request = JSON.createObjectNode();
    request.put("python", python.toString());
    request.put("source_tree", sourceTree.toString());
    request.put("build_backend", backend.object());
    if (backend.isInTree()) {
      backend.path().forEach(request.putArray("backend_path")::add);
    }
    request.putArray("hooks").add(hook.wireName());
    request.put("output_directory", outputDirectory.toString());
    variables.forEach(request.putObject("environ")::put);
    requests.write(JSON.writeValueAsString(request));
    requests.newLine();
    requests.flush();
    String answer = answers.readLine();
    if (answer == null) {
      throw new IOException("the oracle ended");
    }
    JsonNode outcome = JSON.readTree(answer).path("hooks").path(hook.wireName());
    if (!outcome.has("result") && !outcome.has("error")) {
      throw new IOException("the oracle could not ask: " + answer);
    }
    return outcome;
  }

  /** Ends {@link #ask} in whatever thread waits for it. */
  void kill() {
    Processes.kill(process);
  }

  @Override
  public void close() throws IOException {
    requests.close();
    try {
      if (!process.waitFor(1, TimeUnit.MINUTES)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
