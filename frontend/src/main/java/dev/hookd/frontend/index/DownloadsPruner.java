package dev.hookd.frontend.index;

import dev.hookd.frontend.system.CacheListener;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes room among the downloaded files: those that were not used for longest go first, by the time
 * of their directories. Looks only now and then, when a hundredth of what there may be has come, or
 * at the first file. Thread-safe; any number of processes may do so at once.
 *
 * <p>A file that somebody was told of an hour ago may be gone when it is opened. Beginnings of
 * downloads that nobody has gone on with for a day are deleted as well.
 */
final class DownloadsPruner {

  private static final Logger LOG = LoggerFactory.getLogger(DownloadsPruner.class);

  private static final Duration IN_USE = Duration.ofHours(1);
  private static final Duration ABANDONED = Duration.ofDays(1);
  private static final int LOOKS = 100;

  private final Path directory;
  private final long maxBytes;
  private final Clock clock;
  private final CacheListener listener;
  private final AtomicLong sinceLook;

  private record Kept(Path path, long bytes, Instant used) {}

  DownloadsPruner(Path directory, long maxBytes, Clock clock, CacheListener listener) {
    this.directory = directory;
    this.maxBytes = maxBytes;
    this.clock = clock;
    this.listener = listener;
    this.sinceLook = new AtomicLong(maxBytes / LOOKS);
  }

  /** A file of this size has been added. */
  void added(long bytes) {
    if (sinceLook.addAndGet(bytes) >= maxBytes / LOOKS) {
      sinceLook.set(0);
      try {
        prune();
      } catch (NoSuchFileException e) {
        LOG.debug("another process makes room in {}", directory, e);
      } catch (IOException e) {
        LOG.warn("no room was made in {}", directory, e);
      }
    }
  }

  private void prune() throws IOException {
    List<Kept> kept = new ArrayList<>();
    long total = 0;
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        if (entry.endsWith("partial")) {
          dropAbandoned(entry);
          continue;
        }
        Instant used = Files.getLastModifiedTime(entry).toInstant();
        long bytes = 0;
        for (Path file : files(entry)) {
          bytes += size(file);
        }
        kept.add(new Kept(entry, bytes, used));
        total += bytes;
      }
    }
    kept.sort(Comparator.comparing(Kept::used));
    Instant inUse = clock.instant().minus(IN_USE);
    for (Kept oldest : kept) {
      if (total <= maxBytes || oldest.used().isAfter(inUse)) {
        return;
      }
      if (drop(oldest)) {
        total -= oldest.bytes();
        listener.evicted(CacheListener.Kept.DOWNLOADS, oldest.bytes());
        LOG.debug("{} made room: {} bytes", oldest.path(), oldest.bytes());
      }
    }
  }

  /** Not what was used, or filled, since it was looked at. */
  private static boolean drop(Kept oldest) throws IOException {
    try {
      if (!Files.getLastModifiedTime(oldest.path()).toInstant().equals(oldest.used())) {
        return false;
      }
      for (Path file : files(oldest.path())) {
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(oldest.path());
      return true;
    } catch (NoSuchFileException | DirectoryNotEmptyException e) {
      return false; // another process was there as well
    }
  }

  private void dropAbandoned(Path partial) throws IOException {
    Instant abandoned = clock.instant().minus(ABANDONED);
    for (Path file : files(partial)) {
      if (!file.toString().endsWith(".lock")
          && Files.getLastModifiedTime(file).toInstant().isBefore(abandoned)) {
        Files.deleteIfExists(file);
      }
    }
  }

  /** Another process may be making room as well. */
  private static List<Path> files(Path directory) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      List<Path> found = new ArrayList<>();
      files.forEach(found::add);
      return found;
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  private static long size(Path file) throws IOException {
    try {
      return Files.size(file);
    } catch (NoSuchFileException e) {
      return 0;
    }
  }
}
