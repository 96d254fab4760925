package dev.hookd.frontend.system;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLockInterruptionException;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Locks named by a file, exclusive among the threads of this JVM and among processes. The operating
 * system releases a dead process's lock; the file stays, because deleting it would let two
 * processes lock two files of one name.
 */
public final class FileLocks {

  /**
   * A file lock belongs to the whole JVM: asking twice for one is an error, not a wait, whichever
   * object asks. So the table of the threads' locks is the JVM's too. It holds entries only while
   * somebody holds or awaits them.
   */
  private static final Map<Path, Entry> IN_JVM = new HashMap<>();

  /**
   * Channels of files that something else in this JVM has locked: another class loader's copy of
   * this class, for example. To close one would release that lock (POSIX), so each stays until its
   * file is free.
   */
  private static final Map<Path, FileChannel> KEPT_OPEN = new HashMap<>();

  private static final Logger LOG = LoggerFactory.getLogger(FileLocks.class);

  private static final class Entry {
    final Semaphore lock = new Semaphore(1);
    int users;
  }

  /** Release it by {@link #close}, on any thread; not reentrant. */
  public static final class Held implements AutoCloseable {
    private final Path path;
    private final Entry entry;
    private final FileChannel channel;

    private Held(Path path, Entry entry, FileChannel channel) {
      this.path = path;
      this.entry = entry;
      this.channel = channel;
    }

    /** Closing the channel releases the file lock. */
    @Override
    public void close() throws IOException {
      try {
        channel.close();
      } finally {
        leave(path, entry);
      }
    }
  }

  private static final long POLL_MILLIS = 20;

  private FileLocks() {}

  /** One spelling for one file: to lock it under two would release the first lock (POSIX). */
  private static Path real(Path file) throws IOException {
    Path absolute = file.toAbsolutePath().normalize();
    return Objects.requireNonNull(absolute.getParent())
        .toRealPath()
        .resolve(Objects.requireNonNull(absolute.getFileName()));
  }

  /**
   * Waits for the lock.
   *
   * @param otherProcess called once before waiting for another process, or for what else in this
   *     JVM locks files
   */
  public static Held acquire(Path file, Runnable otherProcess)
      throws IOException, InterruptedException {
    Path path = real(file);
    Entry entry;
    synchronized (IN_JVM) {
      entry = IN_JVM.computeIfAbsent(path, p -> new Entry());
      entry.users++;
    }
    try {
      entry.lock.acquire();
    } catch (InterruptedException e) {
      forget(path, entry);
      throw e;
    }
    FileChannel channel = null;
    try {
      channel = open(path);
      if (!tryLock(channel)) {
        otherProcess.run();
        // Not lock(): the kernel takes all threads of a process for one waiter, and refuses
        // (EDEADLK) what it therefore takes for two processes that wait for each other.
        while (!tryLock(channel)) {
          Thread.sleep(POLL_MILLIS);
        }
      }
      return new Held(path, entry, channel);
    } catch (InterruptedException e) {
      release(path, entry, channel);
      throw e;
    } catch (FileLockInterruptionException | ClosedByInterruptException e) {
      release(path, entry, channel);
      Thread.interrupted();
      InterruptedException interrupted = new InterruptedException("while waiting for " + path);
      interrupted.initCause(e);
      throw interrupted;
    } catch (IOException | RuntimeException e) {
      release(path, entry, channel);
      throw e;
    }
  }

  /**
   * The lock if nobody has it, in this JVM or in another process.
   *
   * @return empty where somebody has it
   */
  public static Optional<Held> tryAcquire(Path file) throws IOException {
    Path path = real(file);
    Entry entry = new Entry();
    synchronized (IN_JVM) {
      // To open a file that this JVM has locked, and to close it, would release the lock (POSIX).
      if (IN_JVM.putIfAbsent(path, entry) != null) {
        return Optional.empty();
      }
      entry.users++;
      entry.lock.acquireUninterruptibly(); // it is new: nobody has it
    }
    FileChannel channel = null;
    boolean locked = false;
    try {
      channel = open(path);
      locked = tryLock(channel);
      return locked ? Optional.of(new Held(path, entry, channel)) : Optional.empty();
    } finally {
      if (!locked) {
        release(path, entry, channel);
      }
    }
  }

  private static FileChannel open(Path path) throws IOException {
    synchronized (IN_JVM) {
      Iterator<FileChannel> others = KEPT_OPEN.values().iterator();
      while (others.hasNext()) {
        if (isClosed(others.next())) {
          others.remove();
        }
      }
      FileChannel kept = KEPT_OPEN.remove(path);
      if (kept != null) {
        return kept;
      }
    }
    return FileChannel.open(
        path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  /** Whether the lock is had; that something else in this JVM has it is like another process. */
  private static boolean tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  /** Closes it, unless something else in this JVM has locked the file. */
  private static boolean isClosed(FileChannel channel) throws IOException {
    boolean harmless = true;
    try {
      if (channel.isOpen()) {
        // Whether this or another process has the lock now: nobody else here does, but for one who
        // came since.
        channel.tryLock();
      }
    } catch (OverlappingFileLockException e) {
      harmless = false;
    } catch (IOException e) {
      LOG.debug(
          "a file that may be locked cannot be asked any more", e); // nor be of use to anybody
    } finally {
      if (harmless) {
        channel.close();
      }
    }
    return harmless;
  }

  /** Without the file's lock. */
  private static void release(Path path, Entry entry, @Nullable FileChannel channel)
      throws IOException {
    try {
      if (channel != null) {
        synchronized (IN_JVM) {
          if (!isClosed(channel)) {
            KEPT_OPEN.put(path, channel);
          }
        }
      }
    } finally {
      leave(path, entry);
    }
  }

  private static void leave(Path path, Entry entry) {
    entry.lock.release();
    forget(path, entry);
  }

  private static void forget(Path path, Entry entry) {
    synchronized (IN_JVM) {
      if (--entry.users == 0) {
        IN_JVM.remove(path);
      }
    }
  }
}
