package dev.hookd.frontend.source;

import dev.hookd.frontend.InvalidProjectException;
import dev.hookd.frontend.source.SeenNames.Kind;
import java.io.File;
import java.io.InputStream;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rules for an archive's entries, whatever becomes of them: what passes goes on to an {@link
 * EntrySink}, and what the archive does wrong is an error before that.
 *
 * <p>Why nothing can end up outside: names are relative and have no {@code ..}; each parent is a
 * directory that came as one, never a link; symbolic links go on last, when all of them are known
 * and each has been followed to its end on paper ({@link LinkCheck}), so that one whose way out is
 * opened by a later one is found, too (the fault of several tar readers). A name comes once, but
 * for directories: which of two counts differs between readers. Not thread-safe.
 */
final class EntryChecks {

  private static final int MAX_TOP_NAMES_SHOWN = 5;

  private final EntrySink sink;
  private final ArchiveBudget budget;
  private final ArchiveProblems problems;
  private final SeenNames seen;
  private final Map<String, String> linkTargets = new LinkedHashMap<>();
  private final Map<String, EntryName> linkNames = new LinkedHashMap<>();
  private final Map<EntryName, FileTime> directoryTimes = new LinkedHashMap<>();
  private final Set<String> topNames = new LinkedHashSet<>();
  private final byte[] buffer = new byte[16 << 10];

  EntryChecks(EntrySink sink, ArchiveBudget budget, ArchiveProblems problems) {
    this.sink = sink;
    this.budget = budget;
    this.problems = problems;
    this.seen = new SeenNames(problems);
  }

  /**
   * @param modified null to leave the time as it is
   */
  void directory(String rawName, @Nullable FileTime modified) {
    EntryName name = parse(rawName);
    budget.chargeEntry();
    if (name.isRoot()) {
      return;
    }
    makeDirectories(name, name.depth());
    if (modified != null) {
      directoryTimes.put(name, modified);
    }
  }

  /**
   * @param size the exact number of bytes that {@code content} must give
   */
  void file(
      String rawName,
      InputStream content,
      long size,
      Set<PosixFilePermission> permissions,
      @Nullable FileTime modified) {
    EntryName name = parse(rawName);
    budget.chargeEntry();
    budget.checkEntryBytes(rawName, size);
    makePlace(name, Kind.FILE);
    EntryContent exact = new EntryContent(content, name, size, problems);
    sink.file(name, exact, permissions, modified);
    exact.drain(buffer);
  }

  /** Notes a symbolic link; {@link #finish} checks it and hands it on. */
  void symbolicLink(String rawName, String target) {
    EntryName name = parse(rawName);
    budget.chargeEntry();
    if (target.isEmpty() || target.indexOf('\0') >= 0 || target.indexOf('\uFFFD') >= 0) {
      throw problems.entry(rawName, "is a symbolic link to an invalid path");
    }
    if (isAbsolute(target)) {
      throw problems.entry(rawName, "is a symbolic link to the absolute path " + Quoted.of(target));
    }
    makePlace(name, Kind.SYMLINK);
    linkTargets.put(name.path(), target);
    linkNames.put(name.path(), name);
  }

  /** A second name for a file that came earlier in the archive. */
  void hardLink(String rawName, String rawTarget) {
    if (isAbsolute(rawTarget)) {
      throw problems.entry(rawName, "is a hard link to the absolute path " + Quoted.of(rawTarget));
    }
    EntryName target = EntryName.parse(rawTarget, budget.limits(), problems);
    String targetPath = target.path();
    Kind kind = seen.kindOf(targetPath);
    if (kind == Kind.SYMLINK) {
      // A hard link to a link is that link again, but lies elsewhere: checked like any other.
      symbolicLink(rawName, linkTarget(targetPath));
      return;
    }
    EntryName name = parse(rawName);
    budget.chargeEntry();
    if (kind != Kind.FILE) {
      throw problems.entry(
          rawName,
          "is a hard link to "
              + Quoted.of(rawTarget)
              + ", which is "
              + (kind == null ? "not in the archive before it" : kind.words));
    }
    if (targetPath.equals(name.path())) {
      throw problems.entry(rawName, "is a hard link to itself");
    }
    makePlace(name, Kind.FILE);
    sink.hardLink(name, target);
  }

