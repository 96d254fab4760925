package dev.hookd.frontend.metadata;

import dev.hookd.client.HookdException;
import dev.hookd.frontend.BuildSettings;
import dev.hookd.frontend.MetadataPolicy;
import dev.hookd.frontend.MetadataResult;
import dev.hookd.frontend.NotStaticException;
import dev.hookd.frontend.WorkCancelledException;
import dev.hookd.frontend.build.EnvironmentProvider;
import dev.hookd.frontend.build.HookRunner;
import dev.hookd.frontend.build.KeptWheels;
import dev.hookd.frontend.build.ProjectSession;
import dev.hookd.frontend.environment.BuildEnvironment;
import dev.hookd.frontend.metadata.CacheEntry.Answer;
import dev.hookd.frontend.metadata.CacheEntry.Failed;
import dev.hookd.frontend.metadata.CacheEntry.NotPromised;
import dev.hookd.frontend.metadata.CacheEntry.UsedEnvironment;
import dev.hookd.frontend.metadata.MetadataCache.Hit;
import dev.hookd.frontend.source.ArchiveLimits;
import dev.hookd.frontend.source.ProjectInput;
import dev.hookd.frontend.source.SdistArchive;
import dev.hookd.frontend.source.SdistFiles;
import dev.hookd.frontend.source.SourceTree;
import dev.hookd.frontend.system.CacheUser;
import dev.hookd.frontend.system.Fingerprint;
import dev.hookd.frontend.system.SingleFlight;
import dev.hookd.protocol.Hook;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The cheapest true answer to what a project's metadata are: kept from an earlier run; promised by
 * the project's files; told by its hooks.
 *
 * <p>Kept are the answers of sdists alone: a source tree can change from one moment to the next,
 * and so can what is installed where there is no build isolation. An answer of hooks counts as long
 * as the requests for the environments that they ran in lead to the same environments. Thread-safe;
 * works in the calling thread, and an interrupt ends the work.
 */
public final class MetadataService {

  private final ArchiveLimits limits;
  private final EnvironmentProvider environments;
  private final HookRunner runner;
  private final CacheUser user;
  private final MetadataCache cache;
  private final KeptWheels wheels;
  private final List<String> interceptors;
  private final SingleFlight<String, CacheEntry, RuntimeException> runs = new SingleFlight<>();

  /**
   * @param limits of what an sdist may be
   * @param user for what is unpacked, and what the hooks make; both are deleted
   * @param interceptors the ids of those that stand around the hooks: what is kept was got past
   *     them
   */
  public MetadataService(
      ArchiveLimits limits,
      EnvironmentProvider environments,
      HookRunner runner,
      CacheUser user,
      MetadataCache cache,
      KeptWheels wheels,
      List<String> interceptors) {
    this.limits = limits;
    this.environments = environments;
    this.runner = runner;
    this.user = user;
    this.cache = cache;
    this.wheels = wheels;
    this.interceptors = List.copyOf(interceptors);
  }

  /** Of which nothing is kept. */
  private MetadataResult ofTree(Path directory, BuildSettings settings) {
    Steps steps = new Steps();
    try (SourceTree tree = open(directory)) {
      Map<String, byte[]> files =
          steps.time("static", () -> TreeFiles.read(tree.root(), StaticMetadata.FILES));
      if (settings.metadataPolicy() != MetadataPolicy.BUILD) {
        CacheEntry.Outcome found =
            steps.time("static", () -> outcome(StaticMetadata.answer(files, false, settings)));
        Optional<Answer> known = answer(directory, found, settings);
        if (known.isPresent()) {
          return result(known.get(), false, steps);
        }
      }
      checkPython(files, false, directory, settings);
      // A session takes the tree over; to close that twice does nothing.
      try (ProjectSession session = session(tree, null, settings)) {
        return result(resolver(session, null, steps, settings).resolve(), false, steps);
      }
    }
  }

