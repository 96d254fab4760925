package dev.hookd.frontend.requirement;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hookd.frontend.Processes;
import dev.hookd.frontend.interpreter.PythonInterpreters;
import dev.hookd.frontend.system.CacheDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Python's {@code packaging} library, the reference for versions: as installed, or as pip's. */
final class PackagingLibrary {

  private static final String PROGRAM =
      """
      import importlib, json, sys
      for name in ("packaging", "pip._vendor.packaging", "setuptools._vendor.packaging"):
          try:
              packaging = importlib.import_module(name)
              version = importlib.import_module(name + ".version")
              specifiers = importlib.import_module(name + ".specifiers")
              markers = importlib.import_module(name + ".markers")
              break
          except ImportError:
              packaging = None

      def canonical(text):
          try:
              return str(version.Version(text))
          except version.InvalidVersion:
              return None

      def accepts(text):
          try:
              specifiers.Specifier(text)
              return True
          except specifiers.InvalidSpecifier:
              return False

      def is_marker(text):
          try:
              markers.Marker(text)
              return True
          except markers.InvalidMarker:
              return False

      def answer(asked):
          if packaging is None:
              return {"library": None}
          versions = [version.Version(text) for text in asked["versions"]]
          sets = [specifiers.SpecifierSet(text) for text in asked["specifiers"]]
          ranks, last = {}, None
          for item in sorted(versions):
              if last is None or item != last:
                  rank = len(set(ranks.values()))
              ranks[str(item)] = rank
              last = item
          return {
              "library": packaging.__version__,
              "canonical": [canonical(text) for text in asked["texts"]],
              "accepted": [accepts(text) for text in asked["clauses"]],
              "markers": [is_marker(text) for text in asked["markers"]],
              "ranks": [ranks[str(item)] for item in versions],
              "contains": ["".join("01"[one.contains(item, prereleases=True)] for item in versions)
                           for one in sets],
              "finals": ["".join("01"[one.contains(item, prereleases=False)] for item in versions)
                         for one in sets],
          }

      with open(sys.argv[1], encoding="utf-8") as file:
          asked = json.load(file)
      with open(sys.argv[2], "w", encoding="utf-8") as file:
          json.dump(answer(asked), file)
      """;

  private static final Duration LIMIT = Duration.ofMinutes(1);

  private PackagingLibrary() {}

  /** Null when this Python has no such library, not even inside pip. */
  static @Nullable JsonNode ask(Path directory, Map<String, List<String>> asked)
      throws IOException, InterruptedException {
    Path python =
        new PythonInterpreters(CacheDirectory.at(directory.resolve("cache")), System.getenv())
            .findDefault()
            .executable();
    ObjectMapper json = new ObjectMapper();
    Path question = directory.resolve("question.json");
    Path answer = directory.resolve("answer.json");
    json.writeValue(question.toFile(), asked);
    Process process =
        new ProcessBuilder(
                List.of(
                    python.toString(),
                    "-W",
                    "ignore",
                    "-c",
                    PROGRAM,
                    question.toString(),
                    answer.toString()))
            .inheritIO()
            .start();
    assertThat(Processes.endsIn(process, LIMIT)).as("ends in time").isTrue();
    assertThat(process.exitValue()).isZero();
    JsonNode found = json.readTree(answer.toFile());
    return found.path("library").isTextual() ? found : null;
  }
}
