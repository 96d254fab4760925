package dev.hookd.frontend.build;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hookd.frontend.environment.BuildEnvironment;
import dev.hookd.protocol.BuildBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Which backend it is that an environment holds, as the installed files say. */
final class BackendDistribution {

  private static final String DIST_INFO = ".dist-info";

  private BackendDistribution() {}

  /**
   * The distribution that the backend's module belongs to, as {@code name-version}; {@code "in the
   * tree"} and {@code "not installed"} where there is none.
   */
  static String of(BuildEnvironment environment, BuildBackend backend) throws IOException {
    if (backend.isInTree()) {
      return "in the tree";
    }
    String module = backend.object().replaceFirst(":.*", "").replace('.', '/');
    List<String> files = List.of(module + ".py,", module + "/__init__.py,");
    try (Stream<Path> records =
        Files.find(
            environment.root().resolve("lib"), 4, (path, attributes) -> path.endsWith("RECORD"))) {
      for (Path record : (Iterable<Path>) records::iterator) {
        if (Files.readAllLines(record).stream()
            .anyMatch(line -> files.stream().anyMatch(line::startsWith))) {
          String folder = record.getName(record.getNameCount() - 2).toString();
          return folder.substring(0, folder.length() - DIST_INFO.length());
        }
      }
    }
    return "not installed";
  }

  /** The version of the environment's Python. */
  static String python(BuildEnvironment environment) throws IOException {
    return new ObjectMapper()
        .readTree(environment.root().resolve("hookd-environment.json").toFile())
        .path("interpreter")
        .path("version")
        .asText();
  }
}
