package dev.hookd.frontend.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hookd.client.LocalLauncher;
import dev.hookd.frontend.BuildSettings;
import dev.hookd.frontend.Freshness;
import dev.hookd.frontend.FrontendListener;
import dev.hookd.frontend.RequirementOptions;
import dev.hookd.frontend.environment.BuildEnvironments;
import dev.hookd.frontend.environment.EnvironmentsConfig;
import dev.hookd.frontend.interpreter.PythonInterpreters;
import dev.hookd.frontend.metadata.MetadataComparison;
import dev.hookd.frontend.system.CacheDirectory;
import dev.hookd.pool.DaemonKey;
import dev.hookd.pool.DaemonPool;
import dev.hookd.pool.PoolConfig;
import dev.hookd.protocol.Hook;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every sdist of the corpus, its hooks run by warm daemons and by pyproject_hooks in fresh
 * processes, in the same build environments, on the same tree at the same path: what they answer,
 * make, change in the tree, and how they fail, must be equal. What is not must be what fresh
 * processes do not agree on among themselves.
 *
 * <p>First a round in which each daemon serves a hook; then the compared one, shuffled over all
 * sdists and hooks. What came of it is written to {@code target/corpus-report.json}.
 *
 * <p>Needs the package registry for the sdists, for the build requirements and for pyproject_hooks;
 * all three are kept in the cache directory.
 */
class CorpusIT {

  private static final int WIDTH = Integer.getInteger("hookd.corpus.width", 3);

  /**
   * Seconds since 1970 that archives are dated with: a constant, so that two builds may be equal.
   */
  private static final Map<String, String> VARIABLES = Map.of("SOURCE_DATE_EPOCH", "1700000000");

  /** What build requirements were resolved to once is good for as long as the cache keeps it. */
  private static final BuildSettings SETTINGS =
      BuildSettings.builder()
          .environment(VARIABLES)
          .timeout(Duration.ofMinutes(10))
          .requirements(RequirementOptions.builder().freshness(Freshness.FOREVER).build())
          .build();

  private static final Duration LIMIT = Duration.ofMinutes(40);

  private static final Set<Hook> COMPILING = EnumSet.of(Hook.BUILD_WHEEL, Hook.BUILD_EDITABLE);

  private static final Path REPORT =
      Path.of(System.getProperty("hookd.root"), "frontend/target/corpus-report.json");

  @TempDir static Path work;

  private static final long SEED = Long.getLong("hookd.corpus.seed", System.nanoTime());
  private static final CorpusReport report = new CorpusReport(SEED);

  private static final MetadataComparison metadata = new MetadataComparison();

  private static Corpus corpus;
  private static DaemonPool pool;
  private static DaemonRemarks remarks;
  private static EnvironmentProvider environments;
  private static HookRunner runner;
  private static WarmSide warmSide;
  private static FreshSide freshSide;
  private static ExecutorService executor;

  /** The daemons that have served a call, or are about to, in the first round. */
  private static final Set<DaemonKey> taught = ConcurrentHashMap.newKeySet();

  @BeforeAll
  static void fetch() throws Exception {
    corpus = Corpus.fetch();
    assumeTrue(corpus.isComplete(), () -> "the corpus could not be fetched: " + corpus.problem());
    CacheDirectory cache = CacheDirectory.of(System.getenv());
    EnvironmentsConfig config = EnvironmentsConfig.builder().cache(cache).build();
    environments =
        new EnvironmentProvider(
            new PythonInterpreters(cache, System.getenv()),
            new BuildEnvironments(config),
            System.getenv());
    remarks = new DaemonRemarks(new LocalLauncher(cache.directory("daemon")));
    // One daemon for each key, which lives until the end: what is compared is its later calls.
    PoolConfig daemons =
        PoolConfig.builder()
            .maxDaemons(1_000)
            .maxDaemonsPerKey(1)
            .idleTimeout(Duration.ofHours(2))
            .maxAge(Duration.ofHours(4), 0)
            .maxWait(Duration.ofMinutes(20))
            .build();
    pool = DaemonPool.builder(remarks).config(daemons).build();
    runner = new HookRunner(pool, FrontendListener.NONE, List.of(), new TreeLocks(cache));
    warmSide = new WarmSide(runner, SETTINGS);
    freshSide = new FreshSide(corpus, WIDTH, VARIABLES);
    executor = Executors.newFixedThreadPool(WIDTH);
  }

  @AfterAll
  static void close() throws Exception {
    try {
      if (executor != null) {
        executor.shutdownNow();
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        do {
          // An interrupt ends what waits for the daemon, not what waits for an oracle.
          freshSide.kill();
        } while (!executor.awaitTermination(1, TimeUnit.SECONDS)
            && System.nanoTime() - deadline < 0);
        assertThat(executor.isTerminated()).isTrue();
        report.write(REPORT);
      }
    } finally {
      if (freshSide != null) {
        freshSide.close();
      }
      if (pool != null) {
        pool.close();
      }
    }
  }

