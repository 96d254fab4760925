package dev.hookd.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds the Python interpreters of this machine, by running those that {@code PATH} names. */
final class PythonProbe {

  private static final long TIMEOUT_SECONDS = 20;

  private static final String SCRIPT =
      """
      import importlib.util, json, sys
      try:
          from importlib.metadata import version
          pip = version('pip')
      except Exception:
          pip = None
      has = lambda name: importlib.util.find_spec(name) is not None
      print(json.dumps({
          'executable': sys.executable,
          'version': '%d.%d.%d' % sys.version_info[:3],
          'minor': sys.version_info[1] if sys.version_info[0] == 3 else 0,
          'implementation': sys.implementation.name,
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
      int minor,
      String implementation,
      @Nullable String pip,
      boolean canMakeEnvironments) {

    boolean isSupported() {
      return minor >= 8;
    }
  }

  private final Map<String, String> environment;

  PythonProbe(Map<String, String> environment) {
    this.environment = environment;
  }

  /** The interpreters on {@code PATH}, each once, in its order. */
  List<Python> find() {
    List<String> names =
        Stream.concat(
                Stream.of("python3", "python"),
                IntStream.rangeClosed(8, 14).mapToObj(minor -> "python3." + minor))
            .toList();
    Map<Path, Path> candidates = new LinkedHashMap<>();
    for (Path directory : searchPath()) {
      for (String name : names) {
        Path file = directory.resolve(name);
        if (Files.isExecutable(file) && Files.isRegularFile(file)) {
          candidates.putIfAbsent(real(file), file);
        }
      }
    }
    List<CompletableFuture<Optional<Python>>> probes =
        candidates.values().stream()
            .map(file -> CompletableFuture.supplyAsync(() -> probe(file.toString())))
            .toList();
    Map<Path, Python> found = new LinkedHashMap<>();
    for (CompletableFuture<Optional<Python>> probe : probes) {
      probe
          .join()
          .ifPresent(python -> found.putIfAbsent(real(Path.of(python.executable())), python));
    }
    return List.copyOf(found.values());
  }

  /** The interpreter behind a path or a command; empty when it does not run, or is none. */
  Optional<Python> probe(String command) {
    return output(List.of(command, "-I", "-c", SCRIPT)).flatMap(PythonProbe::parse);
  }

  /** The first line that a command of {@code PATH} prints; empty when it is not there. */
  Optional<String> firstLine(String command, String argument) {
    for (Path directory : searchPath()) {
      Path file = directory.resolve(command);
      if (Files.isExecutable(file) && Files.isRegularFile(file)) {
        return output(List.of(file.toString(), argument))
            .flatMap(text -> text.lines().findFirst())
            .map(line -> line + " at " + file);
      }
    }
    return Optional.empty();
  }

  private List<Path> searchPath() {
    List<Path> directories = new ArrayList<>();
    for (String each : environment.getOrDefault("PATH", "").split(java.io.File.pathSeparator, -1)) {
      try {
        if (!each.isEmpty() && Path.of(each).isAbsolute()) {
          directories.add(Path.of(each));
        }
      } catch (InvalidPathException e) {
        // not a directory of this platform: a shell would not find it either
      }
    }
    return directories;
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

  private static Optional<Python> parse(String json) {
    try {
      JsonNode node = JsonMapper.builder().build().readTree(json);
      if (!node.path("executable").isTextual()) {
        return Optional.empty();
      }
      return Optional.of(
          new Python(
              node.path("executable").textValue(),
              node.path("version").asText(),
              node.path("minor").asInt(),
              node.path("implementation").asText(),
              node.path("pip").textValue(),
              node.path("venv").asBoolean()));
    } catch (IOException e) {
      return Optional.empty(); // it runs, but is no Python
    }
  }

  private static Path real(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      return path;
    }
  }
}
