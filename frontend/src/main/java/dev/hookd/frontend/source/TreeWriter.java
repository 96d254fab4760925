package dev.hookd.frontend.source;

import dev.hookd.frontend.InvalidProjectException;
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
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes the entries of an archive into an empty private directory.
 *
 * <p>Beyond what {@link EntryChecks} has seen to, a file is always created new, so no write ever
 * follows a link or goes into a file that exists: a name that this file system takes for an earlier
 * one is refused rather than guessed at.
 *
 * <p>Failures of the archive are {@link InvalidProjectException}; failures to write (a full disk)
 * are {@link UncheckedIOException}. Not thread-safe.
 */
final class TreeWriter implements EntrySink {

  private final Path directory;
  private final ArchiveProblems problems;
  private final boolean posix;
  private final byte[] buffer = new byte[64 << 10];

  TreeWriter(Path directory, ArchiveProblems problems) {
    this.directory = directory;
    this.problems = problems;
    this.posix = PrivateDirectory.isPosix(directory.getFileSystem());
  }

  @Override
  public void directory(EntryName name) {
    Path path = name.under(directory);
    try {
      Files.createDirectory(path);
    } catch (FileAlreadyExistsException e) {
      throw collision(name, e);
    } catch (IOException e) {
      throw cannotWrite(path, e);
    }
  }

  @Override
  public void file(
      EntryName name,
      InputStream content,
      Set<PosixFilePermission> permissions,
      @Nullable FileTime modified) {
    Path path = name.under(directory);
    try (WritableByteChannel out =
        Files.newByteChannel(
            path,
            Set.of(
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.WRITE,
                LinkOption.NOFOLLOW_LINKS))) {
      for (int read = content.read(buffer); read >= 0; read = content.read(buffer)) {
        ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, read);
        while (bytes.hasRemaining()) {
          out.write(bytes);
        }
      }
    } catch (FileAlreadyExistsException e) {
      throw collision(name, e);
    } catch (IOException e) {
      throw cannotWrite(path, e);
    }
    setPermissions(path, permissions);
    if (modified != null) {
      setTime(path, modified);
    }
  }

  @Override
  public void hardLink(EntryName name, EntryName target) {
    Path path = name.under(directory);
    Path existing = target.under(directory);
    try {
      Files.createLink(path, existing);
    } catch (FileAlreadyExistsException e) {
      throw collision(name, e);
    } catch (UnsupportedOperationException | IOException e) {
      copy(existing, path, e);
    }
  }

  @Override
  public void symbolicLink(EntryName name, String target) {
    Path path = name.under(directory);
    try {
      Files.createSymbolicLink(path, Path.of(target));
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

  @Override
  public void directoryTime(EntryName name, FileTime modified) {
    setTime(name.under(directory), modified);
  }

  private void copy(Path from, Path to, Exception linkFailure) {
    try {
      Files.copy(from, to, LinkOption.NOFOLLOW_LINKS, StandardCopyOption.COPY_ATTRIBUTES);
    } catch (IOException e) {
      e.addSuppressed(linkFailure);
      throw cannotWrite(to, e);
    }
  }

  private void setPermissions(Path path, Set<PosixFilePermission> permissions) {
    if (!posix) {
      return;
    }
    try {
      Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
          .setPermissions(permissions);
    } catch (IOException e) {
      throw cannotWrite(path, e);
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

  /** What the checks of names cannot foresee: file systems differ in what they take for one. */
  private InvalidProjectException collision(EntryName name, IOException cause) {
    return problems.entry(
        name.path(),
        "has a name that this file system takes for that of an earlier entry",
        "Unpack on a case-sensitive file system.",
        cause);
  }

  private UncheckedIOException cannotWrite(Path path, IOException cause) {
    return new UncheckedIOException(
        "cannot write " + path + " while unpacking " + problems.archive(), cause);
  }
}
