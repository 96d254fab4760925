package dev.hookd.frontend.metadata;

import dev.hookd.client.HookdException;
import dev.hookd.frontend.system.CacheDirectory;
import dev.hookd.frontend.system.CacheListener.Kept;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files by key, in {@code metadata/2/SHARD/KEY} of the cache directory. A file is there whole or
 * not at all; its time is that of its last use. Each shard is kept to its share of the size by
 * whoever adds to it, so that nobody ever has to look at all files: those that were not used for
 * longest go. Nothing is forced to the disk: what a crash has damaged is found out by its check
 * sum. Nothing here is needed: where the disk refuses, there is no entry, and the log says why.
 * Thread-safe; any number of processes may share the directory.
 */
final class EntryStore {

  private static final Logger LOG = LoggerFactory.getLogger(EntryStore.class);

  /**
   * The number is the form of the entries, and the version of what this program makes of sdists.
   */
  private static final String DIRECTORY = "metadata/2";

  private static final int SHARDS = 64;
  private static final int PUTS_PER_TRIM = 8;
  private static final String TEMPORARY = ".tmp";

  /** A temporary file that is older belongs to a process that was killed. */
  private static final Duration ABANDONED = Duration.ofHours(1);

  /** How exactly the time of the last use is known: each correction is a write. */
  private static final Duration TOUCH = Duration.ofHours(1);

  private final CacheDirectory cache;
  private final long maxShardBytes;
  private final Duration maxAge;
  private final Clock clock;
  private final AtomicIntegerArray puts = new AtomicIntegerArray(SHARDS);

  EntryStore(CacheDirectory cache, long maxBytes, Duration maxAge, Clock clock) {
    this.cache = cache;
    this.maxShardBytes = Math.max(1, maxBytes / SHARDS);
    this.maxAge = maxAge;
    this.clock = clock;
  }

  /**
   * @param key hexadecimal digits, evenly distributed
   */
  Optional<byte[]> get(String key) {
    Path file = cache.path(directory(key)).resolve(key);
    try {
      byte[] bytes = Files.readAllBytes(file);
      touch(file);
      return Optional.of(bytes);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      LOG.debug("{} cannot be read", file, e);
      return Optional.empty();
    }
  }

  /** Notes a use, now and then; a cache may be read-only. */
  private void touch(Path file) {
    try {
      Instant now = clock.instant();
      if (Files.getLastModifiedTime(file).toInstant().isBefore(now.minus(TOUCH))) {
        Files.setLastModifiedTime(file, FileTime.from(now));
      }
    } catch (IOException e) {
      LOG.debug("the use of {} is not noted", file, e);
    }
  }

  /** Keeps them, unless they alone would push out most of the others. */
  void put(String key, byte[] bytes) {
    if (bytes.length > maxShardBytes) {
      return;
    }
    try {
      Path directory = cache.directory(directory(key));
      Path temporary = directory.resolve(UUID.randomUUID() + TEMPORARY);
      try {
        Files.write(temporary, bytes, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        Files.setLastModifiedTime(temporary, FileTime.from(clock.instant()));
        Files.move(temporary, directory.resolve(key), StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(temporary);
      }
      if (puts.getAndIncrement(shard(key)) % PUTS_PER_TRIM == 0) {
        trim(directory);
      }
    } catch (IOException | DirectoryIteratorException | HookdException e) {
      LOG.debug("{} is not kept", key, e);
    }
  }

  void remove(String key) {
    Path file = cache.path(directory(key)).resolve(key);
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      LOG.debug("{} cannot be deleted", file, e);
    }
  }

  private static int shard(String key) {
    return Integer.parseInt(key.substring(0, 2), 16) % SHARDS;
  }

  private static String directory(String key) {
    return "%s/%02x".formatted(DIRECTORY, shard(key));
  }

  private record Entry(Path file, long size, Instant used) {}

  private void trim(Path directory) throws IOException {
    Instant now = clock.instant();
    List<Entry> kept = new ArrayList<>();
    long total = 0;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        BasicFileAttributes attributes;
        try {
          attributes = Files.readAttributes(file, BasicFileAttributes.class);
        } catch (NoSuchFileException e) {
          continue; // another process trims, or has finished writing
        }
        Instant used = attributes.lastModifiedTime().toInstant();
        boolean temporary = file.toString().endsWith(TEMPORARY);
        if (used.isBefore(now.minus(temporary ? ABANDONED : maxAge))) {
          if (Files.deleteIfExists(file) && !temporary) {
            cache.listener().evicted(Kept.METADATA, attributes.size());
          }
        } else if (!temporary) {
          kept.add(new Entry(file, attributes.size(), used));
          total += attributes.size();
        }
      }
    }
    kept.sort(Comparator.comparing(Entry::used));
    for (Entry entry : kept) {
      if (total <= maxShardBytes) {
        break;
      }
      if (Files.deleteIfExists(entry.file())) {
        cache.listener().evicted(Kept.METADATA, entry.size());
      }
      total -= entry.size();
    }
  }
}
