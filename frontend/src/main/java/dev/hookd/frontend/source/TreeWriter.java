package dev.hookd.frontend.source;

import dev.hookd.client.HookdException;
import dev.hookd.frontend.InvalidProjectException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes the entries of an archive into an empty private directory, so that nothing can end up
 * outside.
 *
 * <p>How: it keeps in memory what it has made. A parent of an entry must be a directory that it
 * made itself, and a file is always created new, so no write ever follows a link, not even one that
 * the archive brought. Symbolic links are made last, when all of them are known and each has been
 * followed to its end on paper ({@link LinkCheck}): one whose way out is opened by a later one is
 * found, too (the fault of several tar readers).
 *
 * <p>Two names that this file system takes for one (case, Unicode normalisation) show as a file
 * that exists though it was never made; that is refused rather than guessed at.
 *
 * <p>Failures of the archive are {@link InvalidProjectException}; failures to write (a full disk)
 * are {@link UncheckedIOException}. Not thread-safe.
 */
final class TreeWriter {

  private enum Kind {
    DIRECTORY("a directory"),
    FILE("a file"),
    SYMLINK("a symbolic link");

    private final String words;

    Kind(String words) {
      this.words = words;
    }
  }

  private static final int MAX_TOP_NAMES_SHOWN = 5;

  private final Path directory;
  private final ArchiveBudget budget;
  private final ArchiveProblems problems;
  private final boolean posix;
  private final Map<String, Kind> made = new LinkedHashMap<>();
  private final Map<String, String> linkTargets = new LinkedHashMap<>();
  private final Map<String, EntryName> linkNames = new LinkedHashMap<>();
  private final Map<Path, FileTime> directoryTimes = new LinkedHashMap<>();
  private final Set<String> topNames = new LinkedHashSet<>();
  private final byte[] buffer = new byte[64 << 10];

  TreeWriter(Path directory, ArchiveBudget budget, ArchiveProblems problems) {
    this.directory = directory;
    this.budget = budget;
    this.problems = problems;
    this.posix = PrivateDirectory.isPosix(directory.getFileSystem());
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
    Path path = makeDirectories(name, name.depth());
    if (modified != null) {
      directoryTimes.put(path, modified); // set at the end: files written into it change it
    }
  }

