package dev.hookd.frontend.environment;

import dev.hookd.frontend.EnvironmentFailedException;
import dev.hookd.frontend.requirement.Requirement;
import dev.hookd.frontend.system.DurableFiles;
import dev.hookd.frontend.system.FileLocks;
import dev.hookd.frontend.system.FileWitness;
import dev.hookd.frontend.system.Fingerprint;
import dev.hookd.frontend.system.SearchPath;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
public final class BuildEnvironments {

  private static final Logger LOG = LoggerFactory.getLogger(BuildEnvironments.class);

  /** Whether a resolution of that day still counts. */
  interface Freshness {
    /** Once resolved, resolved for good. */
    Freshness FOREVER = resolved -> true;

    boolean fresh(LocalDate resolved);
  }

  /** A request in the form that is compared: checked, normalised, its installer chosen. */
  private record Request(
      String key,
      EnvironmentSpec spec,
      List<Requirement> requirements,
      InstallerKind installer,
      String options) {}

  private final EnvironmentsConfig config;
  private final Freshness freshness;
  private final EnvironmentStore store;
  private final InstallerRuns runs;
  private final EnvironmentMaker maker;
  private final PipInstaller pip;
  private final Map<String, String> hookVariables;
  private final ConcurrentHashMap<String, CompletableFuture<BuildEnvironment>> inProgress =
      new ConcurrentHashMap<>();

  public BuildEnvironments(EnvironmentsConfig config) {
    this(config, Freshness.FOREVER);
  }

  BuildEnvironments(EnvironmentsConfig config, Freshness freshness) {
    this.config = config;
    this.freshness = freshness;
    store = new EnvironmentStore(config.cache());
    runs = new InstallerRuns(config);
    maker = new EnvironmentMaker(store, runs);
    pip = new PipInstaller(runs);
    hookVariables = HookVariables.allowed(config.callerEnvironment(), config.extraHookVariables());
  }

  /**
   * The environment for this spec, if it has been made: without starting a process or waiting for a
   * lock.
   *
   * @throws EnvironmentFailedException when the spec itself is wrong (a malformed requirement, an
   *     installer that is not there)
   */
  public Optional<BuildEnvironment> existing(EnvironmentSpec spec) {
    return existing(request(spec));
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
    Request request = request(spec);
    String doing =
        "the environment for " + Requirement.shown(request.requirements()) + " was not made";
    while (true) {
      Optional<BuildEnvironment> existing = existing(request);
      if (existing.isPresent()) {
        return existing.get();
      }
      CompletableFuture<BuildEnvironment> mine = new CompletableFuture<>();
      CompletableFuture<BuildEnvironment> other = inProgress.putIfAbsent(request.key(), mine);
      if (other == null) {
        return lead(request, doing, mine);
      }
      try {
        return other.get();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw InstallerFailure.interrupted(doing, e);
      } catch (ExecutionException e) {
        if (e.getCause() instanceof EnvironmentFailedException failure) {
          // That the other thread was interrupted is no answer to this one: it makes its own try.
          if (!(failure.getCause() instanceof InterruptedException)) {
            throw new EnvironmentFailedException(
                String.valueOf(failure.getMessage()),
                failure.installerOutput(),
                failure.hint().orElse(null),
                failure);
          }
        } else {
          throw new IllegalStateException(doing, e.getCause());
        }
      }
    }
  }

  private BuildEnvironment lead(
      Request request, String doing, CompletableFuture<BuildEnvironment> result) {
    long begin = System.nanoTime();
    try {
      BuildEnvironment environment = make(request);
      result.complete(environment);
      return environment;
    } catch (InterruptedException e) {
      EnvironmentFailedException failure = InstallerFailure.interrupted(doing, e);
      fail(request, begin, result, failure);
      Thread.currentThread().interrupt();
      throw failure;
    } catch (ClosedByInterruptException e) {
      // A file was being written or locked; the thread's interrupt status is set already.
      InterruptedException interruption = new InterruptedException(e.toString());
      interruption.initCause(e);
      EnvironmentFailedException failure = InstallerFailure.interrupted(doing, interruption);
      fail(request, begin, result, failure);
      throw failure;
    } catch (IOException e) {
      EnvironmentFailedException failure = InstallerFailure.of(doing, e);
      fail(request, begin, result, failure);
      throw failure;
    } catch (EnvironmentFailedException e) {
      fail(request, begin, result, e);
      throw e;
    } catch (RuntimeException | Error e) {
      result.completeExceptionally(e);
      throw e;
    } finally {
      inProgress.remove(request.key(), result);
    }
  }

  private void fail(
      Request request,
      long begin,
      CompletableFuture<BuildEnvironment> result,
      EnvironmentFailedException failure) {
    result.completeExceptionally(failure);
    Duration elapsed = Duration.ofNanos(System.nanoTime() - begin);
    tell(listener -> listener.failed(request.spec(), failure, elapsed));
  }

