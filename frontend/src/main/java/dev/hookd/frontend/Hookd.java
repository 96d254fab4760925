package dev.hookd.frontend;

import dev.hookd.client.HookResult;
import dev.hookd.frontend.build.ProjectSession;
import dev.hookd.frontend.environment.EnvironmentsConfig;
import dev.hookd.frontend.index.IndexConfig;
import dev.hookd.pool.PoolConfig;
import dev.hookd.pool.QuarantinedBackend;
import dev.hookd.protocol.BuildBackend;
import dev.hookd.protocol.Hook;
import dev.hookd.protocol.HookArguments;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The build front end (PEP 517): turns source trees and sdists into metadata, requirements, wheels
 * and sdists, with hooks that run in a pool of warm daemons and in cached build environments.
 *
 * <p>An {@link Input} is a source tree (a directory) or an sdist: a file, or one version of a
 * project in a package index, or a URL. Hooks run in the source tree itself, and may write there,
 * as with pip and build, unless the settings ask for a private copy; an sdist is unpacked into a
 * private directory that is deleted at the end.
 *
 * <p>Thread-safe. A method comes in two forms: one that waits, throws a {@link
 * dev.hookd.client.HookdException}, and ends the work when its thread is interrupted; and one that
 * returns a future, which ends in a result or in that exception, and whose {@code cancel} ends the
 * work. Neither an interrupt nor {@code cancel} waits until the hook's processes are gone, which
 * takes moments; {@link #close()} does. An error of this machine's disk is an {@link
 * UncheckedIOException}. After {@link #close()} both forms throw an {@link IllegalStateException},
 * and a {@link Project}'s calls a {@link dev.hookd.pool.PoolClosedException}.
 */
public final class Hookd implements AutoCloseable {

  private final FrontendParts parts;

  private Hookd(Builder builder) {
    parts = new FrontendParts(builder);
  }

  /** A front end as the environment variables of this process have it, unless told otherwise. */
  public static Builder builder() {
    return new Builder();
  }

  /** The core metadata of the wheel that would be built. */
  public MetadataResult metadata(Input input, BuildSettings settings) {
    return WorkerThreads.await(metadataAsync(input, settings));
  }

  /**
   * {@link #metadata} in the background. Requests for the same sdist at the same time share one
   * run; to cancel one leaves the others theirs.
   */
  public CompletableFuture<MetadataResult> metadataAsync(Input input, BuildSettings settings) {
    return parts.metadata.join(
        input,
        settings,
        work -> parts.workers.submit(settings.priority(), parts.meters.metadata(work)));
  }

  /** What must be installed to build these products. */
  public RequirementsResult requirements(
      Input input, Set<Product> products, BuildSettings settings) {
    return WorkerThreads.await(requirementsAsync(input, products, settings));
  }

  /** {@link #requirements} in the background. */
  public CompletableFuture<RequirementsResult> requirementsAsync(
      Input input, Set<Product> products, BuildSettings settings) {
    Set<Product> wanted = new TreeSet<>(products); // hooks are called in one order, always
    return parts.workers.submit(
        settings.priority(),
        parts.meters.requirements(() -> parts.projects.requirements(input, wanted, settings)));
  }

  /**
   * Builds these products into a directory, which is created where it does not exist. Each file
   * appears there whole or not at all, and replaces one of its name.
   */
  public BuildResult build(
      Input input, Set<Product> products, Path outputDirectory, BuildSettings settings) {
    return WorkerThreads.await(buildAsync(input, products, outputDirectory, settings));
  }

  /** {@link #build} in the background. */
  public CompletableFuture<BuildResult> buildAsync(
      Input input, Set<Product> products, Path outputDirectory, BuildSettings settings) {
    Set<Product> wanted = new TreeSet<>(products); // hooks are called in one order, always
    return parts.workers.submit(
        settings.priority(),
        parts.meters.build(
            wanted, () -> parts.projects.build(input, wanted, outputDirectory, settings)));
  }

  /**
   * Opens a project to call its hooks one by one, in the calling thread.
   *
   * @throws InvalidProjectException if the input is no project
   */
  public Project open(Input input, BuildSettings settings) {
    try {
      return new Project(parts.projects.open(input, settings));
    } catch (IOException e) {
      throw new UncheckedIOException(e.toString(), e);
    }
  }

  /** The backends that are run fresh because a warm answer of theirs was wrong. */
  public List<QuarantinedBackend> quarantined() {
    return parts.pool.snapshot().quarantined();
  }

  /**
   * Lets such a backend run warm again.
   *
   * @return whether it was one of {@link #quarantined}
   */
  public boolean trustAgain(QuarantinedBackend backend) {
    return parts.pool.trustAgain(backend);
  }

  /** Where environments and the like are kept; absolute. */
  public Path cacheDirectory() {
    return parts.cache.root();
  }

  /** Ends what is in progress, then the daemons. Idempotent. */
  @Override
  public void close() {
    parts.close();
  }

  /** An opened project. For one thread at a time. */
  public static final class Project implements AutoCloseable {

    private final ProjectSession session;

    private Project(ProjectSession session) {
      this.session = session;
    }

    /**
     * One call of one hook; with build isolation in an environment that has what the hook needs. An
     * interrupt ends the call.
     *
     * @param arguments where it has no config settings, those of the project's settings are passed
     * @throws dev.hookd.client.HookdException if the hook fails, is not there, or cannot be run;
     *     the table in {@code docs/embedding.md} has a class for each cause
     */
    public HookResult call(Hook hook, HookArguments arguments) {
      return session.call(hook, arguments);
    }

    /** The backend that the project names, or its default (PEP 517); runs nothing. */
    public BuildBackend backend() {
      return session.backend();
    }

    /** {@code build-system.requires}, or its default (PEP 518); runs nothing. */
    public List<String> declaredRequirements() {
      return session.declaredRequirements();
    }

    /**
     * The hooks that the backend defines.
     *
     * @throws dev.hookd.client.HookdException as for {@link #call}
     */
    public Set<Hook> features() {
      return session.features();
    }

    /** Deletes what an sdist was unpacked to. */
    @Override
    public void close() {
      session.close();
    }
  }

  /** Builds a {@link Hookd}. Not thread-safe. */
  public static final class Builder {

    int parallelism = Runtime.getRuntime().availableProcessors();
    @Nullable Path cacheDirectory;
    Map<String, String> environment = System.getenv();
    FrontendListener listener = FrontendListener.NONE;
    @Nullable MeterRegistry meterRegistry;
    double verifyRate;
    MetadataCacheConfig metadataCache = MetadataCacheConfig.DEFAULT;
    final List<HookInterceptor> interceptors = new ArrayList<>();
    long maxEnvironmentBytes = EnvironmentsConfig.DEFAULT_MAX_BYTES;
    Duration installTimeout = EnvironmentsConfig.DEFAULT_INSTALL_TIMEOUT;
    IndexConfig.Limits indexLimits = IndexConfig.Limits.DEFAULT;

    private Builder() {}

    /**
     * How many projects are worked on, and daemons run, at once; default: the number of processors.
     *
     * @throws IllegalArgumentException if it is less than 1
     */
    public Builder parallelism(int projects) {
      if (projects < 1) {
        throw new IllegalArgumentException("parallelism must be at least 1, got: " + projects);
      }
      parallelism = projects;
      return this;
    }

    /**
     * Where environments and the like are kept; default: {@code HOOKD_CACHE_DIR}, or the user's
     * cache directory of the platform.
     */
    public Builder cacheDirectory(Path directory) {
      cacheDirectory = directory;
      return this;
    }

    /**
     * How many bytes the build environments of the cache directory may hold; whenever one is made,
     * those used least recently, and by nobody now, go. Default: 10 GiB.
     *
     * @throws IllegalArgumentException if it is less than 1
     */
    public Builder maxEnvironmentBytes(long bytes) {
      if (bytes < 1) {
        throw new IllegalArgumentException("maxEnvironmentBytes must be positive, got: " + bytes);
      }
      maxEnvironmentBytes = bytes;
      return this;
    }

    /**
     * How many bytes the sdists and wheels that came from an index or a URL may hold in the cache
     * directory; those used least recently, and not in the last hour, go. Default: 4 GiB.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public Builder maxDownloadBytes(long bytes) {
      if (bytes < 0) {
        throw new IllegalArgumentException("maxDownloadBytes must be 0 or more, got: " + bytes);
      }
      indexLimits = indexLimits.withCachedFileBytes(bytes);
      return this;
    }

    /**
     * How long one run of the installer may take; then its processes are killed, and whoever waits
     * for the environment gets an {@link EnvironmentFailedException}. Requirements are resolved in
     * one run, and installed in another. Default: 10 minutes.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public Builder installTimeout(Duration limit) {
      if (limit.isNegative() || limit.isZero()) {
        throw new IllegalArgumentException("installTimeout must be positive, got: " + limit);
      }
      installTimeout = limit;
      return this;
    }

    /**
     * The caller's environment variables, from which hooks get an allow-list; default: this
     * process's.
     */
    public Builder environment(Map<String, String> variables) {
      environment = Map.copyOf(variables);
      return this;
    }

    /** Hears what takes long or is odd, on the threads that do the work; default: nobody. */
    public Builder listener(FrontendListener frontendListener) {
      listener = frontendListener;
      return this;
    }

    /**
     * One more that stands before and after each hook; see there for their order.
     *
     * @throws IllegalArgumentException if its id is empty
     */
    public Builder interceptor(HookInterceptor hookInterceptor) {
      if (hookInterceptor.id().isEmpty()) {
        throw new IllegalArgumentException("the id of an interceptor is empty");
      }
      interceptors.add(hookInterceptor);
      return this;
    }

    /**
     * Where the metrics go; default: nowhere. Of one front end at a time: it takes its meters out
     * again when it closes, and another one's would be the same.
     */
    public Builder meterRegistry(MeterRegistry registry) {
      meterRegistry = registry;
      return this;
    }

    /** How metadata of sdists are kept; default: {@link MetadataCacheConfig#DEFAULT}. */
    public Builder metadataCache(MetadataCacheConfig config) {
      metadataCache = config;
      return this;
    }

    /**
     * The share of warm calls that are verified against fresh processes before they run, from 0
     * (the default) for none to 1 for all; see {@link PoolConfig#verifyRate()}.
     */
    public Builder verifyRate(double rate) {
      verifyRate = rate;
      return this;
    }

    /**
     * The front end; starts no process yet.
     *
     * @throws IllegalArgumentException if the rate is not between 0 and 1
     * @throws EnvironmentFailedException if the cache directory cannot be used
     */
    public Hookd build() {
      return new Hookd(this);
    }
  }
}
