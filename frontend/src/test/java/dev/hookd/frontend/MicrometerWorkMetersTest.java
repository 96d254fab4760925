package dev.hookd.frontend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hookd.client.HookMissingException;
import dev.hookd.client.HookRuntimeException;
import dev.hookd.frontend.index.IndexListener.Resource;
import dev.hookd.pool.Priority;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MicrometerWorkMetersTest extends FrontendFixture {

  private static final Set<Product> WHEEL = Set.of(Product.WHEEL);

  private final MeterRegistry registry = new SimpleMeterRegistry();

  @Test
  void hookd_countsItsWork_andTakesItsMetersAwayWhenItCloses() {
    // In a cache of its own, so that the environment is made here.
    Hookd hookd =
        closedLater(
            builder(1).cacheDirectory(directory.resolve("cache")).meterRegistry(registry).build());
    Path tree = tree(Trees.WHEEL, Trees.SDIST);
    BuildSettings settings = settings().build();

    hookd.metadata(Input.of(tree), settings);
    hookd.requirements(Input.of(tree), WHEEL, settings);
    hookd.build(Input.of(tree), Set.of(Product.WHEEL, Product.SDIST), directory, settings);
    assertThatThrownBy(() -> hookd.metadata(Input.of(directory.resolve("nothing")), settings))
        .isInstanceOf(InvalidProjectException.class);
    assertThatThrownBy(
            () -> hookd.build(Input.of(tree), Set.of(Product.EDITABLE), directory, settings))
        .isInstanceOf(HookMissingException.class);

    assertThat(count("hookd.metadata", "source", "wheel", "outcome", "ok")).isOne();
    assertThat(count("hookd.metadata", "source", "none", "outcome", "InvalidProject")).isOne();
    assertThat(count("hookd.requirements", "outcome", "ok")).isOne();
    assertThat(count("hookd.build", "product", "wheel+sdist", "outcome", "ok")).isOne();
    assertThat(count("hookd.build", "product", "editable", "outcome", "UnsupportedHook")).isOne();
    assertThat(count("hookd.environments", "outcome", "ok")).isOne();
    assertThat(counted("hookd.cache.lookups", "cache", "environments", "result", "miss")).isOne();
    assertThat(counted("hookd.cache.lookups", "cache", "environments", "result", "disk"))
        .isPositive();
    assertThat(registry.get("hookd.pool.wait").timer().count()).isPositive();

    hookd.close();

    assertThat(registry.getMeters()).isEmpty();
  }

  @Test
  void environments_thatCannotBeMade_areCounted() {
    BuildSettings settings = settings().build();
    Path tree = tree(Trees.WHEEL, Trees.requires("return ['there-is-no-such-project']"));

    Hookd hookd = closedLater(builder(1).meterRegistry(registry).build());
    assertThatThrownBy(() -> hookd.metadata(Input.of(tree), settings))
        .isInstanceOf(EnvironmentFailedException.class);

    assertThat(count("hookd.environments", "outcome", "EnvironmentFailed")).isOne();
    assertThat(count("hookd.metadata", "source", "none", "outcome", "EnvironmentFailed")).isOne();
  }

  @Test
  void metadataOfAnSdist_areCounted_byWhereTheyWereFound() throws IOException {
    forget(cache.resolve("metadata"));
    BuildSettings settings = settings().build();
    Path tree = tree(Trees.requires("return []"), Trees.PREPARE);
    Input sdist = Input.of(Sdists.of(tree, directory));
    Path failing = Trees.of(directory.resolve("failing"), Trees.requires("raise ValueError"));
    Input other = Input.of(Sdists.of(failing, directory.resolve("other")));

    try (Hookd hookd = builder(1).meterRegistry(registry).build()) {
      hookd.metadata(sdist, settings);
      hookd.metadata(sdist, settings);
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> hookd.metadata(other, settings))
            .isInstanceOf(HookRuntimeException.class);
      }

      assertThat(lookups("miss")).isEqualTo(2);
      assertThat(lookups("memory")).isEqualTo(2);
      assertThat(counted("hookd.cache.failures")).isOne();
    }
    MetadataCacheConfig onDisk = MetadataCacheConfig.DEFAULT.withMemoryBytes(0);
    try (Hookd hookd = builder(1).metadataCache(onDisk).meterRegistry(registry).build()) {
      hookd.metadata(sdist, settings);
      assertThat(lookups("disk")).isOne();
      assertThat(lookups("miss")).isZero();
      assertThat(counted("hookd.cache.damaged", "cache", "metadata")).isZero();

      damage(cache.resolve("metadata"));
      hookd.metadata(sdist, settings);
      assertThat(lookups("miss")).isOne();
      // What its files promise is kept as well, and that they promise nothing.
      assertThat(counted("hookd.cache.damaged", "cache", "metadata")).isEqualTo(2);
    }
  }

  private static void damage(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.writeString(file, "damaged");
      }
    }
  }

  @Test
  void work_thatWaitsAndRuns_isCounted_untilItIsCancelled() throws Exception {
    try (WorkMeters meters = new MicrometerWorkMeters(registry);
        WorkerThreads threads = new WorkerThreads(1)) {
      meters.watch(threads);
      CountDownLatch started = new CountDownLatch(1);
      CountDownLatch end = new CountDownLatch(1);
      CompletableFuture<Boolean> running =
          threads.submit(
              Priority.NORMAL,
              () -> {
                started.countDown();
                return ends(end);
              });
      CompletableFuture<Boolean> waiting = threads.submit(Priority.LOW, () -> ends(end));
      CompletableFuture<Boolean> last = threads.submit(Priority.LOW, () -> ends(end));
      assertThat(started.await(30, TimeUnit.SECONDS)).isTrue();

      assertThat(gauge("hookd.work.running")).isOne();
      assertThat(gauge("hookd.work.waiting")).isEqualTo(2);
      waiting.cancel(true);
      assertThat(gauge("hookd.work.waiting")).isOne();

      end.countDown();
      assertThat(running.get(30, TimeUnit.SECONDS)).isTrue();
      assertThat(last.get(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void work_thatAnInterruptHasEnded_wasCancelled_andMetersOfLateWorkAreNotKept() {
    WorkMeters meters = new MicrometerWorkMeters(registry);
    EnvironmentFailedException interrupted =
        new EnvironmentFailedException("interrupted", "", null, new InterruptedException());
    meters.environmentFailed(interrupted, Duration.ofMillis(1));
    assertThat(count("hookd.environments", "outcome", "Cancelled")).isOne();
    meters.requestEnded(Resource.PAGE, Duration.ofMillis(1), new InterruptedException());
    assertThat(count("hookd.index.requests", "resource", "page", "outcome", "Cancelled")).isOne();

    meters.close();
    meters.environmentCreated(Duration.ofMillis(1));

    assertThat(registry.getMeters()).isEmpty();
  }

  private static boolean ends(CountDownLatch latch) {
    try {
      return latch.await(30, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private long count(String name, String... tags) {
    return registry.get(name).tags(tags).timer().count();
  }

  private double counted(String name, String... tags) {
    return registry.get(name).tags(tags).counter().count();
  }

  private double lookups(String result) {
    return counted("hookd.cache.lookups", "cache", "metadata", "result", result);
  }

  private double gauge(String name) {
    return registry.get(name).gauge().value();
  }
}
