package dev.hookd.frontend.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The rule of PEP 517 on {@code backend-path}: relative, and inside the source tree once relative
 * parts and symbolic links are resolved.
 */
final class BackendPath {

  private BackendPath() {}

  /**
   * What is wrong with an entry, as the rest of a sentence; null when nothing is.
   *
   * @param root the real path of the source tree
   */
  static @Nullable String problem(Path root, String entry) {
    if (entry.isEmpty()) {
      return "which is empty";
    }
    Path relative;
    try {
      relative = Path.of(entry);
    } catch (InvalidPathException e) {
      return "which is no path here: " + e.getReason();
    }
    if (relative.isAbsolute() || entry.startsWith("/")) {
      return "which is absolute";
    }
    Path real;
    try {
      real = root.resolve(relative).toRealPath();
    } catch (IOException e) {
      // The lexical answer names the graver fault first: whether it exists outside is no business.
      return root.resolve(relative).normalize().startsWith(root)
          ? "which does not exist"
          : "which leads out of the source tree";
    }
    if (!real.startsWith(root)) { // by components: "../pkg-evil" does not pass for "pkg"
      return "which leads out of the source tree, to " + real;
    }
    return Files.isDirectory(real) ? null : "which is not a directory";
  }
}
