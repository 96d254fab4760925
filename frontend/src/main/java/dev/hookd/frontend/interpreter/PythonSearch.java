package dev.hookd.frontend.interpreter;

import dev.hookd.frontend.EnvironmentFailedException;
import dev.hookd.frontend.interpreter.PythonPlaces.Candidate;
import dev.hookd.frontend.interpreter.PythonRequest.ByVersion;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** One search among the interpreters of this machine. Not thread-safe. */
final class PythonSearch {

  private final List<Candidate> candidates;
  private final InterpreterInspector inspector;
  private final Map<Candidate, FoundPython> asked = new LinkedHashMap<>();

  PythonSearch(List<Candidate> candidates, InterpreterInspector inspector) {
    this.candidates = candidates;
    this.inspector = inspector;
  }

  /**
   * The first that fits. Those whose names say that they are something else are asked last: only
   * where none of the others fits, and then the answer tells of all.
   *
   * @throws EnvironmentFailedException when none does; the message has every one and why
   */
  PythonInterpreter first(ByVersion request) {
    for (boolean promising : new boolean[] {true, false}) {
      for (Candidate candidate : candidates) {
        if (candidate.name().mayBe(request) == promising) {
          Optional<PythonInterpreter> python = ask(candidate).interpreter();
          if (python.isPresent() && request.objection(python.get()).isEmpty()) {
            return python.get();
          }
        }
      }
    }
    throw none(request);
  }

  List<FoundPython> all() {
    Map<Path, FoundPython> found = new LinkedHashMap<>();
    for (Candidate candidate : candidates) {
      FoundPython python = ask(candidate);
      // A shim and what it leads to are one interpreter.
      found.putIfAbsent(
          python.interpreter().map(PythonSearch::identity).orElse(candidate.file()), python);
    }
    return List.copyOf(found.values());
  }

  private static Path identity(PythonInterpreter python) {
    try {
      return python.virtual() ? python.prefix() : python.executable().toRealPath();
    } catch (IOException e) {
      return python.executable(); // gone since it answered
    }
  }

  private FoundPython ask(Candidate candidate) {
    FoundPython known = asked.get(candidate);
    if (known == null) {
      known = inspect(candidate);
      asked.put(candidate, known);
    }
    return known;
  }

  private FoundPython inspect(Candidate candidate) {
    try {
      return new FoundPython(
          candidate.file(),
          candidate.source(),
          Optional.of(inspector.ask(candidate.file())),
          Optional.empty());
    } catch (EnvironmentFailedException e) {
      if (e.getCause() instanceof InterruptedException) {
        throw e;
      }
      return new FoundPython(
          candidate.file(),
          candidate.source(),
          Optional.empty(),
          Optional.of(String.valueOf(e.getMessage())));
    }
  }

  private EnvironmentFailedException none(ByVersion request) {
    List<FoundPython> all = all();
    String found =
        all.stream().map(python -> "\n  " + line(request, python)).collect(Collectors.joining());
    return new EnvironmentFailedException(
        "no Python here is '"
            + request
            + "'"
            + (all.isEmpty() ? ", there is none at all" : ":" + found),
        "",
        "install it where PATH, pyenv or uv has it, or name an interpreter by its path",
        null);
  }

  private static String line(ByVersion request, FoundPython python) {
    return python
        .interpreter()
        .map(
            known ->
                known.implementation()
                    + " "
                    + known.version()
                    + " at "
                    + python.path()
                    + " "
                    + request.objection(known).orElse("fits"))
        .orElseGet(() -> python.problem().orElse(""));
  }
}
