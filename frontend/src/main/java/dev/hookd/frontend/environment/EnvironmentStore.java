package dev.hookd.frontend.environment;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.hookd.frontend.system.CacheDirectory;
import dev.hookd.frontend.system.DiskUse;
import dev.hookd.frontend.system.DurableFiles;
import dev.hookd.frontend.system.FileLocks;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The environments of a cache directory on disk:
 *
 * <pre>
 * environments/requests/REQUEST         which content a request was resolved to, and when
 * environments/ID/ATTEMPT/              an environment (its final place: scripts carry the path)
 * environments/ID/ATTEMPT/hookd-environment.json   the manifest; written last, so: complete
 * environments/ID/learned/              what daemons have learned about it; a hint, theirs to write
 * environments/ID/used                  its size in bytes; the file's time is that of its last use
 * environments/locks/NAME.lock          held while NAME, a request or an id, is being made
 * </pre>
 *
 * <p>Each attempt has a directory of its own, because the installer of a killed process may live on
 * and write into the directory that it was started for: nobody else will ever use that one.
 *
 * <p>What was learned stays beside the attempts: it is about the content that the id names, so that
 * it serves the next attempt as well, and goes when the id's directory does. Daemons of several
 * processes replace its files as a whole, without a lock: of two at once the last one counts, and
 * each is as good.
 *
 * <p>An environment is complete or absent. It is not made read-only: hooks copy files out of
 * packages together with their modes, and a build that works elsewhere must work here; keeping
 * hooks from writing is the sandbox's matter. All byte code is compiled at creation, so that an
 * ordinary hook has no reason to write.
 */
final class EnvironmentStore {

  static final String MANIFEST = "hookd-environment.json";

  private static final String LEARNED = "learned";
  private static final String USED = "used";

  /** How exactly the last use is known, so that hardly any use writes. */
  static final Duration USED_PRECISION = Duration.ofHours(1);

  private static final Logger LOG = LoggerFactory.getLogger(EnvironmentStore.class);

  /** What a request led to, and when that was found out. */
  record Pointer(String id, Instant resolved) {}

  private final CacheDirectory cache;
  private final ObjectMapper json = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  EnvironmentStore(CacheDirectory cache) {
    this.cache = cache;
  }

  Optional<Pointer> pointer(String request) {
    Path file = cache.path("environments/requests").resolve(request);
    try {
      // "ID YYYY-MM-DDTHH:MM:SSZ"; a text that is anything else is as good as none.
      String[] words = Files.readString(file, StandardCharsets.UTF_8).strip().split(" ", -1);
      return words.length == 2 && words[0].matches("[0-9a-f]{32}")
          ? Optional.of(new Pointer(words[0], Instant.parse(words[1])))
          : Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException | DateTimeException e) {
      LOG.debug("{} cannot be read; the request is resolved again", file, e);
      return Optional.empty();
    }
  }

  void point(String request, Pointer pointer) throws IOException {
    Path directory = cache.directory("environments/requests");
    DurableFiles.replace(
        directory.resolve(request), pointer.id() + " " + pointer.resolved() + "\n");
  }

  /** The root of the complete environment of this id whose interpreter is still there. */
  Optional<Path> complete(String id) {
    return finishedAttempts(id)
        .filter(attempt -> Files.isExecutable(attempt.resolve("bin/python")))
        .findFirst();
  }

  /** The root of an environment of this id that was made completely, whatever became of it. */
  Optional<Path> finished(String id) {
    return finishedAttempts(id).findFirst();
  }

  private Stream<Path> finishedAttempts(String id) {
    return attempts(id).stream().filter(attempt -> Files.exists(attempt.resolve(MANIFEST)));
  }

  /** Where daemons keep what they learn about the environment of this id; may be missing. */
  Path learned(String id) {
    return cache.path("environments").resolve(id).resolve(LEARNED);
  }

