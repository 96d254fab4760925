package dev.hookd.frontend.source;

import java.text.Normalizer;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The paths that an archive has used so far. Paths that differ only in case or in the Unicode form
 * of a letter are one file on some systems and two on others; so an archive may have one of them
 * only, wherever it is read.
 */
final class SeenNames {

  enum Kind {
    DIRECTORY("a directory"),
    FILE("a file"),
    SYMLINK("a symbolic link");

    final String words;

    Kind(String words) {
      this.words = words;
    }
  }

  private record Seen(String path, Kind kind) {}

  private final Map<String, Seen> byFoldedPath = new HashMap<>();
  private final ArchiveProblems problems;

  SeenNames(ArchiveProblems problems) {
    this.problems = problems;
  }

  /** What came under exactly this path; null for nothing. */
  @Nullable Kind kindOf(String path) {
    Seen seen = byFoldedPath.get(fold(path));
    return seen != null && seen.path.equals(path) ? seen.kind : null;
  }

  boolean isDirectory(String path) {
    return kindOf(path) == Kind.DIRECTORY;
  }

  /**
   * Notes a path.
   *
   * @return what it was before, in which case nothing is noted; null when it is new
   */
  @Nullable Kind add(String path, Kind kind) {
    Seen earlier = byFoldedPath.putIfAbsent(fold(path), new Seen(path, kind));
    if (earlier == null) {
      return null;
    }
    if (!earlier.path.equals(path)) {
      throw problems.entry(
          path,
          "differs from "
              + Quoted.of(earlier.path)
              + " only in case or Unicode form; on some file systems the two are one");
    }
    return earlier.kind;
  }

  /** Letter by letter, as file systems do it: a sharp s is not two letters there. */
  private static String fold(String path) {
    if (path.chars().allMatch(c -> c < 0x80)) {
      return path.toLowerCase(Locale.ROOT);
    }
    StringBuilder folded = new StringBuilder(path.length());
    Normalizer.normalize(path, Normalizer.Form.NFD)
        .codePoints()
        .map(c -> Character.toLowerCase(Character.toUpperCase(c)))
        .forEach(folded::appendCodePoint);
    return folded.toString();
  }
}