  @TestFactory
  Stream<DynamicTest> warmRun_equalsFreshRun() throws Exception {
    System.out.println("CorpusIT: -Dhookd.corpus.seed=" + SEED);
    List<CorpusSdist> sdists = new ArrayList<>(corpus.sdists());
    Collections.shuffle(sdists, new Random(SEED));
    Map<CorpusSdist, Future<CorpusProject>> learned = new LinkedHashMap<>();
    for (CorpusSdist sdist : sdists) {
      if (sdist.whySkipped().isEmpty()) {
        learned.put(sdist, executor.submit(() -> learn(sdist)));
      }
    }
    Map<CorpusSdist, List<Future<Comparison>>> compared = compare(learned.values());
    Stream<DynamicTest> ofSdists =
        sdists.stream()
            .map(
                sdist ->
                    DynamicTest.dynamicTest(
                        sdist.toString(),
                        () -> {
                          sdist.whySkipped().ifPresent(reason -> skip(sdist, reason));
                          CorpusProject project = Objects.requireNonNull(learned.get(sdist)).get();
                          check(project, Objects.requireNonNull(compared.get(sdist)));
                        }));
    // Comes last, when all hooks have run.
    return Stream.concat(
        ofSdists,
        Stream.of(
            DynamicTest.dynamicTest(
                "metadata are read as by packaging, and are what the files promised",
                () ->
                    metadata.check(
                        work, corpus.sdists().stream().map(CorpusSdist::toString).toList()))));
  }

  /** The first round: the environments, and a call for each of their daemons. */
  private static CorpusProject learn(CorpusSdist sdist) throws IOException {
    CorpusProject project = new CorpusProject(sdist, work, environments, runner, SETTINGS);
    for (Hook hook : project.lessons()) {
      if (taught.add(project.daemonFor(hook, SETTINGS))) {
        project.tree().restore();
        warmSide.run(project.tree(), project.backend(), project.environmentFor(hook), hook);
      }
    }
    project.tree().restore();
    report.begun(project);
    return project;
  }

  /** The second round, which begins when the first is over. */
  private static Map<CorpusSdist, List<Future<Comparison>>> compare(
      Iterable<Future<CorpusProject>> learned) throws InterruptedException {
    Map<CorpusSdist, List<Future<Comparison>>> results = new HashMap<>();
    List<Runnable> comparisons = new ArrayList<>();
    for (Future<CorpusProject> future : learned) {
      CorpusProject project;
      try {
        project = future.get();
      } catch (ExecutionException e) {
        continue; // its own test asks the same future
      }
      List<Future<Comparison>> ofThisSdist = new ArrayList<>();
      results.put(project.sdist(), ofThisSdist);
      for (Hook hook : project.hooks()) {
        if (project.sdist().compiles() && COMPILING.contains(hook)) {
          report.skipped(project, hook, "compiles for too long");
        } else {
          FutureTask<Comparison> comparison = new FutureTask<>(() -> compare(project, hook));
          ofThisSdist.add(comparison);
          comparisons.add(comparison);
        }
      }
    }
    Collections.shuffle(comparisons, new Random(SEED));
    comparisons.forEach(executor::execute);
    return results;
  }

  private static Comparison compare(CorpusProject project, Hook hook) throws Exception {
    // Two hooks of one project need the same path.
    synchronized (project) {
      Comparison comparison =
          Comparison.of(
              project, hook, warmSide, freshSide, made -> addMetadata(project, hook, made));
      if (!comparison.isFaithful()) {
        System.out.println(
            "CorpusIT: "
                + project.sdist()
                + " "
                + hook.wireName()
                + ": warm | fresh: "
                + comparison.differences());
      }
      Failure failed = comparison.fresh().failure();
      if (hook == Hook.PREPARE_METADATA_FOR_BUILD_WHEEL && failed != null) {
        leaveOut(project.sdist(), failed.summary());
      }
      report.compared(project, comparison);
      report.remarked(project, remarks.of(comparison.warm().daemon()));
      return comparison;
    }
  }

  private static void addMetadata(CorpusProject project, Hook hook, Path made) throws IOException {
    if (hook == Hook.PREPARE_METADATA_FOR_BUILD_WHEEL) {
      metadata.add(project.sdist().toString(), project.sdist().file(), made);
    }
  }

  private static void leaveOut(CorpusSdist sdist, String reason) {
    boolean isExpected = sdist.noMetadata().filter(reason::contains).isPresent();
    metadata.leaveOut(sdist.toString(), reason, isExpected);
  }

  private static void skip(CorpusSdist sdist, String reason) {
    metadata.leaveOut(sdist.toString(), reason, true);
    report.skipped(sdist, reason);
    abort(reason);
  }

  private static void check(CorpusProject project, List<Future<Comparison>> comparisons)
      throws Exception {
    SoftAssertions all = new SoftAssertions();
    for (Future<Comparison> future : comparisons) {
      Comparison comparison = future.get(LIMIT.toMinutes(), TimeUnit.MINUTES);
      String what = project.sdist() + " " + comparison.hook().wireName();
      all.assertThat(comparison.warm().callsBefore())
          .as("%s: calls that its daemon had served", what)
          .isPositive();
      all.assertThat(comparison.differences())
          .as("%s: warm | fresh", what)
          .matches(differences -> comparison.isFaithful(), "equal, or random");
    }
    all.assertAll();
  }
}
