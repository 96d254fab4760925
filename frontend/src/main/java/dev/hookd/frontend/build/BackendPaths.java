package dev.hookd.frontend.build;

import dev.hookd.frontend.InvalidProjectException;
import dev.hookd.protocol.BuildBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The {@code backend-path} of a backend that the person who builds has named. */
final class BackendPaths {

  private BackendPaths() {}

  /**
   * The same backend; what of its path leads out of the tree, and may, is absolute, so that it is
   * found from the tree of an sdist as well; the rest is relative. What leads out and may not is
   * left as it is, for the daemon to refuse.
   *
   * @throws InvalidProjectException if such a directory is not there
   */
  static BuildBackend fixed(BuildBackend backend, Path tree) {
    if (!backend.pathMayLeaveTree()) {
      return backend;
    }
    List<String> fixed = new ArrayList<>();
    for (String entry : backend.path()) {
      Path directory = real(tree, entry);
      fixed.add(
          (directory.startsWith(tree)
                  ? Path.of(".").resolve(tree.relativize(directory))
                  : directory)
              .toString());
    }
    return new BuildBackend(backend.object(), fixed, true);
  }

  private static Path real(Path tree, String entry) {
    Path directory;
    try {
      directory = tree.resolve(entry);
    } catch (InvalidPathException e) {
      throw new InvalidProjectException(
          "backend-path: '%s' is no path here: %s".formatted(entry, e.getReason()), null, e);
    }
    if (!Files.isDirectory(directory)) {
      throw new InvalidProjectException(
          "backend-path: there is no directory " + directory.normalize(),
          "relative paths begin at the source tree",
          null);
    }
    try {
      return directory.toRealPath();
    } catch (IOException e) {
      throw new InvalidProjectException("backend-path: %s: %s".formatted(directory, e), null, e);
    }
  }
}
