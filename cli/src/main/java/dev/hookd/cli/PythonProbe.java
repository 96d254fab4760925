package dev.hookd.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.hookd.frontend.interpreter.PythonInterpreter;
import dev.hookd.frontend.system.SearchPath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Asks commands of this machine what they have. */
final class PythonProbe {

  private static final long TIMEOUT_SECONDS = 20;

  private static final String SCRIPT =
      """
      import importlib.util, json
      try:
          from importlib.metadata import version
          pip = version('pip')
      except Exception:
          pip = None
      has = lambda name: importlib.util.find_spec(name) is not None
      print(json.dumps({
          'pip': pip,
          'venv': has('venv') and has('ensurepip'),
      }))
      """;

  /**
   * An interpreter that runs.
   *
   * @param pip its version; {@code null} when it is not installed
   * @param canMakeEnvironments whether it has venv and ensurepip
   */
  record Python(
      String executable,
      String version,
      String implementation,
      @Nullable String pip,
      boolean canMakeEnvironments) {}

  private final Map<String, String> environment;

  PythonProbe(Map<String, String> environment) {
    this.environment = environment;
  }

  /** What each of these has, asked all at once; one that does not answer has nothing. */
  List<Python> facts(List<PythonInterpreter> interpreters) {
    List<CompletableFuture<Python>> probes =
        interpreters.stream()
            .map(python -> CompletableFuture.supplyAsync(() -> facts(python)))
            .toList();
    return probes.stream().map(CompletableFuture::join).toList();
  }

  private Python facts(PythonInterpreter python) {
    JsonNode said =
        output(List.of(python.executable().toString(), "-I", "-c", SCRIPT))
            .map(PythonProbe::parse)
            .orElse(MissingNode.getInstance());
    return new Python(
        python.executable().toString(),
        python.version(),
        python.implementation(),
        said.path("pip").textValue(),
        said.path("venv").asBoolean());
  }

  /** The first line that a command of {@code PATH} prints; empty when it is not there. */
  Optional<String> firstLine(String command, String argument) {
    return SearchPath.find(environment, command).stream()
        .findFirst()
        .flatMap(
            file ->
                output(List.of(file.toString(), argument))
                    .flatMap(text -> text.lines().findFirst())
                    .map(line -> line + " at " + file));
  }

  private Optional<String> output(List<String> command) {
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().clear();
    builder.environment().putAll(environment);
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      return Optional.empty(); // found on PATH, but not a program of this machine
    }
    try {
      process.getOutputStream().close();
      // What is asked for fits into a pipe, so the process can end before it is read.
      if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
        return Optional.empty();
      }
      return Optional.of(
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      return Optional.empty(); // it ended while it was spoken to
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } finally {
      process.destroyForcibly();
    }
  }

  private static JsonNode parse(String json) {
    try {
      return JsonMapper.builder().build().readTree(json);
    } catch (IOException e) {
      return MissingNode.getInstance(); // it runs, but says something else
    }
  }
}
