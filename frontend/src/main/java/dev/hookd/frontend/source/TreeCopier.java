package dev.hookd.frontend.source;

import dev.hookd.frontend.InvalidProjectException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Copies a source tree so that a build in the copy goes as in the original and does not touch it.
 *
 * <p>The pool's {@code TreeCopy}, which is for comparing, refuses a link that would lead elsewhere
 * in a copy; here it is written anew. Not thread-safe.
 */
final class TreeCopier extends SimpleFileVisitor<Path> {

  private final Path from;
  private final Path to;
  private final Path excluded;
  private final CopyLimits limits;
  private final Consumer<String> warnings;
  private final boolean posix;
  private long entries;
  private long bytes;

  /**
   * @param from real
   * @param to does not exist yet, in a real directory
   * @param excluded a directory that is left out where the walk comes to it
   */
  TreeCopier(Path from, Path to, Path excluded, CopyLimits limits, Consumer<String> warnings) {
    this.from = from;
    this.to = to;
    this.excluded = excluded;
    this.limits = limits;
    this.warnings = warnings;
    this.posix =
        PrivateDirectory.isPosix(from.getFileSystem())
            && PrivateDirectory.isPosix(to.getFileSystem());
  }

  /**
   * Copies everything.
   *
   * @throws InvalidProjectException when it has more than the limits allow
   */
  void copy() throws IOException {
    Files.walkFileTree(from, this);
  }

  @Override
  public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
      throws IOException {
    if (directory.equals(excluded)) {
      return FileVisitResult.SKIP_SUBTREE;
    }
    count(0);
    // Its own permissions may forbid writing, and come when its entries are there.
    Files.createDirectory(target(directory));
    return FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
    count(attributes.isRegularFile() ? attributes.size() : 0);
    try {
      if (attributes.isSymbolicLink()) {
        Files.createSymbolicLink(target(file), linkTarget(file));
        setTime(target(file), attributes.lastModifiedTime());
      } else if (attributes.isRegularFile()) {
        Files.copy(file, target(file), LinkOption.NOFOLLOW_LINKS);
        copyAttributes(file, attributes.lastModifiedTime());
      } else {
        warn(file, "it is a device, FIFO or socket");
      }
    } catch (NoSuchFileException e) {
      vanished(file, e);
    }
    return FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
    if (file.equals(from) || !(failure instanceof NoSuchFileException)) {
      throw failure;
    }
    vanished(file, failure);
    return FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
      throws IOException {
    if (failure != null) {
      throw failure;
    }
    try {
      copyAttributes(directory, Files.getLastModifiedTime(directory, LinkOption.NOFOLLOW_LINKS));
    } catch (NoSuchFileException e) {
      vanished(directory, e);
    }
    return FileVisitResult.CONTINUE;
  }

  /**
   * What the link's copy says: the same, where that leads to the same place or its copy; the copy
   * of what it leads to, where that is in the tree, whichever way it goes; else the original way.
   */
  private Path linkTarget(Path link) throws IOException {
    Path aim = Files.readSymbolicLink(link);
    if (!aim.isAbsolute() && link.resolveSibling(aim).normalize().startsWith(from)) {
      return aim; // if it leaves the tree, then through another link, which is copied as well
    }
    Path end;
    try {
      end = link.toRealPath();
    } catch (IOException e) { // it leads nowhere
      end = aim.normalize();
    }
    if (end.startsWith(from) && !end.startsWith(excluded)) {
      return target(end);
    }
    return link.resolveSibling(aim); // not normalised: a part of it may be a link
  }

  private void copyAttributes(Path source, FileTime modified) throws IOException {
    Path copy = target(source);
    if (posix) {
      Files.getFileAttributeView(copy, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
          .setPermissions(Files.getPosixFilePermissions(source, LinkOption.NOFOLLOW_LINKS));
    }
    setTime(copy, modified);
  }

  private static void setTime(Path copy, FileTime modified) throws IOException {
    Files.getFileAttributeView(copy, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
        .setTimes(modified, null, null);
  }

  private void count(long size) throws ClosedByInterruptException {
    if (Thread.currentThread().isInterrupted()) {
      throw new ClosedByInterruptException(); // as everybody who reads from a channel
    }
    entries++;
    bytes += size;
    if (entries > limits.maxEntries()) {
      throw tooMuch(limits.maxEntries() + " entries");
    }
    if (bytes > limits.maxBytes()) {
      throw tooMuch(limits.maxBytes() + " bytes");
    }
  }

  private InvalidProjectException tooMuch(String limit) {
    return new InvalidProjectException(
        from + " has more than the " + limit + " that a private copy may have",
        "Build it where it is, or raise the limit.",
        null);
  }

  /** Somebody else works in the tree, or else its parent directory could not be read either. */
  private void vanished(Path path, IOException failure) throws IOException {
    if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      throw failure;
    }
    warn(path, "it vanished meanwhile");
  }

  private void warn(Path path, String reason) {
    warnings.accept(path + " was not copied: " + reason);
  }

  private Path target(Path source) {
    return to.resolve(from.relativize(source).toString());
  }
}