  private MetadataResult ofSdist(Path file, @Nullable String expectedName, BuildSettings settings) {
    Steps steps = new Steps();
    MetadataPolicy policy = settings.metadataPolicy();
    boolean keepsHooks =
        cache.isEnabled() && settings.buildIsolation() && policy != MetadataPolicy.STATIC_ONLY;
    SdistHash hash =
        keepsHooks || keepsPromises(settings) ? steps.time("hash", () -> SdistHash.of(file)) : null;
    if (policy != MetadataPolicy.BUILD) {
      Optional<MetadataResult> promised = promised(file, hash, steps, settings);
      if (promised.isPresent()) {
        return promised.get();
      }
    }
    if (hash != null && keepsHooks) {
      Optional<Hit> kept =
          steps.time(
              "cache",
              () ->
                  cache
                      .find(hookKey(hash, settings))
                      .filter(found -> isValid(found.entry(), settings)));
      if (kept.isPresent()) {
        cache.answered(kept.get());
        return result(answer(kept.get().entry()), true, steps);
      }
      cache.missed();
    }
    checkPython(steps.time("static", () -> TreeFiles.of(read(file))), true, file, settings);
    return hash == null || !keepsHooks
        ? result(answer(runHooks(file, expectedName, null, steps, settings)), false, steps)
        : fromSharedRun(file, expectedName, hash, steps, settings);
  }

  /** Whether what files promise is the same for all who ask for the same fields. */
  private boolean keepsPromises(BuildSettings settings) {
    return cache.isEnabled()
        && settings.metadataPolicy() != MetadataPolicy.BUILD
        && settings.backend() == null
        && settings.configSettings() == null
        && !StaticMetadata.hasOwnConfigSettings(settings)
        && !StaticMetadata.isEnvironmentChanged(settings);
  }

  /** What the sdist's files promise; needs no interpreter. Empty where hooks are to be asked. */
  private Optional<MetadataResult> promised(
      Path file, @Nullable SdistHash hash, Steps steps, BuildSettings settings) {
    boolean keeps = hash != null && keepsPromises(settings);
    if (hash != null && keeps) {
      Optional<Hit> kept = steps.time("cache", () -> cache.find(staticKey(hash, settings)));
      if (kept.isPresent()) {
        CacheEntry.Outcome outcome = kept.get().entry().outcome();
        if (isFinal(outcome, settings)) {
          cache.answered(kept.get());
        }
        return answer(file, outcome, settings).map(answer -> result(answer, true, steps));
      }
    }
    CacheEntry.Outcome found =
        steps.time(
            "static",
            () -> {
              SdistFiles read = read(file);
              CacheEntry.Outcome outcome =
                  outcome(StaticMetadata.answer(TreeFiles.of(read), true, settings));
              // The file may have been replaced since it was hashed.
              if (hash != null && keeps && hash.sha256().equals(read.sha256())) {
                cache.put(staticKey(hash, settings), cache.entry(outcome, List.of()));
              }
              return outcome;
            });
    if (keeps && isFinal(found, settings)) {
      cache.missed();
    }
    return answer(file, found, settings).map(answer -> result(answer, false, steps));
  }

  private SdistFiles read(Path sdist) {
    return SdistArchive.read(sdist, StaticMetadata.FILES, limits);
  }

  private static CacheEntry.Outcome outcome(StaticAnswer answer) {
    if (answer instanceof StaticAnswer.Known known) {
      return new Answer(known.metadata(), known.source(), known.fields());
    }
    return new NotPromised(((StaticAnswer.Unknown) answer).reason());
  }

  /** Whether hooks are not to be asked. */
  private static boolean isFinal(CacheEntry.Outcome found, BuildSettings settings) {
    return found instanceof Answer || settings.metadataPolicy() == MetadataPolicy.STATIC_ONLY;
  }