  /**
   * Hands on the links, then the directories' times.
   *
   * @return the name of the one top-level directory
   * @throws InvalidProjectException when there is not exactly one, or a link leads out of it, or it
   *     holds no project
   */
  String finish() {
    String top = topDirectory();
    LinkCheck check = new LinkCheck(linkTargets, seen::isDirectory);
    for (EntryName name : linkNames.values()) {
      if (check.escapes(name)) {
        throw problems.entry(
            name.path(),
            "is a symbolic link to "
                + Quoted.of(linkTarget(name.path()))
                + ", which leads out of the archive's top directory");
      }
    }
    if (!exists(top, PyprojectReader.FILE_NAME, check) && !exists(top, "setup.py", check)) {
      throw SourceTree.noProject(problems.archive() + ": its top-level directory");
    }
    linkNames.values().forEach(name -> sink.symbolicLink(name, linkTarget(name.path())));
    directoryTimes.forEach(sink::directoryTime);
    return top;
  }

  private String topDirectory() {
    if (topNames.size() != 1) {
      throw problems.archive(
          topNames.isEmpty()
              ? "holds no files"
              : "has "
                  + topNames.size()
                  + " entries at its top: "
                  + shownTopNames()
                  + "; expected the one directory {name}-{version}",
          topNames.stream().anyMatch(name -> name.endsWith(".dist-info"))
              ? "This looks like a wheel, which is built already."
              : "An sdist holds exactly one top-level directory (PEP 517, \"Source distributions\").",
          null);
    }
    String top = topNames.iterator().next();
    Kind kind = seen.kindOf(top);
    if (kind != Kind.DIRECTORY) {
      throw problems.archive(
          "has at its top "
              + (kind == null ? "nothing" : kind.words)
              + ", "
              + Quoted.of(top)
              + "; expected the directory {name}-{version}");
    }
    return top;
  }

  private boolean exists(String top, String file, LinkCheck check) {
    String end = check.end(new EntryName(List.of(top, file)));
    return end != null && seen.kindOf(end) != null;
  }

  private String linkTarget(String path) {
    return Objects.requireNonNull(linkTargets.get(path), path);
  }

  private EntryName parse(String rawName) {
    EntryName name = EntryName.parse(rawName, budget.limits(), problems);
    if (!name.isRoot()) {
      topNames.add(name.top());
    }
    return name;
  }

  private static boolean isAbsolute(String target) {
    boolean onWindows = File.separatorChar == '\\';
    return target.startsWith("/") || (onWindows && target.matches("(?s)[A-Za-z]:.*|\\\\.*"));
  }

  /** Makes the parents of a file or link, and takes its name. */
  private void makePlace(EntryName name, Kind kind) {
    if (name.isRoot()) {
      throw problems.entry("./", "is " + kind.words + "; expected a directory");
    }
    makeDirectories(name, name.depth() - 1);
    Kind earlier = seen.add(name.path(), kind);
    if (earlier == kind) {
      throw problems.entry(name.path(), "is in the archive twice");
    }
    if (earlier != null) {
      throw wasOther(name, kind, earlier);
    }
  }

  private void makeDirectories(EntryName name, int count) {
    if (count > 0 && seen.isDirectory(name.prefix(count).path())) {
      return; // the usual case, not to look at each of 64 parents of 200,000 entries
    }
    for (int i = 1; i <= count; i++) {
      EntryName prefix = name.prefix(i);
      Kind earlier = seen.add(prefix.path(), Kind.DIRECTORY);
      if (earlier == null) {
        if (i < name.depth()) {
          budget.chargeEntry();
        }
        sink.directory(prefix);
      } else if (earlier != Kind.DIRECTORY) {
        throw i == name.depth()
            ? wasOther(name, Kind.DIRECTORY, earlier)
            : problems.entry(
                name.path(),
                "lies below " + Quoted.of(prefix.path()) + ", which is " + earlier.words);
      }
    }
  }

  private InvalidProjectException wasOther(EntryName name, Kind kind, Kind earlier) {
    return problems.entry(
        name.path(), "is " + kind.words + ", and was " + earlier.words + " earlier in the archive");
  }

  private String shownTopNames() {
    StringBuilder shown = new StringBuilder();
    topNames.stream()
        .limit(MAX_TOP_NAMES_SHOWN)
        .forEach(name -> shown.append(shown.isEmpty() ? "" : ", ").append(Quoted.of(name)));
    return topNames.size() > MAX_TOP_NAMES_SHOWN
        ? shown.append(", ...").toString()
        : shown.toString();
  }
}
