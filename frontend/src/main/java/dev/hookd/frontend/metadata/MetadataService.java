package dev.hookd.frontend.metadata;

import dev.hookd.client.HookdException;
import dev.hookd.frontend.BuildSettings;
import dev.hookd.frontend.MetadataPolicy;
import dev.hookd.frontend.MetadataResult;
import dev.hookd.frontend.NotStaticException;
import dev.hookd.frontend.build.EnvironmentProvider;
import dev.hookd.frontend.build.HookRunner;
import dev.hookd.frontend.build.KeptWheels;
import dev.hookd.frontend.build.ProjectSession;
import dev.hookd.frontend.metadata.CacheEntry.Answer;
import dev.hookd.frontend.metadata.CacheEntry.Failed;
import dev.hookd.frontend.metadata.CacheEntry.NotPromised;
import dev.hookd.frontend.metadata.MetadataCache.Hit;
import dev.hookd.frontend.source.ArchiveLimits;
import dev.hookd.frontend.source.ProjectInput;
import dev.hookd.frontend.source.SdistArchive;
import dev.hookd.frontend.source.SdistFiles;
import dev.hookd.frontend.source.SourceTree;
import dev.hookd.frontend.system.CacheUser;
import dev.hookd.frontend.system.Fingerprint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
  private final MetadataCache cache;
  private final HookAnswers hooks;

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
    this.cache = cache;
    hooks = new HookAnswers(limits, environments, runner, user, cache, wheels, interceptors);
  }

  /** Of which nothing is kept. */
  private MetadataResult ofTree(Path directory, BuildSettings settings) {
    Steps steps = new Steps();
    try (SourceTree tree = hooks.open(directory)) {
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
      return result(hooks.ofTree(tree, steps, settings), false, steps);
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
                      .find(hooks.key(hash, settings))
                      .filter(found -> hooks.isValid(found.entry(), settings)));
      if (kept.isPresent()) {
        cache.answered(kept.get());
        return result(answer(kept.get().entry()), true, steps);
      }
      cache.missed();
    }
    checkPython(steps.time("static", () -> TreeFiles.of(read(file))), true, file, settings);
    CacheEntry entry =
        hash == null || !keepsHooks
            ? hooks.ofSdist(file, expectedName, null, steps, settings)
            : hooks.shared(file, expectedName, hash, steps, settings);
    return result(answer(entry), false, steps);
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
    return hooks.keptWheel(sdist, project, settings, directory);
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
}
