package dev.hookd.frontend.interpreter;

import dev.hookd.frontend.EnvironmentFailedException;
import dev.hookd.frontend.system.CacheDirectory;
import dev.hookd.frontend.system.SearchPath;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds interpreters and asks each once. Answers are remembered in memory, and in the cache
 * directory for the next process. Thread-safe.
 */
public final class PythonInterpreters {

  private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(20);

  private final Map<String, String> environment;
  private final Path systemRoot;
  private final InterpreterInspector inspector;
  private final ConcurrentHashMap<PythonRequest.ByVersion, Path> chosen = new ConcurrentHashMap<>();

  /**
   * @param environment where {@code PATH}, {@code VIRTUAL_ENV}, {@code HOOKD_PYTHON} and a version
   *     manager's variables are looked up
   */
  public PythonInterpreters(CacheDirectory cache, Map<String, String> environment) {
    this(cache, environment, PROBE_TIMEOUT, Path.of("/"));
  }

  /**
   * @param systemRoot what the system's usual places are below
   */
  PythonInterpreters(
      CacheDirectory cache, Map<String, String> environment, Duration timeout, Path systemRoot) {
    this.environment = Map.copyOf(environment);
    this.systemRoot = systemRoot;
    this.inspector = new InterpreterInspector(cache, this.environment, timeout);
  }

  /**
   * The interpreter that a person's words mean.
   *
   * @param request as {@link PythonRequest#parse} reads it
   * @throws EnvironmentFailedException like {@link #find(PythonRequest)}, and when it is malformed
   */
  public PythonInterpreter find(String request) {
    PythonRequest parsed;
    try {
      parsed = PythonRequest.parse(request);
    } catch (IllegalArgumentException e) {
      throw failure(String.valueOf(e.getMessage()), e);
    }
    return find(parsed);
  }

  /**
   * The interpreter at a path, or of a command on PATH: where several are, the first that works,
   * since a version manager leaves commands behind that lead to nothing. Of a version the first
   * that fits in the order of {@link PythonSource}; on PATH in its order, elsewhere the newest; and
   * then the same one as long as it is there.
   *
   * @throws EnvironmentFailedException when there is none, when it is not a Python of 3.8 or newer,
   *     or when it does not answer
   */
  public PythonInterpreter find(PythonRequest request) {
    if (request instanceof PythonRequest.ByPath byPath) {
      return inspector.ask(path(byPath.path()));
    }
    if (request instanceof PythonRequest.ByCommand byCommand) {
      List<Path> candidates = SearchPath.find(environment, byCommand.name());
      if (candidates.isEmpty()) {
        throw failure("there is no '" + byCommand.name() + "' on PATH", null);
      }
      return firstThatWorks(candidates);
    }
    return search((PythonRequest.ByVersion) request);
  }

  /** A worker asks for the same version with each project, and should get the same answer. */
  private PythonInterpreter search(PythonRequest.ByVersion request) {
    Path known = chosen.get(request);
    if (known != null && Files.isExecutable(known)) {
      PythonInterpreter python = inspector.ask(known);
      if (request.objection(python).isEmpty()) {
        return python;
      }
    }
    PythonInterpreter python = new PythonSearch(candidates(), inspector).first(request);
    chosen.put(request, python.executable());
    return python;
  }

  /**
   * All interpreters of this machine in the order in which a version would be searched, each once,
   * also those that do not work. Asks every one that is not remembered, which takes a moment.
   */
  public List<FoundPython> list() {
    return list(EnumSet.allOf(PythonSource.class));
  }

  /** The same, of these places alone; the others are not asked. */
  public List<FoundPython> list(Set<PythonSource> sources) {
    return new PythonSearch(
            candidates().stream().filter(each -> sources.contains(each.source())).toList(),
            inspector)
        .all();
  }

  private List<PythonPlaces.Candidate> candidates() {
    return PythonPlaces.list(environment, systemRoot);
  }

  private static Path path(String text) {
    try {
      return Path.of(text).toAbsolutePath().normalize();
    } catch (InvalidPathException e) {
      throw failure("'" + text + "' is no path: " + e.getReason(), e);
    }
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
      throw failure("there is neither 'python3' nor 'python' on PATH", null);
    }
    return firstThatWorks(candidates);
  }

  private PythonInterpreter firstThatWorks(List<Path> candidates) {
    EnvironmentFailedException first = null;
    for (Path candidate : candidates) {
      try {
        return inspector.ask(candidate);
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
    throw Objects.requireNonNull(first, "candidates is not empty");
  }

  private static EnvironmentFailedException failure(String message, @Nullable Throwable cause) {
    return InterpreterInspector.failure(message, null, cause);
  }
}
