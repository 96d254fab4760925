package dev.hookd.frontend.build;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Everything below a directory as it was at one moment, by path relative to it; the directory
 * itself has the empty path. Immutable.
 */
final class TreeState {

  /**
   * @param what kind, mode, and the SHA-256 of a file or the target of a link
   * @param inode which one, and the time of its last change ({@code st_ctime}), which no program
   *     can set: a file with the same ones has the same bytes
   */
  private record Entry(String what, FileTime modified, String inode) {

    boolean isDirectory() {
      return what.startsWith("directory ");
    }

    /** A directory's time says that something was made in it, which is a change of its own. */
    boolean isUnchangedIn(@Nullable Entry now) {
      return now != null && what.equals(now.what) && (isDirectory() || hasTimeOf(now));
    }

    boolean hasTimeOf(Entry now) {
      return modified.equals(now.modified);
    }
  }

  private final Path root;
  private final SortedMap<String, Entry> entries;

  private TreeState(Path root, SortedMap<String, Entry> entries) {
    this.root = root;
    this.entries = entries;
  }

  static TreeState of(Path root) throws IOException {
    return new TreeState(root, Collections.emptySortedMap()).now();
  }

  /** The present state of the same directory. Files that this state knows are not read again. */
  TreeState now() throws IOException {
    SortedMap<String, Entry> present = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(root)) {
      for (Path path : (Iterable<Path>) paths::iterator) {
        String relative = root.relativize(path).toString();
        present.put(relative, entry(path, entries.get(relative)));
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return new TreeState(root, present);
  }

  private static Entry entry(Path path, @Nullable Entry known) throws IOException {
    PosixFileAttributes attributes =
        Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    FileTime modified = attributes.lastModifiedTime();
    String inode =
        attributes.fileKey()
            + " "
            + Files.getAttribute(path, "unix:ctime", LinkOption.NOFOLLOW_LINKS);
    if (known != null && known.inode.equals(inode) && !known.isDirectory()) {
      return new Entry(known.what, modified, inode);
    }
    String mode = PosixFilePermissions.toString(attributes.permissions());
    String what;
    if (attributes.isSymbolicLink()) {
      what = "link to " + Files.readSymbolicLink(path);
    } else if (attributes.isDirectory()) {
      what = "directory " + mode;
    } else if (attributes.isRegularFile()) {
      what = "file " + mode + " " + Sha256.of(content(path));
    } else {
      what = "special " + mode;
    }
    return new Entry(what, modified, inode);
  }

  private static byte[] content(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    return file.toString().endsWith(".pyc") ? ByteCode.identity(bytes) : bytes;
  }

  /** All paths, what lies in a directory before it, so that they can be deleted in this order. */
  List<String> pathsInnermostFirst() {
    return entries.keySet().stream().sorted(Comparator.reverseOrder()).toList();
  }

  /** Each path with what it is, without times. */
  SortedMap<String, String> contents() {
    SortedMap<String, String> contents = new TreeMap<>();
    entries.forEach((path, entry) -> contents.put(path, entry.what));
    return contents;
  }

  /** What is added, removed or changed in {@code after}, by path; times do not count. */
  SortedMap<String, String> changesTo(TreeState after) {
    SortedMap<String, String> before = contents();
    SortedMap<String, String> changes = new TreeMap<>();
    after
        .contents()
        .forEach(
            (path, what) -> {
              String earlier = before.remove(path);
              if (earlier == null) {
                changes.put(path, "added: " + what);
              } else if (!earlier.equals(what)) {
                changes.put(path, "changed: " + what);
              }
            });
    before.keySet().forEach(path -> changes.put(path, "removed"));
    return changes;
  }

  /**
   * Whether nothing that was there has been changed or removed, so that {@link #undo} is enough.
   */
  boolean isAllIn(TreeState after) {
    return entries.entrySet().stream()
        .allMatch(entry -> entry.getValue().isUnchangedIn(after.entries.get(entry.getKey())));
  }

  /**
   * Deletes what {@code after} has and this state has not, and sets the directories' times back.
   */
  void undo(TreeState after) throws IOException {
    for (String path : after.pathsInnermostFirst()) {
      if (!entries.containsKey(path)) {
        Files.delete(root.resolve(path));
      }
    }
    restoreDirectoryTimes();
  }

  /**
   * An archive need not say when its directories were made, and a new file changes its directory.
   */
  void restoreDirectoryTimes() throws IOException {
    for (var entry : entries.entrySet()) {
      if (entry.getValue().isDirectory()) {
        Files.setLastModifiedTime(root.resolve(entry.getKey()), entry.getValue().modified);
      }
    }
  }

  /** Whether the two are equal, times included. */
  boolean looksLike(TreeState other) {
    return contents().equals(other.contents())
        && entries.entrySet().stream()
            .allMatch(
                entry -> {
                  Entry others = other.entries.get(entry.getKey());
                  return others != null && entry.getValue().hasTimeOf(others);
                });
  }
}
