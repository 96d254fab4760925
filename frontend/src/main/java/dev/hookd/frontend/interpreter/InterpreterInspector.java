package dev.hookd.frontend.interpreter;

import dev.hookd.frontend.EnvironmentFailedException;
import dev.hookd.frontend.system.CacheDirectory;
import dev.hookd.frontend.system.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Tells which Python a file is: as remembered, else by asking it. Thread-safe. */
final class InterpreterInspector {

  private static final int OLDEST = 0x03080000;

  static final String HINT =
      "name a CPython or PyPy 3.8 or newer, by path, by a command on PATH, or by a version";

  private final Map<String, String> environment;
  private final Duration timeout;
  private final Path workingDirectory = Path.of("").toAbsolutePath();
  private final ProbeCache remembered;

  InterpreterInspector(CacheDirectory cache, Map<String, String> environment, Duration timeout) {
    this.environment = environment;
    this.timeout = timeout;
    this.remembered = new ProbeCache(cache, environment, workingDirectory);
  }

  /**
   * @throws EnvironmentFailedException when it is not a Python of 3.8 or newer, or does not answer
   */
  PythonInterpreter ask(Path executable) {
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

  static EnvironmentFailedException failure(
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
