package dev.hookd.cli;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The file of {@code --output}: an answer a line, appended by one process at a time. A line is
 * written at once, so that whatever ends the process leaves no more than one incomplete line, the
 * last; {@link #open} drops that when the work is resumed.
 *
 * <p>Written with plain calls and not through a channel, which an interrupt would close in the
 * middle of a line.
 */
final class OutputFile implements AutoCloseable {

  /** How often lines are forced to the disk: so much work a machine that loses power may lose. */
  private static final Duration SYNC_INTERVAL = Duration.ofSeconds(1);

  /** What to do with lines that are there. */
  enum Existing {
    REFUSE,
    RESUME,
    OVERWRITE
  }

  private final String name;
  private final RandomAccessFile file;
  private final AnsweredInputs answered = new AnsweredInputs();
  private final long dropped;
  private long end;
  private boolean isForced = true;
  private long forcedAt = System.nanoTime();

  private OutputFile(String name, RandomAccessFile file, Existing existing, String member)
      throws IOException {
    this.name = name;
    this.file = file;
    long length = file.length();
    if (existing == Existing.OVERWRITE) {
      end = 0;
    } else if (existing == Existing.RESUME) {
      end = new AnsweredLines(name, file, member).read(answered);
    } else if (length > 0) {
      throw new StreamFailedException(
          "--output: " + name + " has just been written to", "run it again", null);
    }
    dropped = existing == Existing.RESUME ? length - end : 0;
    if (length > end) {
      file.setLength(end);
      isForced = false;
    }
    file.seek(end);
  }

  /**
   * Opens the file, made where it does not exist, for this process alone.
   *
   * @param name the file as it was given
   * @param member the member that each answer of this command has
   * @throws StreamFailedException if it cannot be opened or is another process's, if it has lines
   *     and is to have none, or if one of them is no answer of this command; it is then as before
   */
  static OutputFile open(String name, Path path, Existing existing, String member) {
    RandomAccessFile file = null;
    try {
      file = new RandomAccessFile(path.toFile(), "rw");
      if (!isLocked(file)) {
        throw new StreamFailedException(
            "--output: another process writes to " + name, "wait for its end", null);
      }
      return new OutputFile(name, file, existing, member);
    } catch (IOException | RuntimeException e) {
      if (file != null) {
        closeAfter(file, e);
      }
      if (e instanceof RuntimeException thrown) {
        throw thrown;
      }
      throw new StreamFailedException(
          "--output: cannot use " + name + ": " + e.getMessage(),
          "name a file in a directory that exists and can be written to",
          e);
    }
  }

  /** The lock is the file's own and ends with the process, or when the file is closed. */
  private static boolean isLocked(RandomAccessFile file) throws IOException {
    try {
      return file.getChannel().tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false; // held by this process
    }
  }

  /** The file's name as it was given. */
  @Override
  public String toString() {
    return name;
  }

  /** Bytes of an incomplete last line that were dropped. */
  long dropped() {
    return dropped;
  }

  /**
   * Takes an input for this run.
   *
   * @return whether it is new: neither answered in the file nor taken before
   */
  boolean claim(InputRequest input) {
    return answered.add(input.text(), input.python());
  }

  /**
   * Appends a line; the line feed is added.
   *
   * @throws StreamFailedException if it cannot be written; all lines before it remain
   */
  void append(String line) {
    byte[] bytes = (line + "\n").getBytes(Main.UTF_8);
    try {
      file.write(bytes);
      end += bytes.length;
      isForced = false;
      if (System.nanoTime() - forcedAt > SYNC_INTERVAL.toNanos()) {
        force();
      }
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** Forces what was appended to the disk. */
  private void force() throws IOException {
    file.getFD().sync();
    isForced = true;
    forcedAt = System.nanoTime();
  }

  /**
   * Forces what was appended to the disk, and lets other processes write.
   *
   * @throws StreamFailedException if it cannot be forced
   */
  @Override
  public void close() {
    try {
      try {
        if (!isForced) {
          force();
        }
      } finally {
        file.close();
      }
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private StreamFailedException failed(IOException e) {
    try {
      file.setLength(end); // without what was written of the line
    } catch (IOException alsoFailed) {
      e.addSuppressed(alsoFailed); // the next run with --resume drops it
    }
    return new StreamFailedException(
        "cannot write to " + name + ": " + e.getMessage(),
        "the answers in it are kept; make room, then run the same command with --resume",
        e);
  }

  private static void closeAfter(RandomAccessFile file, Exception e) {
    try {
      file.close();
    } catch (IOException alsoFailed) {
      e.addSuppressed(alsoFailed);
    }
  }
}