  /** The answer; empty where hooks are to be asked. */
  private static Optional<Answer> answer(
      Path input, CacheEntry.Outcome found, BuildSettings settings) {
    if (found instanceof Answer answer) {
      return Optional.of(answer);
    }
    if (settings.metadataPolicy() == MetadataPolicy.STATIC_ONLY
        && found instanceof NotPromised not) {
      throw new NotStaticException(
          "the metadata of %s cannot be known without running its code: %s"
              .formatted(input, not.reason()));
    }
    return Optional.empty();
  }

  private MetadataResult fromSharedRun(
      Path file,
      @Nullable String expectedName,
      SdistHash hash,
      Steps steps,
      BuildSettings settings) {
    String key = hookKey(hash, settings);
    long begin = System.nanoTime();
    CacheEntry entry;
    try {
      entry =
          runs.run(
              // Others with the same terms: nobody is to wait longer, or to fail sooner, than he
              // asked.
              key + " " + settings.timeout() + " " + settings.priority(),
              () -> hash.isStillOf(file), // a file that was replaced answers for itself alone
              () -> {
                // Another thread may have ended just before this one began.
                Optional<CacheEntry> kept =
                    cache.get(key).filter(found -> isValid(found, settings));
                return kept.orElseGet(() -> runHooks(file, expectedName, hash, steps, settings));
              });
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WorkCancelledException("interrupted while another thread did the work", e);
    }
    steps.addUnless("unpack", "wait", Duration.ofNanos(System.nanoTime() - begin));
    return result(answer(entry), false, steps);
  }

