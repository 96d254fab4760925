package dev.hookd.frontend.index;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hookd.frontend.EnvironmentFailedException;
import dev.hookd.frontend.IndexUnreachableException;
import dev.hookd.frontend.system.CacheDirectory;
import dev.hookd.frontend.system.DurableFiles;
import dev.hookd.frontend.system.FileWitness;
import dev.hookd.frontend.system.Fingerprint;
import dev.hookd.frontend.system.JsonFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks pips for their configuration, and remembers the answer on the disk while pip, its variables
 * and its configuration files are unchanged: asking takes a third of a second, which people feel.
 * An answer with a password in it is not written down. Thread-safe.
 */
public final class PipConfigurations {

  private static final Logger LOG = LoggerFactory.getLogger(PipConfigurations.class);
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int FORMAT = 1;
  private static final Duration TIMEOUT = Duration.ofMinutes(1);

  private final CacheDirectory cache;
  private final Map<String, String> environment;

  /**
   * Asks nothing yet.
   *
   * @param environment the caller's: pip sees all of it but Python's own variables
   */
  public PipConfigurations(CacheDirectory cache, Map<String, String> environment) {
    this.cache = cache;
    this.environment = Map.copyOf(environment);
  }

  /**
   * A configuration that starts from what the pip of this Python would do.
   *
   * @param python an interpreter that has pip
   * @throws IndexUnreachableException when it has none, or pip does not like its configuration
   * @throws IOException when the process cannot be started
   */
  public IndexConfig.Builder config(Path python) throws IOException, InterruptedException {
    return IndexConfig.builder(environment).pip(of(python));
  }

  /** What the pip of this Python would do. */
  PipConfiguration of(Path python) throws IOException, InterruptedException {
    Path entry = cache.path("pip-options").resolve(key(python) + ".json");
    Optional<List<String>> remembered = read(entry);
    if (remembered.isPresent()) {
      return PipQuery.configuration(remembered.get());
    }
    Path directory = Files.createTempDirectory("hookd-pip-");
    List<String> lines;
    try {
      lines = PipQuery.ask(python, environment, directory, TIMEOUT);
    } finally {
      DurableFiles.deleteTree(directory);
    }
    if (lines.stream().noneMatch(PipConfigurations::mayHoldAPassword)) {
      write(entry, python, lines);
    }
    return PipQuery.configuration(lines);
  }

  /** In a URL, or in a proxy's {@code user:password@host}; paths are of no interest. */
  private static boolean mayHoldAPassword(String line) {
    return line.contains("@") && (line.contains("://") || !line.contains("/"));
  }

  private String key(Path python) {
    Map<String, String> variables = new TreeMap<>(environment);
    variables
        .keySet()
        .removeIf(name -> !name.matches("PIP_.*|XDG_.*|HOME|PYTHONUSERBASE|PYTHONNOUSERSITE"));
    return new Fingerprint()
        .add("python", python.toString())
        .add("variables", variables)
        .add("format", String.valueOf(FORMAT))
        .hex();
  }

  private static Optional<List<String>> read(Path entry) {
    if (!Files.exists(entry)) {
      return Optional.empty();
    }
    try {
      var content = JsonFile.read(entry);
      JsonFile.requireFormat(content, FORMAT);
      List<String> lines = new ArrayList<>();
      JsonFile.list(content, "lines").forEach(line -> lines.add(line.asText()));
      for (var path : content.path("witnesses").properties()) {
        if (!new FileWitness(Path.of(path.getKey()), path.getValue().asText()).unchanged()) {
          return Optional.empty();
        }
      }
      return lines.isEmpty() ? Optional.empty() : Optional.of(lines);
    } catch (IOException e) {
      LOG.debug("what pip said cannot be read from {}; it is asked again", entry, e);
      return Optional.empty();
    }
  }

  /** A cache that cannot be written to costs time and nothing else. */
  private void write(Path entry, Path python, List<String> lines) {
    ObjectNode content = MAPPER.createObjectNode().put("format", FORMAT);
    ArrayNode said = content.putArray("lines");
    lines.forEach(said::add);
    ObjectNode witnesses = content.putObject("witnesses");
    List<Path> paths = new ArrayList<>(PipQuery.witnesses(lines));
    paths.add(python);
    Optional.ofNullable(environment.get("PIP_CONFIG_FILE")).map(Path::of).ifPresent(paths::add);
    for (Path path : paths) {
      witnesses.put(path.toString(), FileWitness.of(path).state());
    }
    try {
      cache.directory("pip-options");
      DurableFiles.replace(entry, content.toString());
    } catch (IOException | EnvironmentFailedException e) {
      LOG.debug("what the pip of {} said is not remembered on disk", python, e);
    }
  }
}
