package dev.hookd.frontend.index;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hookd.frontend.IndexException.Request;
import dev.hookd.frontend.IndexUnreachableException;
import dev.hookd.frontend.system.ChildProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;

/**
 * Has pip itself work out its options, as {@code pip install} would start with: the order of its
 * variables, sections and files, the splitting of lists and the built-in defaults are pip's own.
 * The names asked for are the same from pip 20 to 26.
 */
final class PipQuery {

  private static final String MARK = "hookd-pip ";

  private static final String SCRIPT =
      """
      import json, sys
      sys.path[:] = [p for p in sys.path if p]
      import pip
      from pip._internal.commands import create_command
      from pip._internal.configuration import get_configuration_files
      def tell(name, value):
          print('hookd-pip ' + json.dumps([name, value]))
      options = create_command('install').parse_args([])[0]
      for name in ('index_url', 'extra_index_urls', 'no_index', 'find_links', 'trusted_hosts',
                   'cert', 'client_cert', 'proxy', 'timeout', 'retries'):
          value = getattr(options, name, None)
          for item in value if isinstance(value, list) else [value]:
              tell(name, item)
      tell('witness', pip.__file__)
      for files in get_configuration_files().values():
          for path in files:
              tell('witness', path)
      tell('end', True)
      """;

  /** Python's own variables that do not decide which pip is found, or which is wanted. */
  private static final Set<String> HARMLESS =
      Set.of("PYTHONUSERBASE", "PYTHONNOUSERSITE", "PYTHONUTF8");

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private PipQuery() {}

  /**
   * Everything that pip said, for {@link #configuration} and {@link #witnesses}.
   *
   * @param directory where the process runs; nothing in it matters
   */
  static List<String> ask(
      Path python, Map<String, String> environment, Path directory, Duration timeout)
      throws IOException, InterruptedException {
    Map<String, String> variables = new TreeMap<>(environment);
    variables.keySet().removeIf(name -> name.startsWith("PYTHON") && !HARMLESS.contains(name));
    ChildProcess.Outcome outcome =
        ChildProcess.run(
            List.of(python.toString(), "-c", SCRIPT), directory, variables, timeout, line -> {});
    List<String> lines =
        outcome.tail().stream()
            .filter(line -> line.startsWith(MARK))
            .map(line -> line.substring(MARK.length()))
            .toList();
    if (!outcome.succeeded() || !options(lines).containsKey("end")) {
      throw failure(python, outcome);
    }
    return lines;
  }

  /** The files whose change may change the answer; some may not exist. */
  static List<Path> witnesses(List<String> lines) {
    return texts(options(lines), "witness").stream().map(Path::of).toList();
  }

  private static Map<String, List<JsonNode>> options(List<String> lines) {
    Map<String, List<JsonNode>> options = new HashMap<>();
    for (String line : lines) {
      JsonNode entry = read(line);
      JsonNode value = entry.path(1);
      List<JsonNode> values =
          options.computeIfAbsent(entry.path(0).asText(), name -> new ArrayList<>());
      if (!value.isNull()) {
        values.add(value);
      }
    }
    return options;
  }

  private static JsonNode read(String json) {
    try {
      return MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      // A line that was cut because it is very long: no index URL is.
      return MAPPER.createArrayNode();
    }
  }

  static PipConfiguration configuration(List<String> lines) {
    Map<String, List<JsonNode>> options = options(lines);
    return new PipConfiguration(
        text(options, "index_url"),
        texts(options, "extra_index_urls"),
        options.getOrDefault("no_index", List.of()).stream().anyMatch(JsonNode::asBoolean),
        texts(options, "find_links"),
        texts(options, "trusted_hosts"),
        text(options, "cert"),
        text(options, "client_cert"),
        text(options, "proxy"),
        number(options, "timeout").map(seconds -> Duration.ofMillis((long) (seconds * 1000))),
        number(options, "retries")
            .map(retries -> OptionalInt.of(retries.intValue()))
            .orElse(OptionalInt.empty()));
  }

  private static List<String> texts(Map<String, List<JsonNode>> options, String name) {
    return options.getOrDefault(name, List.of()).stream()
        .map(JsonNode::asText)
        .filter(text -> !text.isBlank())
        .toList();
  }

  private static Optional<String> text(Map<String, List<JsonNode>> options, String name) {
    return texts(options, name).stream().findFirst();
  }

  private static Optional<Double> number(Map<String, List<JsonNode>> options, String name) {
    return options.getOrDefault(name, List.of()).stream()
        .filter(value -> value.isNumber() && value.asDouble() > 0 && value.asDouble() < 1e6)
        .map(JsonNode::asDouble)
        .findFirst();
  }

  private static IndexUnreachableException failure(Path python, ChildProcess.Outcome outcome) {
    List<String> tail = outcome.tail();
    String last = tail.isEmpty() ? "it said nothing" : tail.get(tail.size() - 1);
    return new IndexUnreachableException(
        "pip of "
            + python
            + " could not be asked for its index: "
            + (outcome.timedOut()
                ? "it did not answer in time"
                : last.replaceAll("//[^/@]*@", "//")),
        new Request(python.toString(), 0, 0),
        "install pip for this Python, repair pip's configuration, or name the index yourself",
        null);
  }
}
