package dev.hookd.frontend.index;

import dev.hookd.frontend.requirement.Version;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

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

  /** The best sdist, else the best wheel; a yanked one only where there is nothing else. */
  public ProjectFile best() {
    return files().min(Comparator.comparing(file -> file.yanked().isPresent())).orElseThrow();
  }

  /**
   * The best wheel whose metadata {@link PackageIndex#coreMetadata} can fetch alone; a yanked one
   * only where there is nothing else.
   */
  public Optional<ProjectFile> wheelWithMetadata() {
    boolean allAreYanked = files().allMatch(file -> file.yanked().isPresent());
    return wheels.stream()
        .filter(wheel -> wheel.coreMetadata().isPresent())
        .filter(wheel -> allAreYanked || wheel.yanked().isEmpty())
        .findFirst();
  }

  private Stream<ProjectFile> files() {
    return Stream.concat(sdists.stream(), wheels.stream());
  }
}
