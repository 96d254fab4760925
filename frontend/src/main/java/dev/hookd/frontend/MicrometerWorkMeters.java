package dev.hookd.frontend;

import dev.hookd.client.HookdException;
import dev.hookd.frontend.index.IndexListener.Resource;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.BaseUnits;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the front end counts into Micrometer, beside what the pool does; the table of the meters is
 * in {@code docs/operations.md}. Closing it takes its meters out of the registry. Thread-safe.
 */
final class MicrometerWorkMeters implements WorkMeters {

  private static final String OK = "ok";

  private final MeterRegistry registry;
  private final Set<Meter> meters = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  MicrometerWorkMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  @Override
  public void watch(WorkerThreads workers) {
    kept(Gauge.builder("hookd.work.waiting", workers::waiting).register(registry));
    kept(Gauge.builder("hookd.work.running", workers::running).register(registry));
    registerCounters();
  }

  /** Those whose tags are known: the first event of a counter that comes with it is in no rate. */
  private void registerCounters() {
    for (Kept kind : Kept.values()) {
      lookups(kind, Found.DISK);
      lookups(kind, Found.MISS);
      damages(kind);
      evictions(kind);
      evictedBytes(kind);
    }
    lookups(Kept.METADATA, Found.MEMORY);
    keptFailures();
    for (Resource resource : Resource.values()) {
      requests(resource, OK);
    }
    retries();
    downloads(OK);
    receivedBytes();
  }

  @Override
  public WorkerThreads.Work<MetadataResult> metadata(WorkerThreads.Work<MetadataResult> work) {
    return timed(
        "hookd.metadata",
        Tags.of("source", "none"),
        result -> Tags.of("source", result.source().label()),
        work);
  }

  @Override
  public WorkerThreads.Work<RequirementsResult> requirements(
      WorkerThreads.Work<RequirementsResult> work) {
    return timed("hookd.requirements", Tags.empty(), result -> Tags.empty(), work);
  }

  @Override
  public WorkerThreads.Work<BuildResult> build(
      Set<Product> products, WorkerThreads.Work<BuildResult> work) {
    String names = products.stream().map(Product::label).collect(Collectors.joining("+"));
    Tags tags = Tags.of("product", names.isEmpty() ? "none" : names);
    return timed("hookd.build", tags, result -> tags, work);
  }

  @Override
  public void environmentCreated(Duration elapsed) {
    timer("hookd.environments", Tags.of("outcome", OK)).record(elapsed);
  }

  @Override
  public void environmentFailed(EnvironmentFailedException failure, Duration elapsed) {
    timer("hookd.environments", Tags.of("outcome", outcome(failure))).record(elapsed);
  }

  @Override
  public void wanted(Kept kind, Found found) {
    lookups(kind, found).increment();
  }

  @Override
  public void failureServed() {
    keptFailures().increment();
  }

  @Override
  public void damaged(Kept kind) {
    damages(kind).increment();
  }

  @Override
  public void evicted(Kept kind, long bytes) {
    evictions(kind).increment();
    evictedBytes(kind).increment((double) bytes);
  }

  @Override
  public void requestEnded(Resource resource, Duration elapsed, @Nullable Exception failure) {
    requests(resource, outcome(failure)).record(elapsed);
  }

  @Override
  public void requestRetried() {
    retries().increment();
  }

  @Override
  public void downloaded(long bytes) {
    downloads(OK).increment();
    receivedBytes().increment((double) bytes);
  }

  @Override
  public void downloadFailed(Exception failure) {
    downloads(outcome(failure)).increment();
  }

  private <T> WorkerThreads.Work<T> timed(
      String name, Tags ofFailure, Function<T, Tags> ofResult, WorkerThreads.Work<T> work) {
    return () -> {
      long start = System.nanoTime();
      try {
        T result = work.run();
        record(name, ofResult.apply(result).and("outcome", OK), start);
        return result;
      } catch (IOException | RuntimeException | Error e) {
        record(name, ofFailure.and("outcome", outcome(e)), start);
        throw e;
      }
    };
  }

  /** Whatever an interrupt has ended was cancelled, also where it is an installer's failure. */
  private static String outcome(@Nullable Throwable failure) {
    if (failure == null) {
      return OK;
    }
    if (failure instanceof InterruptedException
        || failure instanceof ClosedByInterruptException
        || failure.getCause() instanceof InterruptedException) {
      return "Cancelled";
    }
    return failure instanceof HookdException known ? known.kind() : "Other";
  }

  private void record(String name, Tags tags, long start) {
    timer(name, tags).record(Duration.ofNanos(System.nanoTime() - start));
  }

  private Timer timer(String name, Tags tags) {
    return kept(registry.timer(name, tags));
  }

  private Counter lookups(Kept kind, Found found) {
    return counter("hookd.cache.lookups", Tags.of("cache", kind.label(), "result", found.label()));
  }

  private Counter damages(Kept kind) {
    return counter("hookd.cache.damaged", Tags.of("cache", kind.label()));
  }

  private Counter evictions(Kept kind) {
    return counter("hookd.cache.evictions", Tags.of("cache", kind.label()));
  }

  private Counter evictedBytes(Kept kind) {
    return bytes("hookd.cache.evicted", Tags.of("cache", kind.label()));
  }

  private Counter keptFailures() {
    return counter("hookd.cache.failures", Tags.empty());
  }

  private Timer requests(Resource resource, String outcome) {
    return timer("hookd.index.requests", Tags.of("resource", resource.label(), "outcome", outcome));
  }

  private Counter retries() {
    return counter("hookd.index.retries", Tags.empty());
  }

  private Counter downloads(String outcome) {
    return counter("hookd.downloads", Tags.of("outcome", outcome));
  }

  private Counter receivedBytes() {
    return bytes("hookd.downloads.received", Tags.empty());
  }

  private Counter counter(String name, Tags tags) {
    return kept(registry.counter(name, tags));
  }

  private Counter bytes(String name, Tags tags) {
    return kept(Counter.builder(name).tags(tags).baseUnit(BaseUnits.BYTES).register(registry));
  }

  private <M extends Meter> M kept(M meter) {
    meters.add(meter);
    if (closed) { // work that outlives close() leaves nothing behind
      registry.remove(meter);
    }
    return meter;
  }

  @Override
  public void close() {
    closed = true;
    meters.forEach(registry::remove);
    meters.clear();
  }
}
