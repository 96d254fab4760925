package dev.hookd.frontend;

import dev.hookd.client.LocalLauncher;
import dev.hookd.frontend.build.EnvironmentProvider;
import dev.hookd.frontend.build.HookRunner;
import dev.hookd.frontend.build.KeptWheels;
import dev.hookd.frontend.build.TreeLocks;
import dev.hookd.frontend.environment.BuildEnvironments;
import dev.hookd.frontend.environment.EnvironmentsConfig;
import dev.hookd.frontend.interpreter.PythonInterpreters;
import dev.hookd.frontend.metadata.MetadataCache;
import dev.hookd.frontend.metadata.MetadataService;
import dev.hookd.frontend.source.ArchiveLimits;
import dev.hookd.frontend.system.CacheDirectory;
import dev.hookd.frontend.system.CacheUser;
import dev.hookd.pool.DaemonPool;
import dev.hookd.pool.PoolConfig;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;

/**
 * What a front end is made of, in the order in which one needs the other. Of the parts that must be
 * ended, the order is the other way round.
 */
final class FrontendParts implements AutoCloseable {

  final WorkMeters meters;
  final CacheDirectory cache;
  private final BuildEnvironments buildEnvironments;
  final DaemonPool pool;
  final WorkerThreads workers;
  final MetadataRequests metadata;
  final ProjectRequests projects;

  FrontendParts(Hookd.Builder builder) {
    MeterRegistry registry = builder.meterRegistry;
    // Micrometer is not even loaded where nobody asks for it: a command's start is felt.
    meters = registry == null ? WorkMeters.NONE : new MicrometerWorkMeters(registry);
    cache =
        (builder.cacheDirectory == null
                ? CacheDirectory.of(builder.environment)
                : CacheDirectory.at(builder.cacheDirectory))
            .heardBy(meters);
    CacheUser user = new CacheUser(cache);
    buildEnvironments = new BuildEnvironments(environmentsConfig(builder, cache, meters), user);
    EnvironmentProvider environments =
        new EnvironmentProvider(
            new PythonInterpreters(cache, builder.environment),
            buildEnvironments,
            builder.environment);
    pool = pool(builder, cache, user);
    HookRunner runner =
        new HookRunner(pool, builder.listener, builder.interceptors, new TreeLocks(cache));
    workers = new WorkerThreads(builder.parallelism);
    meters.watch(workers);
    MetadataCacheConfig kept = builder.metadataCache;
    MetadataService service =
        new MetadataService(
            ArchiveLimits.defaults(),
            environments,
            runner,
            user,
            new MetadataCache(kept, cache),
            new KeptWheels(cache, kept.enabled() ? kept.maxWheelBytes() : 0),
            builder.interceptors.stream().map(HookInterceptor::id).toList());
    InputFetcher fetcher =
        new InputFetcher(
            cache,
            user,
            builder.environment,
            environments,
            new IndexEvents(builder.listener, meters),
            builder.indexLimits);
    metadata = new MetadataRequests(service, fetcher);
    projects = new ProjectRequests(user, fetcher, environments, runner, service);
  }

  private static EnvironmentsConfig environmentsConfig(
      Hookd.Builder builder, CacheDirectory cache, WorkMeters meters) {
    return EnvironmentsConfig.builder(builder.environment)
        .cache(cache)
        .parallelism(builder.parallelism)
        .maxBytes(builder.maxEnvironmentBytes)
        .installTimeout(builder.installTimeout)
        .listener(new EnvironmentEvents(builder.listener, meters))
        .build();
  }

  private static DaemonPool pool(Hookd.Builder builder, CacheDirectory cache, CacheUser user) {
    PoolConfig config =
        PoolConfig.builder()
            .maxDaemons(builder.parallelism)
            .maxDaemonsPerKey(builder.parallelism)
            .drainTimeout(Duration.ZERO) // close() ends what is in progress
            .verifyRate(builder.verifyRate)
            .build();
    DaemonPool.Builder made =
        DaemonPool.builder(new LocalLauncher(cache.directory("daemon")))
            .config(config)
            .listener(new VerificationEvents(builder.listener));
    if (builder.verifyRate > 0) {
      made.scratchDirectory(user.workDirectory());
    }
    if (builder.meterRegistry != null) {
      made.meterRegistry(builder.meterRegistry);
    }
    return made.build();
  }

  /** Ends what is in progress, then the daemons. Idempotent. */
  @Override
  public void close() {
    workers.close();
    pool.close();
    buildEnvironments.close(); // the user of the cache directory, too
    meters.close();
  }
}
