package dev.hookd.frontend;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What was built.
 *
 * @param files absolute, by product; without the sdist where {@link ProductSettings#viaSdist} was
 *     wanted and the backend cannot build one, or the input is one
 * @param elapsed time spent on this project, waiting for a turn excluded
 * @param warnings what is wrong with it although it was built: metadata that differ from the
 *     prepared ones, an sdist that cannot be built on its own. The listener has been told
 * @param treeUse where the hooks ran; an sdist is unpacked to a private copy
 */
public record BuildResult(
    Map<Product, Path> files, Duration elapsed, List<String> warnings, TreeUse treeUse) {

  public BuildResult {
    files = Map.copyOf(files);
    warnings = List.copyOf(warnings);
  }
}
