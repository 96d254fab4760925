package dev.hookd.frontend.interpreter;

import dev.hookd.frontend.EnvironmentFailedException;
import dev.hookd.frontend.system.CacheDirectory;
import dev.hookd.frontend.system.ChildProcess;
import dev.hookd.frontend.system.SearchPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds interpreters and asks each once. Answers are remembered in memory, and in the cache
 * directory for the next process. Thread-safe.
 */
public final class PythonInterpreters {

  private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(20);
  private static final int OLDEST = 0x03080000;
  private static final String HINT =
      "name a CPython or PyPy 3.8 or newer, by path or by a command on PATH";

  private final Map<String, String> environment;
  private final Duration timeout;
  private final Path workingDirectory = Path.of("").toAbsolutePath();
  private final ProbeCache remembered;

  /**
   * @param environment where {@code PATH}, {@code VIRTUAL_ENV}, {@code HOOKD_PYTHON} and a version
   *     manager's variables are looked up
   */
  public PythonInterpreters(CacheDirectory cache, Map<String, String> environment) {
    this(cache, environment, PROBE_TIMEOUT);
  }

  PythonInterpreters(CacheDirectory cache, Map<String, String> environment, Duration timeout) {
    this.environment = Map.copyOf(environment);
    this.timeout = timeout;
    this.remembered = new ProbeCache(cache, this.environment, workingDirectory);
  }

  /**
   * The interpreter at this path, or of this name on PATH. Where several are, the first that works:
   * a version manager leaves commands behind that lead to nothing.
   *
   * @throws EnvironmentFailedException when there is none, when it is not a Python of 3.8 or newer,
   *     or when it does not answer
   */
  public PythonInterpreter find(String pathOrCommand) {
    if (pathOrCommand.isBlank()) {
      throw failure("no Python interpreter is named", null, null);
    }
    if (pathOrCommand.indexOf('/') >= 0) {
      return ask(Path.of(pathOrCommand).toAbsolutePath().normalize());
    }
    List<Path> candidates = SearchPath.find(environment, pathOrCommand);
    if (candidates.isEmpty()) {
      throw failure("there is no '" + pathOrCommand + "' on PATH", null, null);
    }
    return firstThatWorks(candidates);
  }

  /**
   * {@code HOOKD_PYTHON} where it is set; else the active virtual environment's; else {@code
   * python3}, then {@code python}, on PATH.
   *
   * @throws EnvironmentFailedException when there is none that works
   */
  public PythonInterpreter findDefault() {
    String named = environment.getOrDefault("HOOKD_PYTHON", "");
    if (!named.isBlank()) {
      return find(named);
    }
    List<Path> candidates = new ArrayList<>();
    String active = environment.getOrDefault("VIRTUAL_ENV", "");
    if (!active.isEmpty()) {
      Path python = Path.of(active, "bin", "python").toAbsolutePath();
      if (Files.isExecutable(python)) {
        candidates.add(python);
      }
    }
    candidates.addAll(SearchPath.find(environment, "python3"));
    candidates.addAll(SearchPath.find(environment, "python"));
    if (candidates.isEmpty()) {
      throw failure("there is neither 'python3' nor 'python' on PATH", null, null);
    }
    return firstThatWorks(candidates);
  }

  private PythonInterpreter firstThatWorks(List<Path> candidates) {
    EnvironmentFailedException first = null;
    for (Path candidate : candidates) {
      try {
        return ask(candidate);
      } catch (EnvironmentFailedException e) {
        if (e.getCause() instanceof InterruptedException) {
          throw e;
        }
        if (first == null) {
          first = e;
        } else {
          first.addSuppressed(e);
        }
      }
    }
    throw java.util.Objects.requireNonNull(first, "candidates is not empty");
  }

  private PythonInterpreter ask(Path executable) {
    if (!Files.exists(executable)) {
      throw failure("there is no Python interpreter at " + executable, null, null);
    }
    if (Files.isDirectory(executable)) {
      Path inside = executable.resolve("bin/python");
      throw new EnvironmentFailedException(
          executable + " is a directory, not a Python interpreter",
          "",
          Files.isExecutable(inside) ? "did you mean " + inside + "?" : HINT,
          null);
    }
    if (!Files.isExecutable(executable)) {
      throw failure(executable + " is not executable", null, null);
    }
    return remembered.read(executable).orElseGet(() -> probe(executable));
  }

  private PythonInterpreter probe(Path executable) {
    try {
      InterpreterProbe.Answer answer =
          InterpreterProbe.ask(executable, workingDirectory, environment, timeout);
      ChildProcess.Outcome outcome = answer.outcome();
      if (outcome.timedOut()) {
        throw failure(
            executable + " did not say within " + timeout.toMillis() + " ms which Python it is",
            outcome,
            null);
      }
      if (!answer.complete()) {
        throw failure(
            executable
                + " is not a Python interpreter: asked for its version it exited with status "
                + outcome.exitCode(),
            outcome,
            null);
      }
      if (Long.parseLong(answer.fact("hexversion")) < OLDEST) {
        throw failure(
            executable + " is Python " + answer.fact("version") + "; 3.8 is the oldest that works",
            null,
            null);
      }
      PythonInterpreter interpreter = InterpreterProbe.interpreter(executable, answer);
      remembered.write(executable, interpreter, Path.of(answer.fact("library")));
      return interpreter;
    } catch (IOException e) {
      throw failure(executable + " could not be run: " + e.getMessage(), null, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure("interrupted while " + executable + " was asked for its version", null, e);
    }
  }

  private static EnvironmentFailedException failure(
      String message, ChildProcess.@Nullable Outcome outcome, @Nullable Throwable cause) {
    String output =
        outcome == null
            ? ""
            : outcome.tail().stream()
                .filter(line -> !line.startsWith("hookd-probe "))
                .collect(Collectors.joining("\n"));
    return new EnvironmentFailedException(message, output, HINT, cause);
  }
}