  /**
   * Says which requests are for the same thing; empty for one that stands for itself. Reads nothing
   * but the file's attributes.
   */
  public Optional<Object> sharingKey(Path input, BuildSettings settings) {
    if (!ProjectInput.isSdist(input)) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          List.of(input.toAbsolutePath().normalize(), SdistHash.stateOf(input), settings));
    } catch (IOException e) {
      return Optional.empty(); // whoever opens it says what is wrong
    }
  }

  /**
   * The metadata of a source tree or an sdist.
   *
   * @param expectedName the project that an sdist must be, as far as it says that before its code
   *     runs; {@code null}: any
   * @throws NotStaticException if hooks would have to be run, and must not be
   * @throws HookdException if there are none; of an sdist that may be kept from an earlier run
   */
  public MetadataResult of(Path input, @Nullable String expectedName, BuildSettings settings) {
    return ProjectInput.isSdist(input)
        ? ofSdist(input, expectedName, settings)
        : ofTree(input, settings);
  }

  /**
   * Puts the wheel of an sdist that had to be built for its metadata into a directory.
   *
   * @param project the sdist's, with these settings
   * @param directory exists
   * @return the wheel; empty when none was kept, and it is to be built
   */
  public Optional<Path> keptWheel(
      Path sdist, ProjectSession project, BuildSettings settings, Path directory)
      throws IOException {
    if (!project.isIsolated()) {
      return Optional.empty();
    }
    String key = wheelKey(SdistHash.of(sdist), project.environmentFor(Hook.BUILD_WHEEL), settings);
    return wheels.restore(key, directory);
  }

  /**
   * Refuses an interpreter that a project says it does not work with, before anything of it is run.
   *
   * @throws dev.hookd.frontend.IncompatiblePythonException if it does not
   */
  public void checkPython(SourceTree tree, boolean isSdist, Path input, BuildSettings settings) {
    checkPython(TreeFiles.read(tree.root(), StaticMetadata.FILES), isSdist, input, settings);
  }

  private void checkPython(
      Map<String, byte[]> files, boolean isSdist, Path input, BuildSettings settings) {
    StaticMetadata.requiresPython(files, isSdist)
        .ifPresent(
            requiresPython ->
                environments.requirePython(input.toString(), requiresPython, settings));
  }

  /**
   * What the hooks say; kept for the next time, also how they failed, if they would again.
   *
   * @param hash to keep what was found; {@code null}: nothing is kept
   */
  private CacheEntry runHooks(
      Path file,
      @Nullable String expectedName,
      @Nullable SdistHash hash,
      Steps steps,
      BuildSettings settings) {
    try (SourceTree tree = steps.time("unpack", () -> open(file));
        ProjectSession session = session(tree, expectedName, settings)) {
      // A project may be one of those that are not isolated, whose packages may change.
      SdistHash kept = session.isIsolated() ? hash : null;
      MetadataResolver resolver = resolver(session, kept, steps, settings);
      try {
        CacheEntry made = cache.entry(resolver.resolve(), resolver.environments());
        keep(file, kept, made, settings);
        return made;
      } catch (HookdException e) {
        // Where no hook has run, to find out again costs nothing.
        if (!resolver.environments().isEmpty()) {
          KeptFailure.of(e)
              .map(failure -> cache.entry(new Failed(failure), resolver.environments()))
              .ifPresent(entry -> keep(file, kept, entry, settings));
        }
        throw e;
      }
    }
  }

  /** Not what was found in a file that has been replaced since it was hashed. */
  private void keep(Path file, @Nullable SdistHash hash, CacheEntry entry, BuildSettings settings) {
    if (hash != null && hash.isStillOf(file)) {
      cache.put(hookKey(hash, settings), entry);
    }
  }

  private SourceTree open(Path input) {
    return ProjectInput.open(input, user.workDirectory(), limits);
  }

  private ProjectSession session(
      SourceTree tree, @Nullable String expectedName, BuildSettings settings) {
    return ProjectSession.open(
        tree, expectedName, settings, environments, runner, user.workDirectory());
  }

  private MetadataResolver resolver(
      ProjectSession session, @Nullable SdistHash hash, Steps steps, BuildSettings settings) {
    return new MetadataResolver(
        session,
        user.workDirectory(),
        steps,
        (environment, wheel) -> {
          if (hash != null) {
            wheels.keep(wheelKey(hash, environment, settings), wheel);
          }
        });
  }

  /** Whether hooks would run in the same environments today. */
  private boolean isValid(CacheEntry entry, BuildSettings settings) {
    for (UsedEnvironment used : entry.environments()) {
      boolean same =
          environments
              .existing(used.requirements(), settings)
              .filter(environment -> environment.id().equals(used.id()))
              .isPresent();
      if (!same) {
        return false;
      }
    }
    return true;
  }

  private static Answer answer(CacheEntry entry) {
    if (entry.outcome() instanceof Failed failed) {
      throw failed.failure().toException();
    }
    return (Answer) entry.outcome();
  }

  private static MetadataResult result(Answer answer, boolean cached, Steps steps) {
    return new MetadataResult(
        answer.metadata(),
        answer.source(),
        answer.fields(),
        cached,
        steps.durations(),
        steps.elapsed());
  }

  private static String staticKey(SdistHash hash, BuildSettings settings) {
    String fields =
        settings.metadataFields().stream()
            .sorted()
            .map(Enum::name)
            .collect(Collectors.joining(" "));
    return new Fingerprint()
        .add("kind", "static")
        .add("sdist", hash.sha256())
        .add("fields", fields)
        .hex();
  }

  private String wheelKey(SdistHash hash, BuildEnvironment environment, BuildSettings settings) {
    return KeptWheels.key(hash.sha256(), environment, settings, interceptors);
  }

  private String hookKey(SdistHash hash, BuildSettings settings) {
    Map<String, String> variables = new TreeMap<>(environments.hookVariables());
    // Where temporary files are decides nothing.
    variables.keySet().removeAll(Set.of("TMPDIR", "TEMP", "TMP"));
    return new Fingerprint()
        .add("kind", "hooks")
        .add("sdist", hash.sha256())
        .add("python", environments.interpreterIdentity(settings))
        .add("variables", variables)
        .add("settings", settings.fingerprint())
        .add("interceptors", String.join("\n", interceptors))
        .hex();
  }
}
