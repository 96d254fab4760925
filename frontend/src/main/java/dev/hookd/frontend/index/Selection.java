package dev.hookd.frontend.index;

import dev.hookd.frontend.requirement.Version;
import java.util.List;
import java.util.Optional;

/**
 * The files of one version of a project; at least one.
 *
 * @param project normalised
 * @param sdists best first: not yanked, spelled like the version that was asked for, {@code
 *     .tar.gz} before older formats, earlier indexes before later ones
 * @param wheels best first: not yanked, with metadata beside it, for all platforms; empty unless
 *     the caller allowed wheels
 * @param indexes that were asked, without credentials
 */
public record Selection(
    String project,
    Version version,
    List<ProjectFile> sdists,
    List<ProjectFile> wheels,
    List<String> indexes) {

  public Selection {
    sdists = List.copyOf(sdists);
    wheels = List.copyOf(wheels);
    indexes = List.copyOf(indexes);
    if (sdists.isEmpty() && wheels.isEmpty()) {
      throw new IllegalArgumentException("a selection has a file");
    }
  }

  /** The best sdist; empty where there are wheels only. */
  public Optional<ProjectFile> sdist() {
    return sdists.stream().findFirst();
  }

  /** The best sdist, else the best wheel. */
  public ProjectFile best() {
    return sdists.isEmpty() ? wheels.get(0) : sdists.get(0);
  }

  /** The best wheel whose metadata {@link PackageIndex#coreMetadata} can fetch alone. */
  public Optional<ProjectFile> wheelWithMetadata() {
    return wheels.stream().filter(wheel -> wheel.coreMetadata().isPresent()).findFirst();
  }
}
