package dev.hookd.frontend;

import dev.hookd.frontend.build.EnvironmentProvider;
import dev.hookd.frontend.build.HookRunner;
import dev.hookd.frontend.build.KeptWheel;
import dev.hookd.frontend.build.ProjectBuilder;
import dev.hookd.frontend.build.ProjectSession;
import dev.hookd.frontend.metadata.BuiltMetadata;
import dev.hookd.frontend.metadata.MetadataService;
import dev.hookd.frontend.source.ArchiveLimits;
import dev.hookd.frontend.source.ProjectInput;
import dev.hookd.frontend.source.SourceTree;
import dev.hookd.frontend.system.CacheUser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What is asked of one opened project, done in the calling thread. Thread-safe. */
final class ProjectRequests {

  private final CacheUser user;
  private final InputFetcher fetcher;
  private final EnvironmentProvider environments;
  private final HookRunner runner;
  private final MetadataService metadata;

  ProjectRequests(
      CacheUser user,
      InputFetcher fetcher,
      EnvironmentProvider environments,
      HookRunner runner,
      MetadataService metadata) {
    this.user = user;
    this.fetcher = fetcher;
    this.environments = environments;
    this.runner = runner;
    this.metadata = metadata;
  }

  /** Fetches what is not here, and opens it. */
  ProjectSession open(Input input, BuildSettings settings) throws IOException {
    return open(input, fetcher.fetch(input, true, settings), settings);
  }

  private ProjectSession open(Input asked, Path input, BuildSettings settings) {
    Path work = user.workDirectory();
    SourceTree tree = ProjectInput.open(input, work, ArchiveLimits.defaults());
    try {
      metadata.checkPython(tree, ProjectInput.isSdist(input), input, settings);
    } catch (RuntimeException e) {
      tree.close();
      throw e;
    }
    return ProjectSession.open(
        tree, InputCheck.expectedName(asked), settings, environments, runner, work);
  }

  RequirementsResult requirements(Input input, Set<Product> products, BuildSettings settings)
      throws IOException {
    long start = System.nanoTime();
    try (ProjectSession project = open(input, settings)) {
      Map<Product, List<String>> extra = new EnumMap<>(Product.class);
      for (Product product : products) {
        extra.put(product, project.extraRequirements(product));
      }
      return new RequirementsResult(project.declaredRequirements(), extra, since(start));
    }
  }

  BuildResult build(
      Input input, Set<Product> products, Path outputDirectory, BuildSettings settings)
      throws IOException {
    long start = System.nanoTime();
    Path local = fetcher.fetch(input, true, settings);
    boolean isSdist = ProjectInput.isSdist(local);
    boolean viaSdist = settings.products().viaSdist();
    Set<Product> wanted = new TreeSet<>(products);
    if (isSdist && viaSdist && wanted.contains(Product.WHEEL)) {
      wanted.remove(Product.SDIST); // it is there already: the input
    }
    try (ProjectSession project = open(input, local, settings)) {
      Path directory = Files.createDirectories(outputDirectory).toRealPath();
      ProjectBuilder.Built built =
          new ProjectBuilder(
                  project,
                  directory,
                  (sdist, own) -> open(Input.of(sdist), sdist, own),
                  new BuiltMetadata(),
                  keptWheel(local, project, settings))
              .build(wanted, viaSdist && !isSdist);
      return new BuildResult(
          built.files(),
          since(start),
          built.warnings(),
          isSdist ? TreeUse.PRIVATE_COPY : settings.treeUse());
    }
  }

  /** The wheel that was built for an sdist's metadata; a source tree has none. */
  private KeptWheel keptWheel(Path input, ProjectSession project, BuildSettings settings) {
    return ProjectInput.isSdist(input)
        ? directory -> metadata.keptWheel(input, project, settings, directory)
        : KeptWheel.NONE;
  }

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
