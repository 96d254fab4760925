package dev.hookd.frontend.index;

import dev.hookd.frontend.requirement.ProjectName;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The name of an sdist's or a wheel's file, taken apart.
 *
 * @param kind what it is
 * @param version as it is written; empty where an sdist's name has none
 * @param extension with its dot
 * @param universal of a wheel: it runs on every platform with every Python 3
 */
record DistributionName(Kind kind, String version, String extension, boolean universal) {

  enum Kind {
    SDIST,
    WHEEL
  }

  /** Best first: the one that PEP 625 asks for, then those that pip can read. */
  static final List<String> SDISTS = List.of(".tar.gz", ".zip", ".tgz", ".tar.bz2", ".tar.xz");

  private static final int MAX_BYTES = 255;

  /**
   * Takes a name apart.
   *
   * @param project whose file it is: an old sdist's name does not say where the version begins
   * @return empty for what is neither an sdist nor a wheel of this project
   */
  static Optional<DistributionName> parse(String fileName, String project) {
    if (!isPlain(fileName)) {
      return Optional.empty();
    }
    if (fileName.endsWith(".whl")) {
      return wheel(fileName.substring(0, fileName.length() - 4), project);
    }
    String extension = sdistExtension(fileName);
    if (extension == null) {
      return Optional.empty();
    }
    String stem = fileName.substring(0, fileName.length() - extension.length());
    String wanted = ProjectName.normalize(project);
    for (int dash = stem.indexOf('-'); dash > 0; dash = stem.indexOf('-', dash + 1)) {
      if (ProjectName.normalize(stem.substring(0, dash)).equals(wanted)) {
        return Optional.of(
            new DistributionName(Kind.SDIST, stem.substring(dash + 1), extension, false));
      }
    }
    return Optional.empty();
  }

  /** Whether an archive of this name is an sdist or a wheel, of whatever project. */
  static boolean isDistribution(String fileName) {
    return isPlain(fileName) && (fileName.endsWith(".whl") || sdistExtension(fileName) != null);
  }

  /** {@code name-version(-build)?-python-abi-platform} (the binary distribution format). */
  private static Optional<DistributionName> wheel(String stem, String project) {
    String[] parts = stem.split("-", -1);
    boolean shaped =
        parts.length == 5
            || (parts.length == 6 && !parts[2].isEmpty() && Character.isDigit(parts[2].charAt(0)));
    if (!shaped || !ProjectName.normalize(parts[0]).equals(ProjectName.normalize(project))) {
      return Optional.empty();
    }
    String[] tags = {parts[parts.length - 3], parts[parts.length - 2], parts[parts.length - 1]};
    boolean universal =
        List.of(tags[0].split("\\.")).contains("py3")
            && tags[1].equals("none")
            && tags[2].equals("any");
    return Optional.of(new DistributionName(Kind.WHEEL, parts[1], ".whl", universal));
  }

  private static @Nullable String sdistExtension(String fileName) {
    String lower = fileName.toLowerCase(Locale.ROOT);
    return SDISTS.stream().filter(lower::endsWith).findFirst().orElse(null);
  }

  /** It becomes a file's name here, and comes from a stranger's page. */
  static boolean isPlain(String fileName) {
    return !fileName.startsWith(".")
        && fileName.length() <= MAX_BYTES
        && fileName.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '/' && c != '\\');
  }
}
