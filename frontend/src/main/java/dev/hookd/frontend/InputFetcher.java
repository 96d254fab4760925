package dev.hookd.frontend;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.hookd.frontend.build.EnvironmentProvider;
import dev.hookd.frontend.index.IndexConfig;
import dev.hookd.frontend.index.IndexListener;
import dev.hookd.frontend.index.PackageIndex;
import dev.hookd.frontend.index.PipConfigurations;
import dev.hookd.frontend.index.ProjectFile;
import dev.hookd.frontend.index.Selection;
import dev.hookd.frontend.interpreter.PythonInterpreter;
import dev.hookd.frontend.metadata.WheelFile;
import dev.hookd.frontend.system.CacheDirectory;
import dev.hookd.frontend.system.CacheUser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings inputs here: what an index or a URL has is downloaded into the cache, once. Thread-safe;
 * works in the calling thread, which an interrupt frees.
 */
final class InputFetcher {

  private static final Logger LOG = LoggerFactory.getLogger(InputFetcher.class);
  private static final int MOST_INDEXES = 64;

  /** For so long an index is asked without pip's configuration before pip is asked again. */
  private static final Duration WITHOUT_PIP = Duration.ofMinutes(1);

  private final CacheDirectory cache;
  private final CacheUser user;
  private final Map<String, String> environment;
  private final EnvironmentProvider environments;
  private final IndexListener listener;
  private final IndexConfig.Limits limits;
  private final PipConfigurations pips;

  /** Which pip is asked, and what the settings say on top. */
  private record Source(Path python, IndexOptions options) {}

  /** Each keeps the pages that were fetched, and the connections. */
  private final Cache<Source, PackageIndex> indexes =
      Caffeine.newBuilder().maximumSize(MOST_INDEXES).build();

  /** The same without what pip would have said. */
  private final Cache<Source, PackageIndex> indexesWithoutPip =
      Caffeine.newBuilder().maximumSize(MOST_INDEXES).expireAfterWrite(WITHOUT_PIP).build();

  InputFetcher(
      CacheDirectory cache,
      CacheUser user,
      Map<String, String> environment,
      EnvironmentProvider environments,
      IndexListener listener,
      IndexConfig.Limits limits) {
    this.cache = cache;
    this.user = user;
    this.environment = environment;
    this.environments = environments;
    this.listener = listener;
    this.limits = limits;
    this.pips = new PipConfigurations(cache, environment);
  }

  /**
   * The path of the input, which is to be read and not to be changed.
   *
   * @param runsHooks whether it is certain that hooks will run: nothing is downloaded then that the
   *     index says the interpreter is wrong for (PEP 503, {@code data-requires-python})
   * @throws IncompatiblePythonException if the index says so
   * @throws IndexException if it is nowhere, or cannot be got from there
   * @throws WorkCancelledException if the thread is interrupted meanwhile
   */
  Path fetch(Input input, boolean runsHooks, BuildSettings settings) throws IOException {
    if (input instanceof Input.Local local) {
      return local.path();
    }
    try {
      PackageIndex index = index(settings);
      ProjectFile file = file(index, input);
      if (runsHooks && file.requiresPython().isPresent()) {
        environments.requirePython(input.toString(), file.requiresPython().get(), settings);
      }
      return index.download(file).path();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WorkCancelledException("interrupted while " + input + " was fetched", e);
    }
  }

  /**
   * The metadata of a wheel that is there already: the input itself, or one of the version that is
   * asked for. Of those that an index has, one whose metadata lie beside it (PEP 658); another only
   * where there is no sdist. What is yanked comes after what is not (PEP 592).
   *
   * @return empty where an sdist is to be asked
   */
  Optional<byte[]> wheelMetadata(Input input, BuildSettings settings) throws IOException {
    try {
      if (input instanceof Input.Local local) {
        return isWheel(local.path().toString())
            ? Optional.of(read(local.path()))
            : Optional.empty();
      }
      PackageIndex index = index(settings);
      if (input instanceof Input.Direct direct) {
        ProjectFile file = index.direct(direct.url().toString());
        return file.isWheel() ? Optional.of(read(index.download(file).path())) : Optional.empty();
      }
      Input.Pinned pinned = (Input.Pinned) input;
      Selection found = index.select(pinned.name(), pinned.version(), true);
      Optional<ProjectFile> described = found.wheelWithMetadata();
      if (described.isPresent()) {
        return Optional.of(index.coreMetadata(described.get()));
      }
      ProjectFile best = found.best();
      return best.isWheel() ? Optional.of(read(index.download(best).path())) : Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WorkCancelledException("interrupted while " + input + " was fetched", e);
    }
  }

  private static byte[] read(Path wheel) {
    try {
      return WheelFile.readMetadata(wheel);
    } catch (NoSuchFileException e) {
      throw new InvalidProjectException(wheel + ": no such file", null, e);
    } catch (IOException e) { // of a zip file that is none, mostly
      throw new InvalidProjectException(
          wheel + " is no wheel that can be read: " + e.getMessage(), null, e);
    }
  }

  private static boolean isWheel(String name) {
    return name.endsWith(".whl");
  }

  private static ProjectFile file(PackageIndex index, Input input)
      throws IOException, InterruptedException {
    if (input instanceof Input.Pinned pinned) {
      return index.select(pinned.name(), pinned.version(), false).best();
    }
    return index.direct(((Input.Direct) input).url().toString());
  }

  private PackageIndex index(BuildSettings settings) throws IOException, InterruptedException {
    user.workDirectory(); // says that the cache is in use, before anything of it is
    Source source =
        new Source(
            pythonWithPip(environments.interpreter(settings)), settings.requirements().index());
    for (Cache<Source, PackageIndex> each : List.of(indexes, indexesWithoutPip)) {
      PackageIndex known = each.getIfPresent(source);
      if (known != null) {
        return known;
      }
    }
    try {
      return made(source);
    } catch (IllegalArgumentException e) {
      throw new EnvironmentFailedException(
          "the configuration of package indexes cannot be used: " + e.getMessage(),
          "",
          "'" + source.python() + " -m pip config list' shows what pip is told",
          e);
    }
  }

  /** As pip has it; where the index is named, what pip would do on top can be missing. */
  private PackageIndex made(Source source) throws IOException, InterruptedException {
    Cache<Source, PackageIndex> place = indexes;
    IndexConfig.Builder config;
    try {
      config = pips.config(source.python());
    } catch (IndexUnreachableException e) {
      if (source.options().indexUrl() == null) {
        throw e;
      }
      LOG.warn("the index is asked without pip's configuration: {}", e.getMessage());
      config = IndexConfig.builder(environment);
      place = indexesWithoutPip;
    }
    PackageIndex made = PackageIndex.of(configured(config, source.options()), cache);
    return place.asMap().computeIfAbsent(source, unused -> made);
  }

  private IndexConfig configured(IndexConfig.Builder config, IndexOptions options) {
    config.listener(listener).limits(limits).offline(options.offline());
    if (options.indexUrl() != null) {
      config.index(options.indexUrl().toString());
    }
    options.extraIndexUrls().forEach(url -> config.extraIndex(url.toString()));
    options.findLinks().forEach(config::findLinks);
    return config.build();
  }

  /** A virtual environment may be without pip; what it was made from is not. */
  private static Path pythonWithPip(PythonInterpreter interpreter) {
    boolean hasPip =
        !interpreter.virtual() || Files.exists(interpreter.prefix().resolve("bin/pip"));
    return hasPip ? interpreter.executable() : interpreter.baseExecutable();
  }
}
