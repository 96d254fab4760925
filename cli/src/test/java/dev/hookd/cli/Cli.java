package dev.hookd.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Runs the real command in this JVM. */
final class Cli {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private final Path directory;
  private final Map<String, String> environment;
  private InputStream stdin = InputStream.nullInputStream();

  /** What a run came to. */
  @SuppressWarnings("ArrayRecordComponent") // the bytes as they are; runs are not compared
  record Run(int status, byte[] bytes, String stderr) {

    String stdout() {
      return new String(bytes, StandardCharsets.UTF_8);
    }

    List<String> lines() {
      return stdout().lines().toList();
    }

    /** All of standard output as one JSON value. */
    JsonNode json() {
      return Cli.json(stdout());
    }

    /** Standard output as a JSON value a line. */
    List<JsonNode> jsonLines() {
      return stdout().lines().map(Cli::json).toList();
    }
  }

  /**
   * @param directory the working directory; the cache goes there as well
   */
  Cli(Path directory) {
    this.directory = directory;
    this.environment = new HashMap<>(System.getenv());
    environment.put("HOOKD_CACHE_DIR", directory.resolve("cache").toString());
    // What this machine's user has set must not show.
    environment.put("TERM", "xterm");
    environment.keySet().removeAll(List.of("NO_COLOR", "HOOKD_PYTHON", "HOOKD_DEBUG"));
  }

  Cli with(String name, String value) {
    environment.put(name, value);
    return this;
  }

  /** What the next run reads on standard input. */
  Cli reading(InputStream stream) {
    stdin = stream;
    return this;
  }

  Cli reading(String text) {
    return reading(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
  }

  Run run(String... args) {
    return run(false, args);
  }

  Run runOnTerminal(String... args) {
    return run(true, args);
  }

  private Run run(boolean terminal, String... args) {
    ByteArrayOutputStream stdout = new ByteArrayOutputStream();
    ByteArrayOutputStream stderr = new ByteArrayOutputStream();
    int status =
        Main.run(
            args,
            new Surroundings(
                stdin, stdout, stderr, environment, directory, terminal, terminal, terminal));
    return new Run(status, stdout.toByteArray(), stderr.toString(StandardCharsets.UTF_8));
  }

  static JsonNode json(String text) {
    try {
      return MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError("not JSON: " + text, e);
    }
  }
}
