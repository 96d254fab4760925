package dev.hookd.frontend.metadata;

import dev.hookd.client.HookdException;
import dev.hookd.frontend.BuildSettings;
import dev.hookd.frontend.WorkCancelledException;
import dev.hookd.frontend.build.EnvironmentProvider;
import dev.hookd.frontend.build.HookRunner;
import dev.hookd.frontend.build.KeptWheels;
import dev.hookd.frontend.build.ProjectSession;
import dev.hookd.frontend.environment.BuildEnvironment;
import dev.hookd.frontend.metadata.CacheEntry.Answer;
import dev.hookd.frontend.metadata.CacheEntry.Failed;
import dev.hookd.frontend.metadata.CacheEntry.UsedEnvironment;
import dev.hookd.frontend.requirement.ProjectName;
import dev.hookd.frontend.source.ArchiveLimits;
import dev.hookd.frontend.source.ProjectInput;
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
import org.jspecify.annotations.Nullable;

/**
 * What the hooks of a project say of its metadata. That of sdists is kept, also how they failed, if
 * they would again; and who asks for the same at the same time shares one run. Thread-safe; works
 * in the calling thread.
 */
final class HookAnswers {

  private final ArchiveLimits limits;
  private final EnvironmentProvider environments;
  private final HookRunner runner;
  private final CacheUser user;
  private final MetadataCache cache;
  private final KeptWheels wheels;
  private final List<String> interceptors;
  private final SingleFlight<String, CacheEntry, RuntimeException> runs = new SingleFlight<>();

  HookAnswers(
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

  /** Of a source tree nothing is kept. */
  Answer ofTree(SourceTree tree, Steps steps, BuildSettings settings) {
    // A session takes the tree over; to close that twice does nothing.
    try (ProjectSession session = session(tree, null, settings)) {
      return resolver(session, null, steps, settings).resolve();
    }
  }

  /**
   * What the hooks say; kept for the next time, also how they failed, if they would again.
   *
   * @param hash to keep what was found; {@code null}: nothing is kept
   */
  CacheEntry ofSdist(
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

  /**
   * The same, once for all who ask for it now.
   *
   * @throws WorkCancelledException if the thread is interrupted; its interrupt status is set
   */
  CacheEntry shared(
      Path file,
      @Nullable String expectedName,
      SdistHash hash,
      Steps steps,
      BuildSettings settings) {
    String key = key(hash, settings);
    long begin = System.nanoTime();
    CacheEntry entry;
    try {
      entry =
          runs.run(
              // Others with the same terms: nobody is to wait longer, or to fail sooner, than he
              // asked, nor because it is not what another one takes it for.
              String.join(
                  " ",
                  key,
                  String.valueOf(settings.timeout()),
                  settings.priority().name(),
                  expectedName == null ? "" : ProjectName.normalize(expectedName)),
              () -> hash.isStillOf(file), // a file that was replaced answers for itself alone
              () -> {
                // Another thread may have ended just before this one began.
                Optional<CacheEntry> kept =
                    cache.get(key).filter(found -> isValid(found, settings));
                return kept.orElseGet(() -> ofSdist(file, expectedName, hash, steps, settings));
              });
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WorkCancelledException("interrupted while another thread did the work", e);
    }
    steps.addUnless("unpack", "wait", Duration.ofNanos(System.nanoTime() - begin));
    return entry;
  }

  /** Not what was found in a file that has been replaced since it was hashed. */
  private void keep(Path file, @Nullable SdistHash hash, CacheEntry entry, BuildSettings settings) {
    if (hash != null && hash.isStillOf(file)) {
      cache.put(key(hash, settings), entry);
    }
  }

  SourceTree open(Path input) {
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
  boolean isValid(CacheEntry entry, BuildSettings settings) {
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

  /** See {@link MetadataService#keptWheel}. */
  Optional<Path> keptWheel(
      Path sdist, ProjectSession project, BuildSettings settings, Path directory)
      throws IOException {
    if (!project.isIsolated()) {
      return Optional.empty();
    }
    String key = wheelKey(SdistHash.of(sdist), project.environmentFor(Hook.BUILD_WHEEL), settings);
    return wheels.restore(key, directory);
  }

  private String wheelKey(SdistHash hash, BuildEnvironment environment, BuildSettings settings) {
    return KeptWheels.key(hash.sha256(), environment, settings, interceptors);
  }

  /** Of what is kept of an sdist. */
  String key(SdistHash hash, BuildSettings settings) {
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
