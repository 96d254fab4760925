package dev.hookd.frontend.environment;

import dev.hookd.frontend.system.CacheDirectory;
import dev.hookd.frontend.system.CacheUser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the environments of a cache directory. Creates nothing, waits for no lock, and needs no
 * permission to write; what other processes do meanwhile may or may not be seen. Thread-safe.
 */
public final class CachedEnvironments {

  private static final Logger LOG = LoggerFactory.getLogger(CachedEnvironments.class);

  private static final Pattern ID = Pattern.compile("[0-9a-f]{32}");

  private final CacheDirectory cache;
  private final Path directory;
  private final EnvironmentStore store;

  /**
   * Some of the environments that there are.
   *
   * @param total how many there are in all
   * @param newest those that were made last, the newest first
   */
  public record Listing(int total, List<CachedEnvironment> newest) {
    public Listing {
      newest = List.copyOf(newest);
    }
  }

  public CachedEnvironments(CacheDirectory cache) {
    this.cache = cache;
    directory = cache.path("environments");
    store = new EnvironmentStore(cache);
  }

  /** Where the environments are; may be missing. */
  public Path directory() {
    return directory;
  }

  /**
   * The environments that are complete, or were.
   *
   * @param limit how many are looked into
   * @throws UncheckedIOException if the directory cannot be listed
   */
  public Listing newest(int limit) {
    record Found(String id, FileTime made) {}
    List<Found> found = new ArrayList<>();
    for (String id : ids()) {
      store
          .finished(id)
          .flatMap(CachedEnvironments::made)
          .map(made -> new Found(id, made))
          .ifPresent(found::add);
    }
    found.sort(Comparator.comparing(Found::made).reversed().thenComparing(Found::id));
    return new Listing(
        found.size(),
        found.stream().limit(limit).flatMap(each -> find(each.id()).stream()).toList());
  }

  /**
   * An environment, and how it is used.
   *
   * @param last when it was used last, to the hour
   * @param bytes what it held when it was made
   * @param inUse whether a living process uses it
   */
  public record Used(CachedEnvironment environment, Instant last, long bytes, boolean inUse) {}

  /**
   * All environments, the one used last first.
   *
   * @throws UncheckedIOException if they cannot be looked at
   */
  public List<Used> byLastUse() {
    List<Used> all = new ArrayList<>();
    for (String id : ids()) {
      try {
        EnvironmentStore.Usage usage = store.usage(id);
        boolean inUse = CacheUser.isNeeded(cache, EnvironmentUses.KIND, id);
        find(id).ifPresent(each -> all.add(new Used(each, usage.last(), usage.bytes(), inUse)));
      } catch (NoSuchFileException e) {
        LOG.debug("{} has gone", id, e);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    all.sort(Comparator.comparing(Used::last).reversed().thenComparing(u -> u.environment().id()));
    return all;
  }

  /**
   * The ids that begin so, in order.
   *
   * @throws UncheckedIOException if the directory cannot be listed
   */
  public List<String> idsBeginningWith(String prefix) {
    return ids().stream().filter(id -> id.startsWith(prefix)).sorted().toList();
  }

  /**
   * The id of the environment that has this directory: the one that is named by the id, or one
   * directly in it. Empty when it is not in this cache, or not there.
   */
  public Optional<String> idOf(Path environment) {
    try {
      Path relative = directory.toRealPath().relativize(environment.toRealPath());
      String id = relative.getName(0).toString();
      return relative.getNameCount() <= 2 && ID.matcher(id).matches()
          ? Optional.of(id)
          : Optional.empty();
    } catch (IOException e) {
      LOG.debug("{} is no directory of an environment", environment, e);
      return Optional.empty();
    }
  }

  /** The environment of this id; empty when there is none. */
  public Optional<CachedEnvironment> find(String id) {
    if (!ID.matcher(id).matches() || !Files.isDirectory(directory.resolve(id))) {
      return Optional.empty();
    }
    Path learned = store.learned(id);
    List<LearnedFile> files = LearnedFile.allIn(learned);
    Optional<Path> complete = store.complete(id);
    Optional<Path> root = complete.or(() -> store.finished(id));
    if (root.isEmpty()) {
      return Optional.of(
          new CachedEnvironment(
              id,
              CachedEnvironment.State.INCOMPLETE,
              directory.resolve(id),
              Optional.empty(),
              Optional.empty(),
              learned,
              files));
    }
    CachedEnvironment.State state =
        complete.isPresent()
            ? CachedEnvironment.State.COMPLETE
            : CachedEnvironment.State.WITHOUT_PYTHON;
    Optional<EnvironmentManifest> manifest = Optional.empty();
    Optional<String> fault = Optional.empty();
    try {
      manifest =
          Optional.of(EnvironmentManifest.read(root.get().resolve(EnvironmentStore.MANIFEST)));
    } catch (IOException e) {
      fault = Optional.of(String.valueOf(e.getMessage()));
    }
    return Optional.of(
        new CachedEnvironment(id, state, root.get(), manifest, fault, learned, files));
  }

  private List<String> ids() {
    List<String> ids = new ArrayList<>();
    try (DirectoryStream<Path> entries =
        Files.newDirectoryStream(
            directory, entry -> ID.matcher(String.valueOf(entry.getFileName())).matches())) {
      entries.forEach(entry -> ids.add(String.valueOf(entry.getFileName())));
    } catch (NoSuchFileException e) {
      return List.of(); // no environment has been made yet
    } catch (DirectoryIteratorException e) {
      throw new UncheckedIOException(e.getCause());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return ids;
  }

  /** When it was made; empty when it has gone meanwhile. */
  private static Optional<FileTime> made(Path root) {
    try {
      return Optional.of(Files.getLastModifiedTime(root.resolve(EnvironmentStore.MANIFEST)));
    } catch (IOException e) {
      LOG.debug("{} has gone", root, e);
      return Optional.empty();
    }
  }
}