  @SuppressWarnings("try") // the lock is held, not used
  private BuildEnvironment make(Request request) throws IOException, InterruptedException {
    long begin = System.nanoTime();
    try (FileLocks.Held held = store.lock(request.key(), lock -> waiting(request, lock))) {
      Optional<BuildEnvironment> existing = existing(request);
      if (existing.isPresent()) {
        return existing.get(); // another process was faster
      }
      Path work = Files.createTempDirectory(temporary(), "hookd-environment-");
      try {
        Installer installer = installer(request);
        Resolution resolution = resolve(request, installer, directory(work, "resolve"));
        String id =
            resolution.contentId(
                request.spec().interpreter(), installer.kind(), request.options(), request.key());
        Path root = complete(request, id, resolution, installer, directory(work, "install"));
        LocalDate today = config.clock().instant().atZone(ZoneOffset.UTC).toLocalDate();
        store.point(request.key(), new EnvironmentStore.Pointer(id, today));
        BuildEnvironment environment = isolated(id, root);
        Duration elapsed = Duration.ofNanos(System.nanoTime() - begin);
        tell(listener -> listener.created(request.spec(), environment, elapsed));
        return environment;
      } finally {
        DurableFiles.deleteTree(work);
      }
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

  private Resolution resolve(Request request, Installer installer, Path work)
      throws IOException, InterruptedException {
    if (request.requirements().isEmpty()) {
      return Resolution.NOTHING;
    }
    tell(listener -> listener.resolving(request.spec()));
    long begin = System.nanoTime();
    Resolution resolution =
        installer.resolve(request.spec().interpreter(), request.requirements(), work);
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
      Request request, String id, Resolution resolution, Installer installer, Path work)
      throws IOException, InterruptedException {
    try (FileLocks.Held held = store.lock(id, lock -> waiting(request, lock))) {
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
          installer,
          config.clock().instant(),
          work,
          root -> tell(listener -> listener.creating(request.spec(), root, distributions)));
    }
  }

  private Optional<BuildEnvironment> existing(Request request) {
    return store
        .pointer(request.key())
        .filter(pointer -> freshness.fresh(pointer.resolved()))
        .flatMap(pointer -> store.complete(pointer.id()).map(root -> isolated(pointer.id(), root)));
  }

  private BuildEnvironment isolated(String id, Path root) {
    return BuildEnvironment.isolated(id, root, hookVariables, store.learned(id));
  }

  private Request request(EnvironmentSpec spec) {
    List<Requirement> requirements = Requirement.parseAll(spec.requirements());
    InstallerKind installer = spec.installer();
    if (requirements.isEmpty()) {
      installer = InstallerKind.PIP; // none will run
    } else if (installer == InstallerKind.AUTO) {
      installer = uv().isPresent() ? InstallerKind.UV : InstallerKind.PIP;
    }
    String options =
        requirements.isEmpty()
            ? ""
            : InstallerOptions.fingerprint(
                installer, spec.interpreter(), config.callerEnvironment());
    Fingerprint key =
        new Fingerprint()
            .add("request", "1")
            .add("python", spec.interpreter().identity())
            .add("options", options);
    for (Requirement requirement : requirements) {
      key.add("requirement", requirement.toString());
      requirement.url().ifPresent(url -> key.add("file", stateOfLocalFile(url)));
    }
    return new Request(key.hex(), spec, requirements, installer, options);
  }

  /**
   * A file of another size or time is another requirement; the URL alone would not tell. Of a
   * directory the files that describe the project count: builds write into it, so its own time says
   * nothing.
   */
  private static String stateOfLocalFile(String url) {
    if (!url.startsWith("file:")) {
      return "";
    }
    try {
      Path file = Path.of(URI.create(url.replaceFirst("#.*", "")));
      return Files.isDirectory(file)
          ? Stream.of("pyproject.toml", "setup.py", "setup.cfg")
              .map(name -> FileWitness.of(file.resolve(name)).state())
              .collect(Collectors.joining(" "))
          : FileWitness.of(file).state();
    } catch (IllegalArgumentException e) {
      return "absent"; // not a file's URL: the installer will say so in its own words
    }
  }

  private Optional<Path> uv() {
    return SearchPath.find(config.callerEnvironment(), "uv").stream().findFirst();
  }

  private Installer installer(Request request) {
    if (request.installer() != InstallerKind.UV) {
      return pip;
    }
    Path uv =
        uv().orElseThrow(
                () ->
                    new EnvironmentFailedException(
                        "uv was asked for, but there is none on PATH",
                        "",
                        "install uv, or ask for pip",
                        null));
    return new UvInstaller(uv, runs);
  }

  private void waiting(Request request, Path lock) {
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
