package dev.hookd.frontend.index;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.hookd.frontend.HashMismatchException;
import dev.hookd.frontend.IndexException.Request;
import dev.hookd.frontend.InvalidIndexAnswerException;
import dev.hookd.frontend.system.CacheDirectory;
import dev.hookd.frontend.system.CacheListener.Found;
import dev.hookd.frontend.system.CacheListener.Kept;
import dev.hookd.frontend.system.FileLocks;
import dev.hookd.frontend.system.SingleFlight;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files of projects, kept on the disk by what is in them: {@code downloads/SHA256/NAME} below the
 * cache directory, and what is under way in {@code downloads/partial}. Any number of threads and
 * processes may share it; one of them downloads, the others wait. Thread-safe.
 *
 * <p>What lies in the cache is hashed before it is used, once for each state of the file that this
 * object sees: a crash or somebody else may have damaged it. Then it is fetched again.
 */
final class Downloads {

  private static final Logger LOG = LoggerFactory.getLogger(Downloads.class);

  private static final int PARTIAL = 206;
  private static final int NOT_SATISFIABLE = 416;
  private static final String HINT =
      "the file was replaced or damaged on its way; do not use it before you know why";

  /** What tells one state of a file from another without reading it. */
  private record Stamp(long size, FileTime modified, @Nullable Object key) {}

  private record Flight(URI url, Optional<Hashes.Expected> expected) {}

  private final IndexConfig config;
  private final Requests requests;
  private final CacheDirectory cache;
  private final Cache<Path, Stamp> verified =
      Caffeine.newBuilder().maximumSize(10_000).executor(Runnable::run).build();
  private final SingleFlight<Flight, Download, IOException> flights = new SingleFlight<>();
  private final DownloadsPruner pruner;

  Downloads(IndexConfig config, Requests requests, CacheDirectory cache) {
    this.config = config;
    this.requests = requests;
    this.cache = cache;
    this.pruner =
        new DownloadsPruner(
            cache.path("downloads"),
            config.limits().cachedFileBytes(),
            Clock.systemUTC(),
            cache.listener());
  }

  Download get(ProjectFile file) throws IOException, InterruptedException {
    Optional<Hashes.Expected> expected = Hashes.best(file.hashes());
    if (expected.isPresent() && expected.get().isWeak()) {
      Events.warn(
          config.listener(),
          file + " is checked by " + expected.get().algorithm() + " alone, which proves little");
    }
    if (Urls.scheme(file.url()).equals("file")) {
      return local(file, expected);
    }
    Optional<Download> cached = cached(file.fileName(), expected, path -> {});
    cache.listener().wanted(Kept.DOWNLOADS, cached.isPresent() ? Found.DISK : Found.MISS);
    if (cached.isPresent()) {
      return cached.get();
    }
    return flights.run(
        new Flight(file.url(), expected),
        () -> {
          try {
            return fetch(file, expected);
          } catch (IOException | InterruptedException | RuntimeException e) {
            Events.send(
                config.listener(), listener -> listener.downloadFailed(Urls.shown(file.url()), e));
            throw e;
          }
        });
  }

  /** A file of this machine stays where it is. */
  private Download local(ProjectFile file, Optional<Hashes.Expected> expected) throws IOException {
    Path path = Path.of(file.url());
    MessageDigest sha256 = Hashes.digest("sha256");
    MessageDigest other = Hashes.digest(expected.map(Hashes.Expected::algorithm).orElse("sha256"));
    try (InputStream in =
        new DigestInputStream(new DigestInputStream(Files.newInputStream(path), sha256), other)) {
      in.transferTo(java.io.OutputStream.nullOutputStream());
    } catch (NoSuchFileException e) {
      throw Missing.file(path);
    }
    String actual = Hashes.hex(other.digest());
    expected.ifPresent(hash -> check(file.url(), hash, actual, 0));
    return new Download(path, Hashes.hex(sha256.digest()), Files.size(path), false);
  }

  private Download fetch(ProjectFile file, Optional<Hashes.Expected> expected)
      throws IOException, InterruptedException {
    String key =
        expected
            .map(Hashes.Expected::hex)
            .orElseGet(
                () ->
                    Hashes.hex(
                        Hashes.digest("sha256")
                            .digest(file.url().toString().getBytes(StandardCharsets.UTF_8))));
    Path partial = cache.directory("downloads/partial");
    // Lock files stay for ever, so there is a bounded number of them: two downloads in 4096 wait
    // for each other without need.
    Path lock = partial.resolve(key.substring(0, 3) + ".lock");
    Runnable waiting = () -> LOG.debug("waits for another process that downloads {}", file);
    try (FileLocks.Held held = FileLocks.acquire(lock, waiting)) {
      Objects.requireNonNull(held);
      Optional<Download> cached = cached(file.fileName(), expected, this::damaged);
      if (cached.isPresent()) {
        return cached.get(); // the other one has done it
      }
      Path part = partial.resolve(key + ".part");
      try (FileTarget target =
          FileTarget.open(part, file.url(), config.limits().fileBytes(), expected)) {
        return fetch(file, expected, target);
      }
    }
  }