  /**
   * @param size the exact number of bytes that {@code content} must give
   * @param permissions set as they are, whatever the umask; ignored where there are none
   * @param modified null to leave the time as it is
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
    Path path = makePlace(name, Kind.FILE);
    write(name, path, content, size);
    setAttributes(path, permissions, modified);
  }

  /** Notes a symbolic link; {@link #finish} checks and makes it. */
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
    Kind kind = made.get(targetPath);
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
    Path path = makePlace(name, Kind.FILE);
    try {
      Files.createLink(path, target.under(directory));
    } catch (FileAlreadyExistsException e) {
      throw collision(name, e);
    } catch (UnsupportedOperationException | IOException e) {
      copy(target.under(directory), path, e);
    }
  }

  /**
   * Makes the links, then sets the directories' times.
   *
   * @return the one top-level directory
   * @throws InvalidProjectException when there is not exactly one, or a link leads out of it
   */
  Path finish() {
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
    Kind kind = made.get(top);
    if (kind != Kind.DIRECTORY) {
      throw problems.archive(
          "has at its top "
              + (kind == null ? "nothing" : kind.words)
              + ", "
              + Quoted.of(top)
              + "; expected the directory {name}-{version}");
    }
    LinkCheck check = new LinkCheck(linkTargets);
    for (EntryName name : linkNames.values()) {
      if (check.escapes(name)) {
        throw problems.entry(
            name.path(),
            "is a symbolic link to "
                + Quoted.of(linkTarget(name.path()))
                + ", which leads out of the archive's top directory");
      }
    }
    linkNames.values().forEach(this::makeSymbolicLink);
    directoryTimes.forEach(this::setTime);
    return directory.resolve(top);
  }

  private String linkTarget(String path) {
    String target = linkTargets.get(path);
    if (target == null) {
      throw new IllegalStateException("no link was noted at " + path);
    }
    return target;
  }

  private EntryName parse(String rawName) {
    EntryName name = EntryName.parse(rawName, budget.limits(), problems);
    if (!name.isRoot()) {
      topNames.add(name.top());
    }
    return name;
  }

  private static boolean isAbsolute(String target) {
    return target.startsWith("/") || (onWindows() && target.matches("(?s)[A-Za-z]:.*|\\\\.*"));
  }

  private static boolean onWindows() {
    return File.separatorChar == '\\';
  }

  /** Makes the parents and frees the place of a file or link that an earlier entry took. */
  private Path makePlace(EntryName name, Kind kind) {
    if (name.isRoot()) {
      throw problems.entry("./", "is " + kind.words + "; expected a directory");
    }
    Path parent = makeDirectories(name, name.depth() - 1);
    Path path = parent.resolve(name.components().get(name.depth() - 1));
    String key = name.path();
    Kind earlier = made.put(key, kind);
    if (earlier == null) {
      return path;
    }
    if (earlier == Kind.DIRECTORY || (earlier == Kind.SYMLINK && kind == Kind.FILE)) {
      // tarfile would write through the link; no sdist needs that.
      throw problems.entry(
          key, "is " + kind.words + ", and was " + earlier.words + " earlier in the archive");
    }
    if (earlier == Kind.SYMLINK) {
      linkTargets.remove(key);
      linkNames.remove(key);
    } else {
      delete(path); // the later entry counts, as with Python's tarfile and zipfile
    }
    return path;
  }

  private Path makeDirectories(EntryName name, int count) {
    Path path = directory;
    for (int i = 1; i <= count; i++) {
      EntryName prefix = name.prefix(i);
      path = path.resolve(name.components().get(i - 1));
      Kind earlier = made.putIfAbsent(prefix.path(), Kind.DIRECTORY);
      if (earlier == null) {
        if (i < name.depth()) {
          budget.chargeEntry();
        }
        makeDirectory(prefix, path);
      } else if (earlier != Kind.DIRECTORY) {
        throw problems.entry(
            name.path(),
            i == name.depth()
                ? "is a directory, and was " + earlier.words + " earlier in the archive"
                : "lies below " + Quoted.of(prefix.path()) + ", which is " + earlier.words);
      }
    }
    return path;
  }

  private void makeDirectory(EntryName name, Path path) {
    try {
      Files.createDirectory(path);
    } catch (FileAlreadyExistsException e) {
      throw collision(name, e);
    } catch (IOException e) {
      throw cannotWrite(path, e);
    }
  }

  private void write(EntryName name, Path path, InputStream content, long size) {
    try (WritableByteChannel out =
        Files.newByteChannel(
            path,
            Set.of(
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.WRITE,
                LinkOption.NOFOLLOW_LINKS))) {
      long left = size;
      while (true) {
        int read = read(content);
        if (read < 0) {
          break;
        }
        left -= read;
        if (left < 0) {
          throw problems.entry(name.path(), "has more than the " + size + " bytes it announces");
        }
        ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, read);
        while (bytes.hasRemaining()) {
          out.write(bytes);
        }
      }
      if (left > 0) {
        throw problems.entry(name.path(), "has " + (size - left) + " bytes; it announces " + size);
      }
    } catch (FileAlreadyExistsException e) {
      throw collision(name, e);
    } catch (IOException e) {
      throw cannotWrite(path, e);
    }
  }

  /** Reading fails for the archive's reasons, writing for the disk's: they must not be mixed up. */
  private int read(InputStream content) {
    try {
      return content.read(buffer, 0, buffer.length);
    } catch (IOException e) {
      throw problems.damaged(e);
    } catch (HookdException e) {
      throw e;
    } catch (RuntimeException e) {
      throw problems.damaged(e); // commons-compress: some damaged archives fail its own checks
    }
  }

  private void copy(Path from, Path to, Exception linkFailure) {
    try {
      Files.copy(from, to, LinkOption.NOFOLLOW_LINKS, StandardCopyOption.COPY_ATTRIBUTES);
    } catch (IOException e) {
      e.addSuppressed(linkFailure);
      throw cannotWrite(to, e);
    }
  }

  private void makeSymbolicLink(EntryName name) {
    Path path = name.under(directory);
    try {
      Files.createSymbolicLink(path, Path.of(linkTarget(name.path())));
    } catch (FileAlreadyExistsException e) {
      throw collision(name, e);
    } catch (InvalidPathException e) {
      throw problems.entry(
          name.path(), "is a symbolic link to an invalid path: " + e.getReason(), null, e);
    } catch (UnsupportedOperationException e) {
      throw problems.entry(
          name.path(), "is a symbolic link, which this file system does not have", null, e);
    } catch (IOException e) {
      throw cannotWrite(path, e);
    }
  }

  private void setAttributes(
      Path path, Set<PosixFilePermission> permissions, @Nullable FileTime modified) {
    try {
      if (posix) {
        PosixFileAttributeView view =
            Files.getFileAttributeView(
                path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        view.setPermissions(permissions);
      }
    } catch (IOException e) {
      throw cannotWrite(path, e);
    }
    if (modified != null) {
      setTime(path, modified);
    }
  }

  private void setTime(Path path, FileTime modified) {
    try {
      Files.getFileAttributeView(path, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
          .setTimes(modified, null, null);
    } catch (IOException e) {
      throw cannotWrite(path, e);
    }
  }

  private void delete(Path path) {
    try {
      Files.delete(path);
    } catch (IOException e) {
      throw cannotWrite(path, e);
    }
  }

  private InvalidProjectException collision(EntryName name, IOException cause) {
    return problems.entry(
        name.path(),
        "differs from an earlier one only in case or Unicode form, and this file system takes the"
            + " two for one",
        "Unpack on a case-sensitive file system.",
        cause);
  }

  private UncheckedIOException cannotWrite(Path path, IOException cause) {
    return new UncheckedIOException(
        "cannot write " + path + " while unpacking " + problems.archive(), cause);
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
