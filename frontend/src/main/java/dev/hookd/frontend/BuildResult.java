package dev.hookd.frontend;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * What was built.
 *
 * @param files absolute, by product
 */
public record BuildResult(Map<Product, Path> files, Duration elapsed) {

  public BuildResult {
    files = Map.copyOf(files);
  }
}
