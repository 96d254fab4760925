package dev.hookd.frontend.system;

import dev.hookd.frontend.EnvironmentFailedException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where hookd keeps what it can make again. Nothing is created until a subdirectory is asked for;
 * what is created is readable by its owner alone. Immutable and thread-safe.
 */
public final class CacheDirectory {

  private static final String HINT =
      "set HOOKD_CACHE_DIR to a directory that only you can write to, with room in it";

  /** Says to whoever makes backups that there is nothing in here to keep. */
  static final String TAG = "CACHEDIR.TAG";

  private static final String TAG_TEXT =
      """
      Signature: 8a477f597d28d172789f06886806bc55
      # A cache of hookd: all that is in here can be deleted ('hookd cache clear') and made again.
      """;

  private final Path root;
  private final CacheListener listener;

  private CacheDirectory(Path root) {
    this(root.toAbsolutePath().normalize(), CacheListener.NONE);
  }

  private CacheDirectory(Path root, CacheListener listener) {
    this.root = root;
    this.listener = listener;
  }

  /** The cache below this directory, which need not exist yet. */
  public static CacheDirectory at(Path root) {
    return new CacheDirectory(root);
  }

  /**
   * {@code HOOKD_CACHE_DIR}, else {@code hookd} below {@code XDG_CACHE_HOME} (which must be
   * absolute to count, as the XDG base directory specification says), else the platform's cache
   * directory below the home directory.
   */
  public static CacheDirectory of(Map<String, String> environment) {
    String own = environment.getOrDefault("HOOKD_CACHE_DIR", "");
    if (!own.isEmpty()) {
      return new CacheDirectory(Path.of(own));
    }
    String xdg = environment.getOrDefault("XDG_CACHE_HOME", "");
    if (!xdg.isEmpty() && Path.of(xdg).isAbsolute()) {
      return new CacheDirectory(Path.of(xdg, "hookd"));
    }
    String home = environment.getOrDefault("HOME", "");
    Path base = Path.of(home.isEmpty() ? System.getProperty("user.home") : home);
    boolean mac = System.getProperty("os.name").startsWith("Mac");
    return new CacheDirectory(base.resolve(mac ? "Library/Caches/hookd" : ".cache/hookd"));
  }

  /** The same directory; who works in it through what is returned tells this listener. */
  public CacheDirectory heardBy(CacheListener other) {
    return new CacheDirectory(root, other);
  }

  /** Who is told what becomes of what is kept. */
  public CacheListener listener() {
    return listener;
  }

  /** Absolute; may not exist. */
  public Path root() {
    return root;
  }

  /** Where {@link #directory} puts this name; creates nothing. */
  public Path path(String name) {
    return root.resolve(name);
  }

  /**
   * The subdirectory of this name (which may have several components), created with mode 0700 where
   * it is missing.
   *
   * @throws EnvironmentFailedException when it cannot be created or written to, or when other users
   *     could replace what is in the cache
   */
  public Path directory(String name) {
    Path directory = root.resolve(name).normalize();
    if (!directory.startsWith(root)) {
      throw new IllegalArgumentException("not below the cache directory: " + name);
    }
    try {
      boolean isNew = isNewOrEmpty(root);
      createPrivate(directory);
      refuseForeignWriters();
      if (isNew) {
        DurableFiles.replace(root.resolve(TAG), TAG_TEXT);
      }
    } catch (IOException e) {
      throw unusable("the cache directory " + directory + " cannot be created: " + e, e);
    }
    if (!Files.isWritable(directory)) {
      throw unusable("the cache directory " + directory + " cannot be written to", null);
    }
    return directory;
  }

  /** Whether this is a cache of hookd's own, and not a directory that held other things before. */
  boolean isTagged() {
    try {
      return Files.isRegularFile(root.resolve(TAG), LinkOption.NOFOLLOW_LINKS)
          && Files.readString(root.resolve(TAG)).equals(TAG_TEXT);
    } catch (IOException e) {
      return false; // unreadable: it could be anything
    }
  }

  private static boolean isNewOrEmpty(Path directory) throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      return !entries.iterator().hasNext();
    } catch (NoSuchFileException e) {
      return true;
    }
  }

  private void refuseForeignWriters() throws IOException {
    PosixFileAttributeView view = Files.getFileAttributeView(root, PosixFileAttributeView.class);
    if (view != null
        && view.readAttributes().permissions().contains(PosixFilePermission.OTHERS_WRITE)) {
      throw unusable(
          "every user of this machine can write to the cache directory "
              + root
              + ", so its environments could be anybody's code",
          null);
    }
  }

  /** Like {@link Files#createDirectories}, with mode 0700 for every level that is new. */
  public static void createPrivate(Path directory) throws IOException {
    Deque<Path> missing = new ArrayDeque<>();
    for (Path p = directory; p != null && !Files.isDirectory(p); p = p.getParent()) {
      missing.push(p);
    }
    for (Path p : missing) {
      try {
        if (p.getFileSystem().supportedFileAttributeViews().contains("posix")) {
          Set<PosixFilePermission> owner = PosixFilePermissions.fromString("rwx------");
          Files.createDirectory(p, PosixFilePermissions.asFileAttribute(owner));
        } else {
          Files.createDirectory(p);
        }
      } catch (java.nio.file.FileAlreadyExistsException e) {
        if (!Files.isDirectory(p)) {
          throw e;
        } // else another process was faster
      }
    }
  }

  private static EnvironmentFailedException unusable(String message, @Nullable Exception cause) {
    return new EnvironmentFailedException(message, "", HINT, cause);
  }

  @Override
  public String toString() {
    return root.toString();
  }
}