  private List<Path> attempts(String id) {
    List<Path> attempts = new ArrayList<>();
    try (DirectoryStream<Path> entries =
        Files.newDirectoryStream(
            cache.path("environments").resolve(id),
            entry -> !entry.endsWith(LEARNED) && !entry.endsWith(USED))) {
      entries.forEach(attempts::add);
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    } catch (IOException | DirectoryIteratorException e) {
      LOG.debug("the environments of {} cannot be listed", id, e);
      return List.of();
    }
    return attempts;
  }

  /** When an environment was used last, and how large it was when it was made. */
  record Usage(Instant last, long bytes) {}

  /** Notes the size of an environment that has just been made. */
  void made(String id, Path root) throws IOException {
    Files.writeString(used(id), String.valueOf(DiskUse.of(root)));
  }

  /** Notes that it is used. Only a hint is lost where that fails. */
  void touch(String id, Instant now) {
    try {
      FileTime last = Files.getLastModifiedTime(used(id));
      if (last.toInstant().isBefore(now.minus(USED_PRECISION))) {
        Files.setLastModifiedTime(used(id), FileTime.from(now));
      }
    } catch (NoSuchFileException e) {
      LOG.debug("nobody has noted the size of {} yet", id);
    } catch (IOException e) {
      LOG.debug("that {} is used cannot be noted", id, e);
    }
  }

  Usage usage(String id) throws IOException {
    Path file = used(id);
    try {
      return new Usage(
          Files.getLastModifiedTime(file).toInstant(), Long.parseLong(Files.readString(file)));
    } catch (IOException | NumberFormatException e) {
      LOG.debug("{} says nothing about its use", id, e);
    }
    Path directory = cache.path("environments").resolve(id);
    return new Usage(Files.getLastModifiedTime(directory).toInstant(), DiskUse.of(directory));
  }

  private Path used(String id) {
    return cache.path("environments").resolve(id).resolve(USED);
  }

  /** Forgets what requests were resolved to where that is no longer there. */
  void forgetRequestsOf(Set<String> ids) throws IOException {
    try (DirectoryStream<Path> requests =
        Files.newDirectoryStream(cache.path("environments/requests"))) {
      for (Path request : requests) {
        Optional<Pointer> pointer = pointer(String.valueOf(request.getFileName()));
        if (pointer.isPresent() && ids.contains(pointer.get().id())) {
          Files.deleteIfExists(request);
        }
      }
    } catch (NoSuchFileException e) {
      LOG.debug("no request has been resolved yet");
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  /** The lock of {@link #lock} if nobody has it. */
  Optional<FileLocks.Held> tryLock(String name) throws IOException {
    return FileLocks.tryAcquire(cache.directory("environments/locks").resolve(name + ".lock"));
  }

  /** Held until closed; whoever holds it alone makes what is called {@code name}. */
  FileLocks.Held lock(String name, Consumer<Path> otherProcess)
      throws IOException, InterruptedException {
    Path file = cache.directory("environments/locks").resolve(name + ".lock");
    return FileLocks.acquire(file, () -> otherProcess.accept(file));
  }

  /**
   * A new, empty place for this environment, after what failed attempts have left is gone. The
   * caller holds the lock of {@code id}.
   */
  Path begin(String id) throws IOException {
    for (Path rubbish : attempts(id)) {
      LOG.info("removes the incomplete environment {}", rubbish);
      discard(rubbish);
    }
    byte[] name = new byte[4];
    ThreadLocalRandom.current().nextBytes(name);
    Path root = cache.directory("environments/" + id).resolve(HexFormat.of().formatHex(name));
    CacheDirectory.createPrivate(root);
    return root;
  }

  /** Makes the environment visible: from here on it is complete. */
  void finish(Path root, Map<String, Object> manifest) throws IOException {
    DurableFiles.replace(root.resolve(MANIFEST), json.writeValueAsString(manifest) + "\n");
  }

  /**
   * Deletes an attempt, the manifest first. One that cannot be deleted is not taken for complete,
   * and is tried again before the next attempt.
   */
  void discard(Path root) {
    try {
      Files.deleteIfExists(root.resolve(MANIFEST));
      DurableFiles.deleteTree(root);
    } catch (IOException e) {
      LOG.warn("{} cannot be removed yet: {}", root, e.toString());
    }
  }
}
