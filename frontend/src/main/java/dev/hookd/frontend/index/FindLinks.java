package dev.hookd.frontend.index;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** Files outside of indexes: a directory's, or those that some page links to. */
final class FindLinks {

  private FindLinks() {}

  /** The URL, when it is a page. */
  static Optional<URI> page(String location) {
    return location.contains("://")
        ? Urls.resolve(null, location).filter(Urls::isHttp)
        : Optional.empty();
  }

  /** For people. */
  static String shown(String location) {
    return page(location).map(Urls::shown).orElse(location);
  }

  /**
   * The project's files in a directory.
   *
   * @throws IOException when there is none, or it cannot be read
   */
  static ProjectPage directory(String location, String project) throws IOException {
    List<ProjectFile> files = new ArrayList<>();
    try (Stream<Path> entries = Files.list(path(location))) {
      for (Path entry : entries.sorted().toList()) {
        String name = entry.getFileName().toString();
        if (DistributionName.parse(name, project).isPresent() && Files.isRegularFile(entry)) {
          files.add(
              new ProjectFile(
                  name,
                  entry.toUri(),
                  Map.of(),
                  Optional.empty(),
                  Optional.empty(),
                  OptionalLong.of(Files.size(entry)),
                  Optional.empty(),
                  Optional.empty(),
                  location));
        }
      }
    }
    return new ProjectPage(location, files, List.of());
  }

  private static Path path(String location) throws IOException {
    try {
      Path path = location.startsWith("file:") ? Path.of(URI.create(location)) : Path.of(location);
      return path.toAbsolutePath();
    } catch (IllegalArgumentException e) {
      throw new IOException("it is neither a path nor a URL: " + location, e);
    }
  }
}
