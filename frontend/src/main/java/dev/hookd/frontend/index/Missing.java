package dev.hookd.frontend.index;

import dev.hookd.frontend.DistributionNotFoundException;
import dev.hookd.frontend.IndexException.Request;
import dev.hookd.frontend.requirement.Version;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Says what is not there, and what is there instead. */
final class Missing {

  /** How many versions a message names. */
  private static final int SHOWN = 10;

  private Missing() {}

  static DistributionNotFoundException file(Path path) {
    return new DistributionNotFoundException(
        "there is no file " + path, new Request(path.toString(), 0, 0), null, List.of(), List.of());
  }

  static DistributionNotFoundException project(String project, List<String> indexes) {
    return failure(
        "there is no project " + project + where(indexes),
        indexes.isEmpty()
            ? "name an index, or a directory of files as find-links"
            : "check the name, and the index it is on",
        indexes,
        List.of());
  }

  /**
   * @param versions that exist, newest first
   */
  static DistributionNotFoundException version(
      String project, Version version, List<String> indexes, List<Version> versions) {
    return failure(
        project
            + " has no version "
            + version
            + where(indexes)
            + (versions.isEmpty() ? ", nor any other" : "; there are " + near(version, versions)),
        versions.stream()
            .filter(other -> other.publicVersion().equals(version))
            .findFirst()
            .map(local -> "with its local part it is " + project + "==" + local)
            .orElse(null),
        indexes,
        versions);
  }

  static DistributionNotFoundException files(
      String project,
      Version version,
      List<String> indexes,
      List<Version> versions,
      boolean wheels) {
    return failure(
        project
            + " "
            + version
            + " has no sdist"
            + where(indexes)
            + (wheels ? ", only wheels" : ""),
        wheels ? "metadata can be had with --allow-wheels, though not with --policy build" : null,
        indexes,
        versions);
  }

  private static DistributionNotFoundException failure(
      String message, @Nullable String hint, List<String> indexes, List<Version> versions) {
    return new DistributionNotFoundException(
        message,
        new Request(indexes.isEmpty() ? "" : indexes.get(0), 0, 0),
        hint,
        indexes,
        versions.stream().map(Version::toString).toList());
  }

  private static String where(List<String> indexes) {
    return indexes.isEmpty() ? ": no index was asked" : " on " + String.join(", ", indexes);
  }

  /** Those around the one that was wanted. */
  private static String near(Version wanted, List<Version> versions) {
    int at = Collections.binarySearch(versions, wanted, Collections.reverseOrder());
    int from = Math.max(0, Math.min(-at - 1 - SHOWN / 2, versions.size() - SHOWN));
    int to = Math.min(versions.size(), from + SHOWN);
    return (from > 0 ? "..., " : "")
        + String.join(", ", versions.subList(from, to).stream().map(Version::toString).toList())
        + (to < versions.size() ? ", ..." : "");
  }
}
