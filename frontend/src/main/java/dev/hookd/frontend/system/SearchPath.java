package dev.hookd.frontend.system;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The directories of {@code PATH}. */
public final class SearchPath {

  private SearchPath() {}

  /** The executable files of this name in the directories of PATH, in their order. */
  public static List<Path> find(Map<String, String> environment, String command) {
    List<Path> found = new ArrayList<>();
    for (Path directory : directories(environment)) {
      Path file = directory.resolve(command);
      if (Files.isRegularFile(file) && Files.isExecutable(file)) {
        found.add(file);
      }
    }
    return found;
  }

  /** The directories of PATH in their order, absolute; what is no path is left out. */
  public static List<Path> directories(Map<String, String> environment) {
    List<Path> directories = new ArrayList<>();
    for (String each : environment.getOrDefault("PATH", "").split(":", -1)) {
      // An empty component means the working directory to a shell; not to us: an untrusted tree may
      // be the working directory.
      if (!each.isEmpty()) {
        try {
          directories.add(Path.of(each).toAbsolutePath());
        } catch (InvalidPathException e) {
          // not a path of this platform: a shell would find nothing there either
        }
      }
    }
    return directories;
  }
}
