package dev.hookd.frontend.metadata;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.hookd.frontend.MetadataCacheConfig;
import dev.hookd.frontend.system.CacheDirectory;
import dev.hookd.frontend.system.CacheListener;
import dev.hookd.frontend.system.CacheListener.Kept;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What earlier runs, of this and of other processes, have found out about sdists: in memory, and on
 * disk. An entry that does not read as it was written is dropped. Thread-safe.
 */
public final class MetadataCache {

  private static final Logger LOG = LoggerFactory.getLogger(MetadataCache.class);

  /** What an entry in memory takes besides its file. */
  private static final int OVERHEAD_BYTES = 1_000;

  private final MetadataCacheConfig config;
  private final Clock clock;
  private final EntryStore store;
  private final CacheListener listener;
  private final Cache<String, CacheEntry> memory;

  /** An entry, and where it was. */
  record Hit(CacheEntry entry, CacheListener.Found place) {}

  public MetadataCache(MetadataCacheConfig config, CacheDirectory cache) {
    this(config, cache, Clock.systemUTC());
  }

  MetadataCache(MetadataCacheConfig config, CacheDirectory cache, Clock clock) {
    this.config = config;
    this.clock = clock;
    listener = cache.listener();
    store = new EntryStore(cache, config.maxBytes(), config.maxAge(), clock);
    memory =
        Caffeine.newBuilder()
            .maximumWeight(config.memoryBytes())
            .weigher((String key, CacheEntry entry) -> weight(entry))
            .executor(Runnable::run) // eviction is quick, and leaves no thread behind
            .build();
  }

  boolean isEnabled() {
    return config.enabled();
  }

  /** The entry of that key, if it is not too old. */
  Optional<CacheEntry> get(String key) {
    return find(key).map(Hit::entry);
  }

  /** The same, with where it was. */
  Optional<Hit> find(String key) {
    if (!config.enabled()) {
      return Optional.empty();
    }
    CacheListener.Found place = CacheListener.Found.MEMORY;
    CacheEntry known = memory.getIfPresent(key);
    if (known == null) {
      place = CacheListener.Found.DISK;
      known = read(key).orElse(null);
      if (known == null) {
        return Optional.empty();
      }
      memory.put(key, known);
    }
    if (isOld(known)) {
      remove(key);
      return Optional.empty();
    }
    return Optional.of(new Hit(known, place));
  }

  /** Tells that a request was answered with what was found: one of these for each request. */
  void answered(Hit hit) {
    listener.wanted(Kept.METADATA, hit.place());
    if (hit.entry().outcome() instanceof CacheEntry.Failed) {
      listener.failureServed();
    }
  }

  /** Tells that a request could not be answered with what is kept. */
  void missed() {
    listener.wanted(Kept.METADATA, CacheListener.Found.MISS);
  }

  private Optional<CacheEntry> read(String key) {
    Optional<byte[]> file = store.get(key);
    if (file.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(EntryFile.decode(file.get()));
    } catch (IOException e) {
      LOG.warn("the kept metadata {} are damaged, and made again: {}", key, e.getMessage());
      store.remove(key);
      listener.damaged(Kept.METADATA);
      return Optional.empty();
    }
  }

  void put(String key, CacheEntry entry) {
    if (!config.enabled() || isOld(entry)) {
      return; // for example a failure, where none are kept
    }
    memory.put(key, entry);
    store.put(key, EntryFile.encode(entry));
  }

  /** An entry as of now. */
  CacheEntry entry(
      CacheEntry.Outcome outcome, java.util.List<CacheEntry.UsedEnvironment> environments) {
    return new CacheEntry(clock.instant(), outcome, environments);
  }

  private void remove(String key) {
    memory.invalidate(key);
    store.remove(key);
  }

  private boolean isOld(CacheEntry entry) {
    Duration limit =
        entry.outcome() instanceof CacheEntry.Failed ? config.maxFailureAge() : config.maxAge();
    return !clock.instant().isBefore(entry.made().plus(limit));
  }

  private static int weight(CacheEntry entry) {
    int bytes =
        entry.outcome() instanceof CacheEntry.Answer answer
            ? answer.metadata().size()
            : EntryFile.encode(entry).length;
    return OVERHEAD_BYTES + bytes;
  }
}
