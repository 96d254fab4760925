package dev.hookd.frontend.build;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hookd.client.LocalLauncher;
import dev.hookd.frontend.BuildSettings;
import dev.hookd.frontend.FrontendListener;
import dev.hookd.frontend.environment.BuildEnvironment;
import dev.hookd.frontend.environment.BuildEnvironments;
import dev.hookd.frontend.environment.CacheDirectory;
import dev.hookd.frontend.environment.EnvironmentsConfig;
import dev.hookd.frontend.environment.PythonInterpreters;
import dev.hookd.frontend.source.ArchiveLimits;
import dev.hookd.frontend.source.SdistArchive;
import dev.hookd.frontend.source.SourceTree;
import dev.hookd.pool.DaemonPool;
import dev.hookd.protocol.BuildBackend;
import dev.hookd.protocol.Hook;
import dev.hookd.protocol.HookArguments;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every sdist of the corpus, its hooks run by a warm daemon and by pyproject_hooks in fresh
 * processes, in the same build environments: what they answer must be equal, requirement by
 * requirement and metadata byte by byte.
 *
 * <p>Needs the package registry for the sdists, for the build requirements and for pyproject_hooks;
 * all three are kept in the cache directory.
 */
class CorpusIT {

  private static final int WIDTH = 2;

  @TempDir static Path work;

  private static Corpus corpus;
  private static DaemonPool pool;
  private static EnvironmentProvider environments;
  private static HookRunner runner;
  private static ExecutorService executor;
  private static final Set<Oracle> oracles = ConcurrentHashMap.newKeySet();

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
    pool = DaemonPool.builder(new LocalLauncher(cache.directory("daemon"))).build();
    runner = new HookRunner(pool, FrontendListener.NONE);
    executor = Executors.newFixedThreadPool(WIDTH);
  }

  @AfterAll
  static void close() throws Exception {
    try {
      if (executor != null) {
        executor.shutdownNow();
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        do {
          // An interrupt ends what waits for the daemon, not what waits for an oracle. More than
          // once, since a comparison on its way to an oracle starts it all the same.
          oracles.forEach(Oracle::kill);
        } while (!executor.awaitTermination(1, TimeUnit.SECONDS)
            && System.nanoTime() - deadline < 0);
        assertThat(executor.isTerminated()).isTrue();
      }
    } finally {
      if (pool != null) {
        pool.close();
      }
    }
  }

  @TestFactory
  Stream<DynamicTest> warmAnswer_equalsFreshAnswer() {
    long seed = Long.getLong("hookd.corpus.seed", System.nanoTime());
    System.out.println("CorpusIT: -Dhookd.corpus.seed=" + seed);
    List<Path> shuffled = corpus.sdists().collect(Collectors.toList());
    Collections.shuffle(shuffled, new Random(seed));
    List<Map.Entry<Path, CompletableFuture<Void>>> comparisons =
        shuffled.stream()
            .map(
                sdist ->
                    Map.entry(sdist, CompletableFuture.runAsync(() -> compare(sdist), executor)))
            .toList();
    return comparisons.stream()
        .map(
            comparison ->
                DynamicTest.dynamicTest(
                    comparison.getKey().getFileName().toString(),
                    () -> comparison.getValue().get(15, TimeUnit.MINUTES)));
  }

  private static void compare(Path sdist) {
    try (SourceTree tree = SdistArchive.unpack(sdist, work, ArchiveLimits.defaults());
        ProjectSession warm =
            new ProjectSession(tree, BuildSettings.DEFAULT, environments, runner);
        Oracle oracle = corpus.startOracle()) {
      oracles.add(oracle);
      List<String> requirements =
          warm.call(Hook.GET_REQUIRES_FOR_BUILD_WHEEL, HookArguments.NONE).strings();
      Path directory = Files.createTempDirectory(work, "metadata-");
      Path distInfo =
          HookProducts.of(
              Hook.PREPARE_METADATA_FOR_BUILD_WHEEL,
              warm.call(
                  Hook.PREPARE_METADATA_FOR_BUILD_WHEEL,
                  new HookArguments(null, null, directory, null)),
              directory);
      byte[] metadata = Files.readAllBytes(distInfo.resolve("METADATA"));

      JsonNode freshRequirements = fresh(sdist, warm, oracle, Hook.GET_REQUIRES_FOR_BUILD_WHEEL);
      assertThat(requirements)
          .as("get_requires_for_build_wheel")
          .isEqualTo(strings(freshRequirements.path("result")));
      JsonNode freshMetadata = fresh(sdist, warm, oracle, Hook.PREPARE_METADATA_FOR_BUILD_WHEEL);
      assertThat(distInfo.getFileName().toString())
          .isEqualTo(freshMetadata.path("result").textValue());
      byte[] expected = Base64.getDecoder().decode(freshMetadata.path("metadata").textValue());
      assertThat(new String(metadata, UTF_8)).isEqualTo(new String(expected, UTF_8));
      assertThat(metadata).as("METADATA, byte for byte").isEqualTo(expected);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The answer of a fresh process, in a tree of its own and in the environment that the warm one
   * had.
   */
  private static JsonNode fresh(Path sdist, ProjectSession warm, Oracle oracle, Hook hook)
      throws IOException {
    BuildEnvironment environment = warm.environmentFor(hook);
    try (SourceTree tree = SdistArchive.unpack(sdist, work, ArchiveLimits.defaults())) {
      BuildBackend backend =
          new BuildBackend(tree.buildSystem().buildBackend(), tree.buildSystem().backendPath());
      return oracle.ask(
          environment, tree.root(), backend, hook, Files.createTempDirectory(work, "oracle-"));
    }
  }

  private static List<String> strings(JsonNode list) {
    assertThat(list.isArray()).as("a list: %s", list).isTrue();
    return StreamSupport.stream(list.spliterator(), false).map(JsonNode::textValue).toList();
  }
}
