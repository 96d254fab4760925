package dev.hookd.frontend;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What a project needs to be built.
 *
 * @param declared {@code build-system.requires}, or its default (PEP 518)
 * @param extra what the {@code get_requires_for_build_*} hook of each wanted product asks for on
 *     top; an empty list where the backend does not define the hook (PEP 517)
 * @param elapsed time spent on this project, waiting for a turn excluded
 */
public record RequirementsResult(
    List<String> declared, Map<Product, List<String>> extra, Duration elapsed) {

  public RequirementsResult {
    declared = List.copyOf(declared);
    extra = Map.copyOf(extra);
  }
}
