package dev.hookd.frontend.environment;

import dev.hookd.frontend.system.CacheDirectory;
import dev.hookd.frontend.system.CacheListener.Kept;
import dev.hookd.frontend.system.CacheUser;
import dev.hookd.frontend.system.FileLocks;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes environments away that nobody uses: those that cannot be used, those that nobody has used
 * for long, and those used least recently until the others are within a bound. Any number of
 * processes may do so at once. Thread-safe.
 */
public final class EnvironmentPruner {

  private static final Logger LOG = LoggerFactory.getLogger(EnvironmentPruner.class);

  /** Why an environment goes. */
  public enum Reason {
    /** Left half made, or without its Python, or with a manifest that cannot be read. */
    UNUSABLE,
    /** Not used for longer than was asked for. */
    UNUSED,
    /** Used less recently than the others, which fill the bound. */
    BOUND
  }

  /**
   * One that has gone, or would go.
   *
   * @param bytes what it held
   */
  public record Removal(String id, Reason reason, long bytes, Instant lastUse) {}

  /**
   * What came of it.
   *
   * @param inUse how many would have gone, but are in use
   * @param bytesLeft what the others hold
   */
  public record Result(List<Removal> removed, int inUse, long bytesLeft) {
    public Result {
      removed = List.copyOf(removed);
    }
  }

  private final CacheDirectory cache;
  private final EnvironmentStore store;
  private final CachedEnvironments environments;
  private final Clock clock;

  public EnvironmentPruner(CacheDirectory cache, Clock clock) {
    this.cache = cache;
    this.clock = clock;
    store = new EnvironmentStore(cache);
    environments = new CachedEnvironments(cache);
  }

  /**
   * Prunes.
   *
   * @param unusedFor how long unused ones are kept; {@code null}: for ever. The last use is known
   *     to the hour
   * @param maxBytes how much all of them may hold; those in use count, but stay
   * @param dryRun whether nothing is taken away, only said what would be
   * @throws IOException if the environments cannot be listed
   */
  public Result prune(@Nullable Duration unusedFor, long maxBytes, boolean dryRun)
      throws IOException, InterruptedException {
    Run run = new Run(dryRun);
    List<Removal> usable = new ArrayList<>();
    Instant now = clock.instant();
    for (String id : environments.idsBeginningWith("")) {
      Optional<Removal> found = look(id, unusedFor, now);
      if (found.isPresent()) {
        if (found.get().reason() == Reason.BOUND) {
          usable.add(found.get());
        } else {
          run.take(found.get());
        }
      }
    }
    usable.sort(Comparator.comparing(Removal::lastUse).thenComparing(Removal::id));
    long left = run.left + usable.stream().mapToLong(Removal::bytes).sum();
    for (Removal each : usable) {
      if (left <= maxBytes) {
        break;
      }
      left -= run.take(each) ? each.bytes() : 0;
    }
    store.forgetRequestsOf(run.gone());
    return new Result(run.removed, run.inUse, left);
  }

  /** With the reason {@code BOUND} where there is no other. */
  private Optional<Removal> look(String id, @Nullable Duration unusedFor, Instant now)
      throws IOException {
    try {
      EnvironmentStore.Usage usage = store.usage(id);
      boolean usable =
          environments
              .find(id)
              .filter(each -> each.state() == CachedEnvironment.State.COMPLETE)
              .filter(each -> each.manifestFault().isEmpty())
              .isPresent();
      boolean old =
          unusedFor != null
              && usage.last().plus(EnvironmentStore.USED_PRECISION).isBefore(now.minus(unusedFor));
      Reason reason = !usable ? Reason.UNUSABLE : old ? Reason.UNUSED : Reason.BOUND;
      return Optional.of(new Removal(id, reason, usage.bytes(), usage.last()));
    } catch (NoSuchFileException e) {
      return Optional.empty(); // somebody else has taken it away
    }
  }

  private final class Run {
    private final boolean dryRun;
    private final List<Removal> removed = new ArrayList<>();
    private int inUse;

    /** Of what should have gone and is in use. */
    private long left;

    Run(boolean dryRun) {
      this.dryRun = dryRun;
    }

    @SuppressWarnings("try") // the lock is held, not used
    boolean take(Removal removal) throws IOException, InterruptedException {
      boolean gone = false;
      if (dryRun) {
        gone = !CacheUser.isNeeded(cache, EnvironmentUses.KIND, removal.id());
      } else {
        // Whoever makes it has the lock; one that is being made is not unusable.
        Optional<FileLocks.Held> lock = store.tryLock(removal.id());
        if (lock.isPresent()) {
          try (FileLocks.Held held = lock.get()) {
            gone =
                CacheUser.remove(
                    cache,
                    environments.directory().resolve(removal.id()),
                    EnvironmentUses.KIND,
                    removal.id());
          }
        }
        if (gone) {
          tell(removal);
        }
      }
      if (gone) {
        removed.add(removal);
        LOG.info(
            "environment {} goes: {}, {} bytes", removal.id(), removal.reason(), removal.bytes());
      } else {
        inUse++;
        left += removal.reason() == Reason.BOUND ? 0 : removal.bytes();
      }
      return gone;
    }

    private void tell(Removal removal) {
      if (removal.reason() == Reason.UNUSABLE) {
        cache.listener().damaged(Kept.ENVIRONMENTS);
      } else {
        cache.listener().evicted(Kept.ENVIRONMENTS, removal.bytes());
      }
    }

    Set<String> gone() {
      Set<String> ids = new HashSet<>();
      if (!dryRun) {
        removed.forEach(removal -> ids.add(removal.id()));
      }
      return ids;
    }
  }
}
