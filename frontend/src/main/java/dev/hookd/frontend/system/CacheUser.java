package dev.hookd.frontend.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Somebody who works in a cache directory, for as long as this object is open and its JVM lives:
 *
 * <pre>
 * lock                 held, for moments, by whoever comes, goes, or takes something away
 * users/PID-UUID/lock  held as long as the user lives; the system releases a dead process's
 * users/PID-UUID/work  its private directories
 * users/PID-UUID/KIND/NAME  what it uses, which nobody may take away
 * trash/               what was taken away, while it is deleted
 * </pre>
 *
 * <p>The first thing a user does is to delete what dead ones have left. Nothing is written before
 * it is needed. Thread-safe.
 */
public final class CacheUser implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(CacheUser.class);

  private static final String USERS = "users";
  private static final String TRASH = "trash";
  private static final String LOCK = "lock";

  private final CacheDirectory cache;
  private final Consumer<Path> deleter;
  private @Nullable Path home;
  private FileLocks.@Nullable Held alive;
  private boolean closed;

  public CacheUser(CacheDirectory cache) {
    this(cache, CacheUser::deleteIfPossible);
  }

  /**
   * @param deleter of what dead users have left
   */
  CacheUser(CacheDirectory cache, Consumer<Path> deleter) {
    this.cache = cache;
    this.deleter = deleter;
  }

  /**
   * Where this user's private directories go; deleted with it.
   *
   * @throws UncheckedIOException if it cannot be made
   * @throws dev.hookd.frontend.EnvironmentFailedException if the cache directory cannot be used
   */
  public Path workDirectory() {
    try {
      Path work =
          home()
              .orElseThrow(() -> new IllegalStateException("the cache is closed"))
              .resolve("work");
      CacheDirectory.createPrivate(work);
      return work;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(new IOException("interrupted while the cache was opened", e));
    }
  }

  /**
   * Does what else the first of the other methods would: deletes what dead users have left, which
   * may take long. For those who hold a lock when they call another one.
   */
  public void moveIn() throws IOException, InterruptedException {
    home();
  }

  /**
   * Says that this user needs something. What was there after this has returned stays there until
   * {@link #forget}: to take it away, {@link #remove} must find that nobody needs it. A closed user
   * needs nothing.
   */
  @SuppressWarnings("try") // the lock is held, not used
  public void need(String kind, String name) throws IOException, InterruptedException {
    Optional<Path> mine = home();
    if (mine.isEmpty()) {
      return;
    }
    Path marks = mine.get().resolve(kind);
    try (FileLocks.Held held = registry(cache)) {
      CacheDirectory.createPrivate(marks);
      Files.createFile(marks.resolve(name));
    } catch (FileAlreadyExistsException e) {
      LOG.debug("{} {} is in use already", kind, name);
    }
  }

  /** Takes {@link #need} back. */
  public synchronized void forget(String kind, String name) throws IOException {
    if (home != null) {
      Files.deleteIfExists(home.resolve(kind).resolve(name));
    }
  }

  /**
   * Takes a directory of the cache away, at once, and then deletes it; unless a living user needs
   * it.
   *
   * @return whether it is gone
   */
  @SuppressWarnings("try") // the lock is held, not used
  public static boolean remove(CacheDirectory cache, Path directory, String kind, String name)
      throws IOException, InterruptedException {
    Path trash;
    try (FileLocks.Held held = registry(cache)) {
      for (Path user : users(cache)) {
        if (Files.exists(user.resolve(kind).resolve(name)) && isAlive(user)) {
          return false;
        }
      }
      trash = toTrash(cache, directory);
    }
    deleteIfPossible(trash); // it is gone from its place already
    return true;
  }

  /** Whether a living user needs this now. */
  public static boolean isNeeded(CacheDirectory cache, String kind, String name)
      throws IOException {
    for (Path user : users(cache)) {
      if (Files.exists(user.resolve(kind).resolve(name)) && isAlive(user)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Empties the cache directory, at once, and then deletes what was in it. Links are deleted, not
   * followed.
   *
   * @return the processes that use it; when there are any, nothing has been done
   */
  @SuppressWarnings("try") // the lock is held, not used
  static List<String> clear(CacheDirectory cache) throws IOException, InterruptedException {
    Path trash = cache.path(TRASH);
    try (FileLocks.Held held = registry(cache)) {
      List<String> living = new ArrayList<>();
      for (Path user : users(cache)) {
        if (isAlive(user)) {
          living.add(String.valueOf(user.getFileName()).replaceFirst("-.*", ""));
        }
      }
      if (!living.isEmpty()) {
        return living;
      }
      for (Path entry : entries(cache.root())) {
        String name = String.valueOf(entry.getFileName());
        if (!name.equals(LOCK) && !name.equals(TRASH) && !name.equals(CacheDirectory.TAG)) {
          toTrash(cache, entry);
        }
      }
    }
    // Not the directory itself: another process may be moving something there.
    for (Path entry : entries(trash)) {
      DurableFiles.deleteTree(entry);
    }
    return List.of();
  }

  /** Deletes what is this user's. Idempotent. */
  @Override
  @SuppressWarnings("try") // the lock is held, not used
  public synchronized void close() {
    closed = true;
    if (home == null || alive == null) {
      return;
    }
    try (FileLocks.Held last = alive) {
      DurableFiles.deleteTree(toTrash(cache, home));
    } catch (IOException e) {
      LOG.warn("{} cannot be deleted yet; the next user of the cache does: {}", home, e.toString());
    } finally {
      home = null;
      alive = null;
    }
  }

  /** This user's directory, made when first asked for; empty when the user is closed. */
  private Optional<Path> home() throws IOException, InterruptedException {
    List<Path> left;
    synchronized (this) {
      if (closed || home != null) {
        return Optional.ofNullable(home);
      }
      left = takeAPlace();
    }
    // Outside of the monitor: it may take long, and neither close() nor other threads need it.
    left.forEach(deleter);
    synchronized (this) {
      return Optional.ofNullable(home); // it may have been closed meanwhile
    }
  }

  /**
   * Takes a place among the users.
   *
   * @return what dead users have left, which is to be deleted
   */
  @SuppressWarnings("try") // the lock is held, not used
  private List<Path> takeAPlace() throws IOException, InterruptedException {
    Path users = cache.directory(USERS);
    try (FileLocks.Held held = registry(cache)) {
      for (Path user : users(cache)) {
        if (!isAlive(user)) {
          toTrash(cache, user);
        }
      }
      // What a process that was killed had only begun to delete is in there as well.
      List<Path> left = entries(cache.path(TRASH));
      Path mine = users.resolve(ProcessHandle.current().pid() + "-" + UUID.randomUUID());
      CacheDirectory.createPrivate(mine);
      alive = FileLocks.acquire(mine.resolve(LOCK), () -> {});
      home = mine;
      return left;
    }
  }

  private static void deleteIfPossible(Path rubbish) {
    try {
      DurableFiles.deleteTree(rubbish);
      LOG.debug("deleted {}", rubbish);
    } catch (IOException e) {
      LOG.warn("{} cannot be deleted: {}", rubbish, e.toString());
    }
  }

  private static FileLocks.Held registry(CacheDirectory cache)
      throws IOException, InterruptedException {
    Path file = cache.directory("").resolve(LOCK);
    return FileLocks.acquire(file, () -> LOG.debug("waits for {}", file));
  }

  /** A user's directory appears, and goes, under the registry's lock, so the lock file is there. */
  private static boolean isAlive(Path user) throws IOException {
    Path lock = user.resolve(LOCK);
    if (!Files.exists(lock)) {
      return false;
    }
    try {
      Optional<FileLocks.Held> free = FileLocks.tryAcquire(lock);
      if (free.isPresent()) {
        free.get().close();
      }
      return free.isEmpty();
    } catch (NoSuchFileException e) {
      return false; // it has just gone
    } catch (AccessDeniedException e) {
      return true; // somebody else's: nothing can be known of it
    }
  }

  private static Path toTrash(CacheDirectory cache, Path entry) throws IOException {
    Path target = cache.directory(TRASH).resolve(UUID.randomUUID().toString());
    try {
      return Files.move(entry, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (NoSuchFileException e) {
      if (Files.exists(entry, LinkOption.NOFOLLOW_LINKS)) {
        throw e; // the trash was deleted meanwhile
      }
      return target; // gone already
    } catch (AtomicMoveNotSupportedException e) {
      throw new IOException(
          entry + " is on another file system than the cache it is in; delete it by hand", e);
    }
  }

  private static List<Path> users(CacheDirectory cache) throws IOException {
    return entries(cache.path(USERS)).stream()
        .filter(user -> Files.isDirectory(user, LinkOption.NOFOLLOW_LINKS))
        .toList();
  }

  private static List<Path> entries(Path directory) throws IOException {
    List<Path> entries = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
      stream.forEach(entries::add);
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return entries;
  }
}
