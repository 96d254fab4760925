package dev.hookd.frontend.environment;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hookd.frontend.system.JsonFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What daemons have learned about one backend in one environment: which modules its hooks import.
 * It is a hint; the daemon wrote it, and may replace it at any time. {@code docs/protocol.md} has
 * the file's format. Immutable.
 *
 * @param backend the backend's module, as {@code setuptools.build_meta}
 * @param python the implementation and language version that it was learned with, as {@code
 *     cpython-311}
 * @param modules in the order that the daemon imports them in
 * @param refused what is never imported ahead, with the reason, in the file's order
 */
public record LearnedModules(
    String backend, String python, List<Module> modules, Map<String, String> refused) {

  private static final int FORMAT = 1;

  /** No import that a daemon would do ahead takes as long, so that it is no such time. */
  private static final double MAX_SECONDS = 3600;

  /**
   * One module that hooks have imported.
   *
   * @param importTime what its own body took when it was imported ahead; {@code null} where that
   *     has not happened yet
   */
  public record Module(String name, @Nullable Duration importTime) {}

  public LearnedModules {
    modules = List.copyOf(modules);
    refused = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(refused));
  }

  /**
   * Reads a file that a daemon has written.
   *
   * @throws IOException if it cannot be read, or is of another format; the message says why
   */
  static LearnedModules read(Path file) throws IOException {
    JsonNode content = JsonFile.read(file);
    JsonFile.requireFormat(content, FORMAT);
    String backend = JsonFile.text(content, "backend");
    if (!file.endsWith(backend + ".json")) {
      throw new IOException("it is about another backend than its name says: " + backend);
    }
    List<Module> modules = new ArrayList<>();
    for (Map.Entry<String, JsonNode> each : JsonFile.object(content, "modules").properties()) {
      modules.add(new Module(each.getKey(), importTime(each.getKey(), each.getValue())));
    }
    Map<String, String> refused = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> each : JsonFile.object(content, "refused").properties()) {
      refused.put(each.getKey(), JsonFile.text(each.getKey(), each.getValue()));
    }
    return new LearnedModules(backend, JsonFile.text(content, "python"), modules, refused);
  }

  private static @Nullable Duration importTime(String module, JsonNode seconds) throws IOException {
    if (seconds.isNull()) {
      return null;
    }
    double value = seconds.doubleValue();
    if (!seconds.isNumber() || !(value >= 0 && value <= MAX_SECONDS)) {
      throw new IOException("\"" + module + "\" has no import time in seconds");
    }
    return Duration.ofNanos(Math.round(value * 1e9));
  }

  /** The modules that were imported ahead, those that took longest first. */
  public List<Module> preloaded() {
    return modules.stream()
        .filter(module -> module.importTime() != null)
        .sorted(Comparator.comparing(LearnedModules::timeOf).reversed())
        .toList();
  }

  /** How many modules are still to be imported ahead. */
  public int pending() {
    return modules.size() - preloaded().size();
  }

  /** What importing all of them ahead took: a hook that uses every one of them saves so much. */
  public Duration saved() {
    return preloaded().stream().map(LearnedModules::timeOf).reduce(Duration.ZERO, Duration::plus);
  }

  private static Duration timeOf(Module module) {
    return Objects.requireNonNull(module.importTime());
  }
}
