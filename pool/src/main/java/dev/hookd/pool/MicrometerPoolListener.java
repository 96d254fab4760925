package dev.hookd.pool;

import dev.hookd.client.HookdException;
import dev.hookd.client.LaunchFailedException;
import dev.hookd.protocol.DaemonRequest;
import dev.hookd.protocol.HookRequest;
import dev.hookd.protocol.HookUsage;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts into Micrometer; the table of the meters is in {@code docs/operations.md}. Closing it
 * takes its meters out of the registry.
 */
final class MicrometerPoolListener implements PoolListener, AutoCloseable {

  /** The names of backends come from projects, so that there may be any number of them. */
  private static final int MAX_BACKENDS = 50;

  private static final String OK = "ok";

  private final MeterRegistry registry;
  private final Set<Meter> meters = ConcurrentHashMap.newKeySet();
  private final Set<String> backends = ConcurrentHashMap.newKeySet();
  private final Timer wait;
  private final Counter retries;
  private final Counter rejected;
  private final Counter hooksWithPreload;
  private final Counter hooksWithoutPreload;
  private final Counter preloadedModules;
  private final Timer saved;

  MicrometerPoolListener(MeterRegistry registry, Supplier<PoolSnapshot> pool) {
    this.registry = registry;
    wait = kept(Timer.builder("hookd.pool.wait").register(registry));
    retries = kept(Counter.builder("hookd.pool.retries").register(registry));
    rejected = kept(Counter.builder("hookd.pool.rejected").register(registry));
    hooksWithPreload = kept(registry.counter("hookd.pool.preload.hooks", "preload", "used"));
    hooksWithoutPreload = kept(registry.counter("hookd.pool.preload.hooks", "preload", "none"));
    preloadedModules = kept(Counter.builder("hookd.pool.preload.modules").register(registry));
    saved = kept(Timer.builder("hookd.pool.preload.saved").register(registry));
    kept(Gauge.builder("hookd.pool.queue", () -> pool.get().waiting()).register(registry));
    for (DaemonState state : DaemonState.values()) {
      if (state != DaemonState.GONE) {
        kept(
            Gauge.builder("hookd.pool.daemons", () -> pool.get().count(state))
                .tag("state", state.label())
                .register(registry));
      }
    }
  }

  @Override
  public void callStarted(DaemonKey key, DaemonRequest request, Duration waited) {
    wait.record(waited);
  }

  @Override
  public void callRetried(DaemonKey key, DaemonRequest request) {
    retries.increment();
  }

  @Override
  public void callMeasured(DaemonKey key, DaemonRequest request, HookUsage usage) {
    if (usage.preloaded() == 0) {
      hooksWithoutPreload.increment();
    } else {
      hooksWithPreload.increment();
      preloadedModules.increment(usage.preloaded());
      saved.record(usage.saved());
    }
  }

  @Override
  public void callFinished(
      DaemonKey key, DaemonRequest request, @Nullable Duration ran, @Nullable Throwable failure) {
    String outcome = failure == null ? OK : kind(failure);
    if (ran != null) {
      String hook =
          request instanceof HookRequest hookRequest ? hookRequest.hook().wireName() : "features";
      Tags tags = Tags.of("hook", hook, "backend", backend(request), "outcome", outcome);
      kept(registry.timer("hookd.pool.hook", tags)).record(ran);
    }
    if (failure instanceof PoolRejectedException) {
      rejected.increment();
    }
    if (failure != null) {
      kept(registry.counter("hookd.pool.failures", "kind", outcome)).increment();
    }
  }

  @Override
  public void callVerified(DaemonKey key, DaemonRequest request, Verification verification) {
    String outcome = verification.outcome().label();
    kept(registry.counter("hookd.pool.verifications", "outcome", outcome)).increment();
  }

  @Override
  public void daemonStarted(DaemonKey key, long pid, Duration took) {
    kept(registry.timer("hookd.pool.start", "outcome", OK)).record(took);
  }

  @Override
  public void daemonStartFailed(DaemonKey key, LaunchFailedException failure, Duration took) {
    kept(registry.timer("hookd.pool.start", "outcome", failure.kind())).record(took);
  }

  @Override
  public void daemonRetired(DaemonKey key, long pid, RetirementCause cause) {
    kept(registry.counter("hookd.pool.retirements", "cause", cause.label())).increment();
  }

  @Override
  public void close() {
    meters.forEach(registry::remove);
    meters.clear();
  }

  private <M extends Meter> M kept(M meter) {
    meters.add(meter);
    return meter;
  }

  private String backend(DaemonRequest request) {
    if (request.backend().isInTree()) {
      return "in-tree";
    }
    String name = request.backend().object();
    if (backends.contains(name)) {
      return name;
    }
    if (backends.size() >= MAX_BACKENDS) {
      return "other";
    }
    backends.add(name);
    return name;
  }

  private static String kind(Throwable failure) {
    return failure instanceof HookdException known ? known.kind() : "Other";
  }
}
