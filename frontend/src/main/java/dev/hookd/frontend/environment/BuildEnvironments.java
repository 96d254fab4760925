package dev.hookd.frontend.environment;

import static dev.hookd.frontend.system.CacheListener.Found.DISK;
import static dev.hookd.frontend.system.CacheListener.Found.MISS;

import dev.hookd.frontend.EnvironmentFailedException;
import dev.hookd.frontend.RequirementOptions;
import dev.hookd.frontend.requirement.Requirement;
import dev.hookd.frontend.system.CacheListener.Kept;
import dev.hookd.frontend.system.CacheUser;
import dev.hookd.frontend.system.DurableFiles;
import dev.hookd.frontend.system.FileLocks;
import dev.hookd.frontend.system.SingleFlight;
import java.io.File;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The build environments of a cache directory, made when first asked for. Thread-safe; any number
 * of processes may share one cache directory, and an environment is made by one of them.
 *
 * <p>A request (interpreter, requirements as written, installer and its options) is resolved to
 * exact distributions; their hash names the environment. So two requests that mean the same
 * distributions share one environment, and what a request was resolved to is remembered beside it.
 * An environment is frozen: nothing is installed into it later.
 */
public final class BuildEnvironments implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(BuildEnvironments.class);

  private final EnvironmentsConfig config;
  private final CacheUser user;
  private final EnvironmentStore store;
  private final EnvironmentUses uses;
  private final EnvironmentPruner pruner;
  private final EnvironmentRequests requests;
  private final KnownEnvironments known;
  private final InstallerRuns runs;
  private final EnvironmentMaker maker;
  private final PipInstaller pip;
  private final SingleFlight<String, BuildEnvironment, RuntimeException> inProgress =
      new SingleFlight<>();

  /** As a user of its own of the cache directory. */
  public BuildEnvironments(EnvironmentsConfig config) {
    this(config, new CacheUser(config.cache()));
  }

  /**
   * For a user of the cache directory.
   *
   * @param user closed with this
   */
  public BuildEnvironments(EnvironmentsConfig config, CacheUser user) {
    this.config = config;
    this.user = user;
    store = new EnvironmentStore(config.cache());
    uses = new EnvironmentUses(user, config.keepAfterUse());
    pruner = new EnvironmentPruner(config.cache(), config.clock());
    runs = new InstallerRuns(config);
    maker = new EnvironmentMaker(store, runs);
    pip = new PipInstaller(runs);
    requests = new EnvironmentRequests(config.callerEnvironment());
    known = new KnownEnvironments(config, store, uses, this::tell);
  }

  /** Keeps an environment of this object from being pruned until it is released. */
  public interface Hold extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Keeps this environment from being pruned, by whatever process. One that was returned lately is
   * kept anyway, for as long as the configuration says.
   */
  public Hold hold(BuildEnvironment environment) {
    if (environment.learned() == null) {
      return () -> {}; // an interpreter as it is
    }
    String id = environment.id();
    try {
      uses.hold(id);
    } catch (IOException e) {
      throw InstallerFailure.of("the environment " + id + " cannot be held", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw InstallerFailure.interrupted("the environment " + id + " was not held", e);
    }
    return () -> uses.release(id);
  }

  /** Its environments may be pruned from here on. */
  @Override
  public void close() {
    user.close();
  }

  /**
   * The environment for this spec, if it has been made: without starting a process, or waiting for
   * one that makes it.
   *
   * @throws EnvironmentFailedException when the spec itself is wrong (a malformed requirement, an
   *     installer that is not there)
   */
  public Optional<BuildEnvironment> existing(EnvironmentSpec spec) {
    EnvironmentRequest request = requests.of(spec);
    return existingNow(request, doing(request));
  }

  private Optional<BuildEnvironment> existingNow(EnvironmentRequest request, String doing) {
    try {
      return known.find(request);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw InstallerFailure.interrupted(doing, e);
    } catch (ClosedByInterruptException e) {
      throw InstallerFailure.interrupted(doing, asInterruption(e));
    } catch (IOException e) {
      throw InstallerFailure.of(doing, e);
    }
  }

  /** A file was being written or locked; the thread's interrupt status is set already. */
  private static InterruptedException asInterruption(ClosedByInterruptException e) {
    InterruptedException interruption = new InterruptedException(e.toString());
    interruption.initCause(e);
    return interruption;
  }

  private static String doing(EnvironmentRequest request) {
    return "the environment for " + Requirement.shown(request.requirements()) + " was not made";
  }

  /**
   * The environment for this spec; makes it first where that is needed, which takes seconds, and
   * waits where another thread or process is doing so.
   *
   * @throws EnvironmentFailedException when it cannot be made; its {@code installerOutput()} is the
   *     end of what the installer said. When this thread is interrupted, the installer is killed,
   *     the cause is an {@link InterruptedException} and the thread's interrupt status is set.
   */
  public BuildEnvironment get(EnvironmentSpec spec) {
    EnvironmentRequest request = requests.of(spec);
    String doing = doing(request);
    Optional<BuildEnvironment> existing = existingNow(request, doing);
    config.cache().listener().wanted(Kept.ENVIRONMENTS, existing.isPresent() ? DISK : MISS);
    if (existing.isPresent()) {
      return existing.get();
    }
    try {
      return inProgress.run(request.key(), () -> makeAndTell(request, doing));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw InstallerFailure.interrupted(doing, e);
    }
  }

  private BuildEnvironment makeAndTell(EnvironmentRequest request, String doing) {
    long begin = System.nanoTime();
    EnvironmentFailedException failure;
    boolean interrupted = false;
    try {
      return make(request);
    } catch (InterruptedException e) {
      failure = InstallerFailure.interrupted(doing, e);
      interrupted = true;
    } catch (ClosedByInterruptException e) {
      failure = InstallerFailure.interrupted(doing, asInterruption(e));
    } catch (IOException e) {
      failure = InstallerFailure.of(doing, e);
    } catch (EnvironmentFailedException e) {
      failure = e;
    }
    Duration elapsed = Duration.ofNanos(System.nanoTime() - begin);
    tell(listener -> listener.failed(request.spec(), failure, elapsed));
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    throw failure;
  }

  @SuppressWarnings("try") // the lock is held, not used
  private BuildEnvironment make(EnvironmentRequest request)
      throws IOException, InterruptedException {
    long begin = System.nanoTime();
    try (FileLocks.Held held = store.lock(request.key(), lock -> waiting(request, lock))) {
      Optional<BuildEnvironment> existing = known.find(request);
      if (existing.isPresent()) {
        return existing.get(); // another process was faster
      }
      Path work = Files.createTempDirectory(temporary(), "hookd-environment-");
      try {
        Installer installer = installer(request);
        Resolution resolution;
        try {
          resolution = resolve(request, installer, directory(work, "resolve"));
        } catch (EnvironmentFailedException e) {
          return known.stale(request, e).orElseThrow(() -> e);
        }
        String id =
            resolution.contentId(
                request.spec().interpreter(), installer.kind(), request.options(), request.key());
        Path root = complete(request, id, resolution, installer, directory(work, "install"));
        Instant now = config.clock().instant().truncatedTo(ChronoUnit.SECONDS);
        store.point(request.key(), new EnvironmentStore.Pointer(id, now));
        BuildEnvironment environment = known.isolated(id, root);
        Duration elapsed = Duration.ofNanos(System.nanoTime() - begin);
        tell(listener -> listener.created(request.spec(), environment, elapsed));
        bound();
        return environment;
      } finally {
        DurableFiles.deleteTree(work);
      }
    }
  }

  /** Whoever makes an environment makes room for it; that this fails is no reason to have none. */
  private void bound() throws InterruptedException {
    try {
      pruner.prune(null, config.maxBytes(), false);
    } catch (IOException e) {
      LOG.warn("the cache directory {} could not be pruned: {}", config.cache(), e.toString());
    }
  }

  /** Where the caller's programs put what may be large, and is not kept. */
  private Path temporary() {
    File chosen = new File(config.callerEnvironment().getOrDefault("TMPDIR", ""));
    return chosen.isAbsolute() && chosen.isDirectory()
        ? chosen.toPath()
        : Path.of(System.getProperty("java.io.tmpdir"));
  }

  private static Path directory(Path parent, String name) throws IOException {
    return Files.createDirectory(parent.resolve(name));
  }

  private Resolution resolve(EnvironmentRequest request, Installer installer, Path work)
      throws IOException, InterruptedException {
    if (request.requirements().isEmpty()) {
      return Resolution.NOTHING;
    }
    tell(listener -> listener.resolving(request.spec()));
    long begin = System.nanoTime();
    RequirementOptions options = request.spec().options();
    InstallerInput.check(request.requirements(), options);
    Resolution resolution =
        installer
            .resolve(request.spec().interpreter(), request.requirements(), options, work)
            .checked(options.constraints());
    LOG.info(
        "{} are {} distributions, says {} after {} ms",
        request.requirements().size(),
        resolution.distributions().size(),
        resolution.installer(),
        (System.nanoTime() - begin) / 1_000_000);
    return resolution;
  }

  /** Two requests may be resolved to one content at the same time: the second waits here. */
  @SuppressWarnings("try") // the lock is held, not used
  private Path complete(
      EnvironmentRequest request, String id, Resolution resolution, Installer installer, Path work)
      throws IOException, InterruptedException {
    try (FileLocks.Held held = store.lock(id, lock -> waiting(request, lock))) {
      uses.note(id);
      Optional<Path> existing = store.complete(id);
      if (existing.isPresent()) {
        return existing.get();
      }
      int distributions = resolution.distributions().size();
      return maker.make(
          id,
          request.spec().interpreter(),
          request.requirements(),
          resolution,
          request.spec().options(),
          installer,
          config.clock().instant(),
          work,
          root -> tell(listener -> listener.creating(request.spec(), root, distributions)));
    }
  }

  private Installer installer(EnvironmentRequest request) {
    if (request.installer() != InstallerKind.UV) {
      return pip;
    }
    Path uv =
        requests
            .uv()
            .orElseThrow(
                () ->
                    new EnvironmentFailedException(
                        "uv was asked for, but there is none on PATH",
                        "",
                        "install uv, or ask for pip",
                        null));
    return new UvInstaller(uv, runs, pip);
  }

  private void waiting(EnvironmentRequest request, Path lock) {
    LOG.info(
        "another process makes the environment for {}; waits for it",
        Requirement.shown(request.requirements()));
    tell(listener -> listener.waiting(request.spec(), lock));
  }

  private void tell(Consumer<EnvironmentListener> event) {
    try {
      event.accept(config.listener());
    } catch (RuntimeException e) {
      LOG.warn("an environment listener failed", e);
    }
  }
}
