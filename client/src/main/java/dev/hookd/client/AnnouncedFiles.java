package dev.hookd.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files that a hook's output went to: their last part is read, and then they are deleted, for
 * the daemon leaves that to its client.
 *
 * <p>A daemon may be a stranger and a hook may put anything in the place of its output, so only a
 * regular file is read, links are not followed, and a symbolic link is deleted itself. Whatever
 * goes wrong is told in the text of the output: a call has its answer by then, and must not lose
 * it.
 */
final class AnnouncedFiles {

  private static final Logger LOG = LoggerFactory.getLogger(AnnouncedFiles.class);

  private final DaemonProcess process;
  private final int tailBytes;

  AnnouncedFiles(DaemonProcess process, int tailBytes) {
    this.process = process;
    this.tailBytes = tailBytes;
  }

  /** Reads and deletes what was announced for this call. */
  HookOutput take(Exchange exchange) {
    if (exchange.stdoutPath().isEmpty() && exchange.stderrPath().isEmpty()) {
      return HookOutput.EMPTY;
    }
    return new HookOutput(take(exchange.stdoutPath()), take(exchange.stderrPath()));
  }

  private OutputTail take(Optional<String> announced) {
    if (announced.isEmpty()) {
      return OutputTail.EMPTY;
    }
    try {
      Optional<Path> file = find(announced.get());
      if (file.isEmpty()) {
        return unreadable(announced.get(), "it is not an absolute path of this machine");
      }
      return take(file.get());
    } catch (IOException | RuntimeException e) { // of a launcher, too: the answer must not be lost
      return unreadable(announced.get(), e.toString());
    }
  }

  /**
   * Where the announced file is on this machine.
   *
   * @return empty when it is not to be found here, or has no absolute path
   * @throws RuntimeException whatever a launcher throws
   */
  Optional<Path> find(String announced) {
    return process.hostPath(announced).filter(Path::isAbsolute);
  }

  private OutputTail take(Path file) throws IOException {
    BasicFileAttributes attributes =
        Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    OutputTail tail;
    if (attributes.isRegularFile()) {
      tail = attributes.size() == 0 ? OutputTail.EMPTY : readTail(file);
    } else {
      tail = unreadable(file.toString(), "it is no regular file");
    }
    if (attributes.isRegularFile() || attributes.isSymbolicLink()) {
      delete(file);
    }
    return tail;
  }

  private OutputTail readTail(Path file) {
    try (SeekableByteChannel channel =
        Files.newByteChannel(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
      long size = channel.size();
      ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(size, tailBytes));
      channel.position(size - buffer.capacity());
      while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
        // A file that shrinks under our eyes ends early.
      }
      return OutputTail.decode(buffer.array(), buffer.position(), size);
    } catch (IOException e) {
      return unreadable(file.toString(), e.toString());
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
      Path directory = file.getParent();
      if (directory != null) {
        deletePrivateDirectory(directory);
      }
    } catch (IOException e) {
      LOG.warn("The output file of a hook cannot be deleted: {}", file, e);
    }
  }

  /** A daemon may make a directory for the two files; it goes with the last of them. */
  private static void deletePrivateDirectory(Path directory) throws IOException {
    if (!String.valueOf(directory.getFileName()).startsWith("hookd-")
        || !Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try {
      Files.delete(directory);
    } catch (DirectoryNotEmptyException | NoSuchFileException e) {
      LOG.trace("{} is kept", directory, e);
    }
  }

  private static OutputTail unreadable(String file, String reason) {
    LOG.warn("The output file of a hook cannot be read: {}: {}", file, reason);
    return new OutputTail("[hookd cannot read %s: %s]".formatted(file, reason), 0, false);
  }
}
