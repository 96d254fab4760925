package dev.hookd.frontend.environment;

import dev.hookd.frontend.EnvironmentFailedException;
import dev.hookd.frontend.RequirementOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds environments that have been made already, and says which still count. Thread-safe. */
final class KnownEnvironments {

  private static final Logger LOG = LoggerFactory.getLogger(KnownEnvironments.class);

  /** After the index could not be reached, it is left alone for so long. */
  private static final Duration REPRIEVE = Duration.ofMinutes(10);

  /** Tells the listener. */
  interface Events {
    void tell(Consumer<EnvironmentListener> event);
  }

  private final EnvironmentsConfig config;
  private final EnvironmentStore store;
  private final EnvironmentUses uses;
  private final Events events;
  private final Map<String, String> hookVariables;
  private final ConcurrentHashMap<String, Long> reprieved = new ConcurrentHashMap<>();

  KnownEnvironments(
      EnvironmentsConfig config, EnvironmentStore store, EnvironmentUses uses, Events events) {
    this.config = config;
    this.store = store;
    this.uses = uses;
    this.events = events;
    hookVariables = HookVariables.allowed(config.callerEnvironment(), config.extraHookVariables());
  }

  /** The environment that the request was resolved to, if that counts and is still there. */
  Optional<BuildEnvironment> find(EnvironmentRequest request)
      throws IOException, InterruptedException {
    Optional<BuildEnvironment> found = find(request, request.key());
    return found.isPresent() || request.online().equals(request.key())
        ? found
        : find(request, request.online());
  }

  private Optional<BuildEnvironment> find(EnvironmentRequest request, String key)
      throws IOException, InterruptedException {
    Optional<EnvironmentStore.Pointer> pointer = store.pointer(key);
    return pointer.isPresent() && counts(request, pointer.get())
        ? used(pointer.get().id())
        : Optional.empty();
  }

  /** Offline there is nothing newer to be had. */
  private boolean counts(EnvironmentRequest request, EnvironmentStore.Pointer pointer) {
    RequirementOptions options = request.spec().options();
    Long reprieve = reprieved.get(request.key());
    return request.requirements().isEmpty()
        || options.index().offline()
        || options.freshness().fresh(pointer.resolved(), config.clock().instant())
        || (reprieve != null && System.nanoTime() - reprieve < REPRIEVE.toNanos());
  }

  /** The environment of this id if it is there; it will stay for some time then. */
  private Optional<BuildEnvironment> used(String id) throws IOException, InterruptedException {
    Optional<Path> root = store.complete(id);
    if (root.isPresent()) {
      if (uses.note(id)) {
        root = store.complete(id); // it may have been taken away before it was noted
      }
      store.touch(id, config.clock().instant());
    }
    return root.map(path -> isolated(id, path));
  }

  /** The environment of this id, which is at that place. */
  BuildEnvironment isolated(String id, Path root) {
    return BuildEnvironment.isolated(id, root, hookVariables, store.learned(id));
  }

  /** What was resolved before, where it is only the index that stands in the way. */
  Optional<BuildEnvironment> stale(EnvironmentRequest request, EnvironmentFailedException reason)
      throws IOException, InterruptedException {
    Optional<EnvironmentStore.Pointer> pointer = store.pointer(request.key());
    boolean asked = !request.spec().options().freshness().notBefore().equals(Instant.MIN);
    if (asked || pointer.isEmpty() || !InstallerFailure.isUnreachable(reason)) {
      return Optional.empty();
    }
    Optional<BuildEnvironment> old = used(pointer.get().id());
    if (old.isPresent()) {
      Instant resolved = pointer.get().resolved();
      LOG.warn("the index cannot be reached; what was resolved on {} is used", resolved);
      events.tell(listener -> listener.stale(request.spec(), resolved, reason));
      reprieved.put(request.key(), System.nanoTime());
    }
    return old;
  }
}
