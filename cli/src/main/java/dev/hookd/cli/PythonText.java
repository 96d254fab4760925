package dev.hookd.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hookd.frontend.interpreter.FoundPython;
import dev.hookd.frontend.interpreter.PlatformTags;
import dev.hookd.frontend.interpreter.PythonInterpreter;
import java.io.IOException;
import java.nio.file.Path;

/** Interpreters, as a person and as a script reads them. */
final class PythonText {

  private PythonText() {}

  /** What it is, where, from which source, and what a link or shim leads to. */
  static String line(FoundPython found) {
    String where = "%s (%s)".formatted(found.path(), found.source());
    String line =
        found
            .interpreter()
            .map(
                python -> {
                  Path real = real(python.executable());
                  return "%-8s %-10s %s%s%s"
                      .formatted(
                          python.implementation(),
                          python.version(),
                          where,
                          real.equals(found.path()) ? "" : " -> " + real,
                          python.tags().freeThreaded() ? ", free-threaded" : "");
                })
            .orElseGet(() -> "%-19s %s: %s".formatted("unusable", where, problem(found)));
    return Text.line(line);
  }

  /** Without the path, which most begin with and which the line has. */
  private static String problem(FoundPython found) {
    return found.problem().orElse("").replace(found.path() + " ", "");
  }

  static ObjectNode json(FoundPython found) {
    ObjectNode node =
        JsonNodeFactory.instance
            .objectNode()
            .put("path", found.path().toString())
            .put("source", found.source().toString())
            .put("usable", found.usable())
            .put("problem", found.problem().orElse(null));
    found.interpreter().ifPresent(python -> node.setAll(json(python)));
    return node;
  }

  static ObjectNode json(PythonInterpreter python) {
    PlatformTags tags = python.tags();
    ObjectNode node =
        JsonNodeFactory.instance
            .objectNode()
            .put("implementation", python.implementation())
            .put("version", python.version())
            .put("executable", python.executable().toString())
            .put("real_path", real(python.executable()).toString())
            .put("prefix", python.prefix().toString())
            .put("virtual", python.virtual());
    node.putObject("tags")
        .put("python", tags.python())
        .put("abi", tags.abi())
        .put("platform", tags.platform())
        .put("libc", tags.libc())
        .put("free_threaded", tags.freeThreaded());
    return node;
  }

  private static Path real(Path executable) {
    try {
      return executable.toRealPath();
    } catch (IOException e) {
      return executable; // gone since it answered
    }
  }
}
