package dev.hookd.pool;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Copies a directory so that a hook sees the same in the copy: contents, permissions, times of
 * modification as exact as the file system keeps them, symbolic links as they are. Hard links
 * become files of their own, for what is written to one must not reach the other tree.
 */
final class TreeCopy extends SimpleFileVisitor<Path> {

  /** What may be copied at most; a tree with more is not verified. */
  record Limits(int entries, long bytes) {
    static final Limits DEFAULT = new Limits(50_000, 256L << 20);
    static final Limits NONE = new Limits(Integer.MAX_VALUE, Long.MAX_VALUE);
  }

  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rwx------");

  private final Path given;
  private final Path from;
  private final Path to;
  private final Limits limits;
  private final CancelSignal cancel;
  private int entries;
  private long bytes;
  private @Nullable NotVerifiedException refusal;

  private TreeCopy(Path given, Path to, Limits limits, CancelSignal cancel) throws IOException {
    this.given = given.normalize();
    this.from = given.toRealPath(); // a link to the tree, copied as one, would lead back to it
    this.to = to;
    this.limits = limits;
    this.cancel = cancel;
  }

  /**
   * Copies the directory and all that is in it.
   *
   * @param from absolute
   * @param to does not exist yet
   * @throws NotVerifiedException if the copy would not be alike, would be too large, or is not
   *     wanted any more; a part of it may be there then
   */
  static void copy(Path from, Path to, Limits limits, CancelSignal cancel)
      throws IOException, NotVerifiedException {
    TreeCopy copy = new TreeCopy(from, to, limits, cancel);
    Files.walkFileTree(copy.from, copy);
    if (copy.refusal != null) {
      throw copy.refusal;
    }
  }

  @Override
  public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
      throws IOException {
    if (isRefused(directory, 0)) {
      return FileVisitResult.TERMINATE;
    }
    Files.createDirectory(target(directory));
    // Whatever the directory's own permissions are to be: its entries come first.
    Files.setPosixFilePermissions(target(directory), OWNER_ONLY);
    return FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
    if (isRefused(file, attributes.isRegularFile() ? attributes.size() : 0)) {
      return FileVisitResult.TERMINATE;
    }
    if (attributes.isSymbolicLink()) {
      return copyLink(file, attributes.lastModifiedTime());
    } else if (!attributes.isRegularFile()) {
      return refuse(NotVerifiedException.skipped(shown(file) + " is no file and no directory"));
    }
    Files.copy(file, target(file), LinkOption.NOFOLLOW_LINKS);
    copyAttributes(file, attributes.lastModifiedTime());
    return FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
      throws IOException {
    if (failure != null) {
      throw failure;
    }
    copyAttributes(directory, Files.getLastModifiedTime(directory, LinkOption.NOFOLLOW_LINKS));
    return FileVisitResult.CONTINUE;
  }

  /** A link that leads into the tree by its absolute path, or out of it by a relative one. */
  private FileVisitResult copyLink(Path link, FileTime modified) throws IOException {
    Path aim = Files.readSymbolicLink(link);
    boolean leadsIntoOriginal = aim.isAbsolute() && isInTree(aim.normalize());
    boolean leadsOut = !aim.isAbsolute() && !isInTree(link.resolveSibling(aim).normalize());
    if (leadsIntoOriginal || leadsOut) {
      return refuse(
          NotVerifiedException.skipped(
              "the symbolic link %s leads elsewhere in a copy of the tree".formatted(shown(link))));
    }
    Files.createSymbolicLink(target(link), aim);
    Files.getFileAttributeView(
            target(link), BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
        .setTimes(modified, null, null);
    return FileVisitResult.CONTINUE;
  }

  private boolean isInTree(Path path) {
    return path.startsWith(from) || path.startsWith(given);
  }

  private void copyAttributes(Path source, FileTime modified) throws IOException {
    PosixFileAttributeView view =
        Files.getFileAttributeView(target(source), PosixFileAttributeView.class);
    view.setPermissions(Files.getPosixFilePermissions(source, LinkOption.NOFOLLOW_LINKS));
    view.setTimes(modified, null, null);
  }

  private boolean isRefused(Path path, long size) {
    entries++;
    bytes += size;
    if (cancel.isRaised()) {
      refusal = cancel.asRefusal();
    } else if (entries > limits.entries()) {
      refusal =
          NotVerifiedException.skipped(
              "the source tree has more than %d entries".formatted(limits.entries()));
    } else if (bytes > limits.bytes()) {
      refusal =
          NotVerifiedException.skipped(
              "the source tree has more than %d MiB, with %s"
                  .formatted(limits.bytes() >> 20, shown(path)));
    }
    return refusal != null;
  }

  private FileVisitResult refuse(NotVerifiedException reason) {
    refusal = reason;
    return FileVisitResult.TERMINATE;
  }

  private Path target(Path source) {
    return to.resolve(from.relativize(source).toString());
  }

  private String shown(Path path) {
    return from.relativize(path).toString();
  }
}