  private Download fetch(ProjectFile file, Optional<Hashes.Expected> expected, FileTarget target)
      throws IOException, InterruptedException {
    for (boolean second = false; ; second = true) {
      Fetch.Reply reply = request(file, target);
      if (reply.status() == NOT_SATISFIABLE || target.unusable()) {
        target.restart();
        if (!second) {
          continue;
        }
        throw Requests.invalid(
            file.url(), reply.status(), 1, "sends parts that nobody wants", null);
      }
      long inherited = target.inherited();
      boolean pieced = reply.status() == PARTIAL;
      Map<String, String> hashes = target.hashes();
      String sha256 = hashes.getOrDefault("sha256", "");
      try {
        requireSize(file, reply.status(), target.length());
        expected.ifPresent(
            hash ->
                check(file.url(), hash, hashes.getOrDefault(hash.algorithm(), ""), reply.status()));
      } catch (HashMismatchException e) {
        target.restart();
        if (pieced && !second) {
          LOG.debug("{}: its parts do not fit each other; fetched as a whole", file, e);
          continue;
        }
        throw e;
      }
      return keep(file, target, sha256, inherited);
    }
  }

  private Fetch.Reply request(ProjectFile file, FileTarget target)
      throws IOException, InterruptedException {
    try {
      return requests.get(
          IndexListener.Resource.FILE,
          file.url(),
          Set.of(200, PARTIAL, NOT_SATISFIABLE),
          () -> {
            Map<String, String> headers = new HashMap<>(target.headers());
            // An sdist is compressed; a server that says so in a header means the file itself.
            headers.put("Accept-Encoding", "identity");
            return new Fetch(file.url(), headers, config.timeouts().download(), target::receive);
          });
    } catch (InvalidIndexAnswerException e) {
      target.restart(); // too large, for example: no attempt will want the beginning
      throw e;
    }
  }

  private Download keep(ProjectFile file, FileTarget target, String sha256, long inherited)
      throws IOException {
    Path directory = cache.directory("downloads/" + sha256);
    Path path = directory.resolve(file.fileName());
    target.moveTo(path);
    verified.put(path, stamp(path));
    pruner.added(target.length());
    Events.send(
        config.listener(),
        listener -> listener.downloaded(Urls.shown(file.url()), target.length(), inherited));
    return new Download(path, sha256, target.length(), false);
  }

  private static void requireSize(ProjectFile file, int status, long length) {
    if (file.size().isPresent() && file.size().getAsLong() != length) {
      String shown = Urls.shown(file.url());
      throw new HashMismatchException(
          shown + " has " + length + " bytes, and the index says " + file.size().getAsLong(),
          new Request(shown, status, 1),
          HINT,
          "size=" + file.size().getAsLong(),
          "size=" + length);
    }
  }

  static void check(URI url, Hashes.Expected expected, String actual, int status) {
    if (!expected.hex().equals(actual)) {
      String shown = Urls.shown(url);
      String found = expected.algorithm() + "=" + actual;
      throw new HashMismatchException(
          shown
              + " is not the file that was promised: "
              + expected
              + " expected, "
              + found
              + " found",
          new Request(shown, status, status == 0 ? 0 : 1),
          HINT,
          expected.toString(),
          found);
    }
  }

  private void damaged(Path file) {
    LOG.warn("{} is damaged; it is fetched again", file);
    cache.listener().damaged(Kept.DOWNLOADS);
  }

  /**
   * What the cache has of these bytes under this name, if it is not damaged.
   *
   * @param damaged is told of what is
   */
  private Optional<Download> cached(
      String fileName, Optional<Hashes.Expected> expected, Consumer<Path> damaged)
      throws IOException {
    if (expected.isEmpty() || !expected.get().algorithm().equals("sha256")) {
      return Optional.empty();
    }
    String sha256 = expected.get().hex();
    Path path = cache.path("downloads/" + sha256).resolve(fileName);
    if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    try {
      Stamp stamp = stamp(path);
      if (!stamp.equals(verified.getIfPresent(path))) {
        MessageDigest digest = Hashes.digest("sha256");
        try (InputStream in = new DigestInputStream(Files.newInputStream(path), digest)) {
          in.transferTo(java.io.OutputStream.nullOutputStream());
        }
        if (!Hashes.hex(digest.digest()).equals(sha256)) {
          // Left there, since another process may be replacing it by a good one just now.
          damaged.accept(path);
          return Optional.empty();
        }
        verified.put(path, stamp);
      }
      touch(cache.path("downloads/" + sha256));
      return Optional.of(new Download(path, sha256, stamp.size(), true));
    } catch (NoSuchFileException e) {
      return Optional.empty(); // somebody cleans up
    }
  }

  /** So that whoever makes room can tell what was used last. */
  private static void touch(Path directory) {
    try {
      Files.setLastModifiedTime(directory, FileTime.from(Instant.now()));
    } catch (IOException e) {
      LOG.debug("the use of {} is not noted", directory, e); // a cache may be read-only
    }
  }

  private static Stamp stamp(Path path) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
    return new Stamp(attributes.size(), attributes.lastModifiedTime(), attributes.fileKey());
  }
}
