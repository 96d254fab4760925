package dev.hookd.frontend.environment;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hookd.frontend.system.JsonFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What an environment says of itself. Immutable.
 *
 * @param created when it was made
 * @param implementation of its Python, as {@code cpython}
 * @param version of its Python, as {@code 3.11.7}
 * @param executable the interpreter that it was made from
 * @param platform as {@code linux-x86_64}
 * @param requirements as they were asked for, without credentials
 * @param installer the installer and its version; {@code none} for an environment without
 *     requirements
 * @param distributions what they were resolved to
 */
public record EnvironmentManifest(
    Instant created,
    String implementation,
    String version,
    String executable,
    String platform,
    List<String> requirements,
    String installer,
    List<Distribution> distributions) {

  private static final int FORMAT = 1;

  /**
   * One distribution in the environment.
   *
   * @param version empty where the installer did not tell it
   * @param source the URL that it came from, without credentials; otherwise empty
   */
  public record Distribution(String name, String version, String source) {}

  public EnvironmentManifest {
    requirements = List.copyOf(requirements);
    distributions = List.copyOf(distributions);
  }

  /**
   * @throws IOException if it cannot be read; the message says why
   */
  static EnvironmentManifest read(Path file) throws IOException {
    JsonNode content = JsonFile.read(file);
    JsonFile.requireFormat(content, FORMAT);
    JsonNode python = JsonFile.object(content, "interpreter");
    List<String> requirements = new ArrayList<>();
    for (JsonNode requirement : JsonFile.list(content, "requirements")) {
      requirements.add(JsonFile.text("requirements", requirement));
    }
    List<Distribution> distributions = new ArrayList<>();
    for (JsonNode each : JsonFile.list(content, "resolved")) {
      distributions.add(
          new Distribution(
              JsonFile.text(each, "name"),
              JsonFile.text(each, "version"),
              JsonFile.text(each, "source")));
    }
    return new EnvironmentManifest(
        instant(JsonFile.text(content, "created")),
        JsonFile.text(python, "implementation"),
        JsonFile.text(python, "version"),
        JsonFile.text(python, "executable"),
        JsonFile.text(python, "platform"),
        requirements,
        JsonFile.text(content, "installer"),
        distributions);
  }

  private static Instant instant(String text) throws IOException {
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      throw new IOException("\"created\" is no time", e);
    }
  }
}
