package dev.hookd.frontend.build;

import dev.hookd.client.HookdException;
import dev.hookd.frontend.BuildSettings;
import dev.hookd.frontend.environment.BuildEnvironment;
import dev.hookd.frontend.system.CacheDirectory;
import dev.hookd.frontend.system.CacheListener.Found;
import dev.hookd.frontend.system.CacheListener.Kept;
import dev.hookd.frontend.system.Fingerprint;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Wheels of sdists that were built for their metadata, for whoever asks for the wheel next:
 *
 * <pre>
 * wheels/KEY-SHA256-NAME.whl    a wheel, its own hash in its name; appears whole
 * </pre>
 *
 * <p>A wheel whose bytes do not have that hash is deleted. The ones that were not used for longest
 * go first. Nothing here is needed: what cannot be kept or read is built again, and the log says
 * why. Thread-safe; any number of processes may share the directory.
 */
public final class KeptWheels {

  private static final Logger LOG = LoggerFactory.getLogger(KeptWheels.class);

  private static final String DIRECTORY = "wheels";
  private static final String TEMPORARY = ".tmp";
  private static final Duration ABANDONED = Duration.ofHours(1);
  private static final int BUFFER_BYTES = 64 << 10;
  private static final int SHA256_DIGITS = 64;

  private final CacheDirectory cache;
  private final long maxBytes;

  /**
   * @param maxBytes of all wheels together, approximately; 0: none are kept
   */
  public KeptWheels(CacheDirectory cache, long maxBytes) {
    this.cache = cache;
    this.maxBytes = maxBytes;
  }

  /**
   * What a wheel depends on.
   *
   * @param sdistSha256 in hexadecimal
   * @param environment an isolated one, where {@code build_wheel} runs
   * @param interceptors the ids of those that stand around the hook
   */
  public static String key(
      String sdistSha256,
      BuildEnvironment environment,
      BuildSettings settings,
      List<String> interceptors) {
    return new Fingerprint()
        .add("sdist", sdistSha256)
        .add("environment", environment.id())
        .add("variables", environment.variables())
        .add("settings", settings.fingerprint())
        .add("interceptors", String.join("\n", interceptors))
        .hex();
  }

  /**
   * Keeps a copy of the wheel, unless it is too large, or the disk refuses.
   *
   * @param key of {@link #key}
   */
  public void keep(String key, Path wheel) {
    try {
      long size = Files.size(wheel);
      if (size > maxBytes) {
        return;
      }
      Path directory = cache.directory(DIRECTORY);
      Path temporary = directory.resolve(UUID.randomUUID() + TEMPORARY);
      try {
        String sha256 = copy(wheel, temporary);
        Files.move(
            temporary,
            directory.resolve(key + "-" + sha256 + "-" + wheel.getFileName()),
            StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(temporary);
      }
      trim(directory);
    } catch (IOException | HookdException e) {
      LOG.debug("{} is not kept", wheel, e);
    }
  }

  /**
   * Copies the kept wheel into a directory, under its own name.
   *
   * @param key of {@link #key}
   * @param directory exists
   * @return the copy; empty when none is kept, or the copy cannot be made
   */
  public Optional<Path> restore(String key, Path directory) {
    if (maxBytes == 0) {
      return Optional.empty();
    }
    Optional<Path> restored = find(key, directory);
    cache.listener().wanted(Kept.WHEELS, restored.isPresent() ? Found.DISK : Found.MISS);
    return restored;
  }

  private Optional<Path> find(String key, Path directory) {
    try (DirectoryStream<Path> found =
        Files.newDirectoryStream(cache.path(DIRECTORY), key + "-*.whl")) {
      for (Path kept : found) {
        String rest = kept.getFileName().toString().substring(key.length() + 1);
        Path copy = directory.resolve(rest.substring(SHA256_DIGITS + 1));
        if (copy(kept, copy).equals(rest.substring(0, SHA256_DIGITS))) {
          touch(kept);
          return Optional.of(copy);
        }
        LOG.warn("{} is damaged; it is built again", kept);
        cache.listener().damaged(Kept.WHEELS);
        Files.deleteIfExists(copy);
        Files.deleteIfExists(kept);
      }
    } catch (NoSuchFileException e) {
      return Optional.empty(); // nothing was kept yet, or another process has just deleted it
    } catch (FileAlreadyExistsException e) {
      LOG.debug("the kept wheel has no place in {}", directory, e);
    } catch (IOException | java.nio.file.DirectoryIteratorException e) {
      LOG.debug("the wheel {} cannot be restored", key, e);
    }
    return Optional.empty();
  }

  /** Copies to a new file, and says what was copied. */
  private static String copy(Path from, Path to) throws IOException {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
    try (InputStream in =
            new DigestInputStream(Files.newInputStream(from, LinkOption.NOFOLLOW_LINKS), digest);
        OutputStream out =
            Files.newOutputStream(
                to,
                java.nio.file.StandardOpenOption.CREATE_NEW,
                java.nio.file.StandardOpenOption.WRITE)) {
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        out.write(buffer, 0, read);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private record Wheel(Path file, long size, Instant used) {}

  private void trim(Path directory) throws IOException {
    List<Wheel> wheels = new ArrayList<>();
    long total = 0;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        Instant used = Files.getLastModifiedTime(file).toInstant();
        if (!file.toString().endsWith(TEMPORARY)) {
          Wheel wheel = new Wheel(file, Files.size(file), used);
          wheels.add(wheel);
          total += wheel.size();
        } else if (used.isBefore(Instant.now().minus(ABANDONED))) {
          Files.deleteIfExists(file); // of a process that was killed
        }
      }
    } catch (NoSuchFileException e) {
      return; // another process trims
    }
    wheels.sort(Comparator.comparing(Wheel::used));
    for (Wheel wheel : wheels) {
      if (total <= maxBytes) {
        break;
      }
      if (Files.deleteIfExists(wheel.file())) {
        cache.listener().evicted(Kept.WHEELS, wheel.size());
      }
      total -= wheel.size();
    }
  }

  /** Notes a use; a cache may be read-only. */
  private static void touch(Path kept) {
    try {
      Files.setLastModifiedTime(kept, FileTime.from(Instant.now()));
    } catch (IOException e) {
      LOG.debug("the use of {} is not noted", kept, e);
    }
  }
}
