package dev.hookd.frontend.source;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/** A directory that only this user can enter, and that goes away with all that is in it. */
public final class PrivateDirectory implements AutoCloseable {

  private static final String OWNER_ONLY = "rwx------";

  private final Path path;

  private PrivateDirectory(Path path) {
    this.path = path;
  }

  /**
   * Creates a new one.
   *
   * @param parent an existing directory
   * @throws UncheckedIOException when it cannot be created
   */
  public static PrivateDirectory create(Path parent, String prefix) {
    try {
      Path real = parent.toRealPath();
      return new PrivateDirectory(
          isPosix(real.getFileSystem())
              ? Files.createTempDirectory(
                  real,
                  prefix,
                  PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(OWNER_ONLY)))
              : Files.createTempDirectory(real, prefix));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot create a private directory in " + parent, e);
    }
  }

  static boolean isPosix(FileSystem fileSystem) {
    return fileSystem.supportedFileAttributeViews().contains("posix");
  }

  /** Absolute and real. */
  public Path path() {
    return path;
  }

  /**
   * Deletes the directory. Symbolic links are deleted, never followed; directories that a hook made
   * unwritable are made writable first. Idempotent.
   *
   * @throws UncheckedIOException for the first thing that stayed, the others suppressed; everything
   *     that can be deleted is
   */
  @Override
  public void close() {
    List<IOException> failures = new ArrayList<>();
    delete(path, failures);
    if (!failures.isEmpty()) {
      UncheckedIOException failure =
          new UncheckedIOException("cannot delete " + path, failures.get(0));
      failures.stream().skip(1).limit(10).forEach(failure::addSuppressed);
      throw failure;
    }
  }

  private static void delete(Path path, List<IOException> failures) {
    try {
      if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
        for (Path child : children(path)) {
          delete(child, failures);
        }
      }
      Files.deleteIfExists(path);
    } catch (NoSuchFileException e) {
      // Gone already, which is what was wanted.
      return;
    } catch (IOException e) {
      failures.add(e);
    }
  }

  /** Lists before deleting, so that no descriptor is held per level of depth. */
  private static List<Path> children(Path directory) throws IOException {
    // Without w its entries cannot be deleted, without x not even reached.
    if (!Files.isWritable(directory) || !Files.isExecutable(directory)) {
      allow(directory);
    }
    try {
      return list(directory);
    } catch (AccessDeniedException e) {
      allow(directory);
      return list(directory);
    }
  }

  private static void allow(Path directory) throws IOException {
    if (isPosix(directory.getFileSystem())) {
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(OWNER_ONLY));
    }
  }

  private static List<Path> list(Path directory) throws IOException {
    List<Path> children = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
      stream.forEach(children::add);
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return children;
  }
}
