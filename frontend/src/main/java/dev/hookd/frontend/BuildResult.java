package dev.hookd.frontend;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What was built.
 *
 * @param files absolute, by product; without the sdist where {@link ProductSettings#viaSdist} was
 *     wanted and the backend cannot build one
 * @param warnings what is wrong with it although it was built: metadata that differ from the
 *     prepared ones, an sdist that cannot be built on its own. The listener has been told
 * @param treeUse where the hooks ran
 */
public record BuildResult(
    Map<Product, Path> files, Duration elapsed, List<String> warnings, TreeUse treeUse) {

  public BuildResult {
    files = Map.copyOf(files);
    warnings = List.copyOf(warnings);
  }
}
