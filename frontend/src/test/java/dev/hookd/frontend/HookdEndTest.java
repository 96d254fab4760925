package dev.hookd.frontend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hookd.client.HookTimeoutException;
import dev.hookd.client.HookdException;
import dev.hookd.pool.PoolClosedException;
import dev.hookd.protocol.Hook;
import dev.hookd.protocol.HookArguments;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Work that ends before it is done: cancelled, interrupted, out of time, or closed. */
class HookdEndTest extends FrontendFixture {

  private static final String WAITS = Trees.requires("wait_for_test()\nreturn []");
  private static final Set<Product> WHEEL = Set.of(Product.WHEEL);

  @Test
  void cancel_endsTheHook_andTheThreadGoesOn() throws Exception {
    Hookd hookd = hookd(1);
    Path tree = tree(WAITS, Trees.PREPARE, Trees.SDIST);
    CompletableFuture<MetadataResult> future =
        hookd.metadataAsync(Input.of(tree), settings().build());
    HookWitness.RunningHook hook = witness.awaitHook();

    assertThat(future.cancel(true)).isTrue();

    assertThatThrownBy(future::join).isInstanceOf(CancellationException.class);
    hook.awaitGone();
    assertThat(
            hookd.requirements(Input.of(tree), Set.of(Product.SDIST), settings().build()).extra())
        .containsEntry(Product.SDIST, List.of());
  }

  @Test
  void cancel_ofWhatIsQueued_meansThatItNeverRuns() throws Exception {
    Hookd hookd = hookd(1);
    Path tree = tree(WAITS);
    CompletableFuture<RequirementsResult> running =
        hookd.requirementsAsync(Input.of(tree), WHEEL, settings().build());
    HookWitness.RunningHook hook = witness.awaitHook();
    CompletableFuture<RequirementsResult> queued =
        hookd.requirementsAsync(
            Input.of(directory.resolve("never looked at")), WHEEL, settings().build());
    CompletableFuture<RequirementsResult> last =
        hookd.requirementsAsync(Input.of(tree), Set.of(), settings().build());

    assertThat(queued.cancel(false)).isTrue();
    assertThat(queued).isCancelled();
    assertThat(running).isNotDone();
    hook.release();

    assertThat(running.get(30, TimeUnit.SECONDS).extra()).containsEntry(Product.WHEEL, List.of());
    assertThat(last.get(30, TimeUnit.SECONDS).extra()).isEmpty();
    assertThat(last.cancel(true)).isFalse();
  }

  @Test
  void interrupt_ofABlockingCall_endsTheHookAndIsKept() throws Exception {
    Hookd hookd = hookd(1);
    Path tree = tree(WAITS, Trees.PREPARE);
    FutureTask<Boolean> call =
        new FutureTask<>(
            () -> {
              assertThatThrownBy(() -> hookd.metadata(Input.of(tree), settings().build()))
                  .isInstanceOf(WorkCancelledException.class);
              return Thread.currentThread().isInterrupted();
            });
    Thread caller = new Thread(call);
    caller.start();
    HookWitness.RunningHook hook = witness.awaitHook();

    caller.interrupt();

    assertThat(call.get(30, TimeUnit.SECONDS)).as("interrupt status").isTrue();
    hook.awaitGone();
  }

  @Test
  void interruptedCaller_startsNoHook() {
    Hookd hookd = hookd(1);
    Path tree = tree(WAITS);
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(() -> hookd.requirements(Input.of(tree), WHEEL, settings().build()))
          .isInstanceOf(WorkCancelledException.class);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void timeout_endsTheHook() throws Exception {
    Hookd hookd = hookd(1);
    Path tree = tree(WAITS);
    Limits.doubling(
        Duration.ofSeconds(1),
        timeout -> {
          CompletableFuture<RequirementsResult> future =
              hookd.requirementsAsync(Input.of(tree), WHEEL, settings().timeout(timeout).build());

          Optional<HookWitness.RunningHook> hook = witness.awaitHookOf(future);
          if (hook.isPresent()) {
            hook.get().awaitGone();
          }

          assertThat(failureOf(future))
              .isInstanceOfSatisfying(
                  HookTimeoutException.class, e -> assertThat(e.timeout()).isEqualTo(timeout));
          return hook.isPresent();
        });
  }

  @Test
  void close_endsWhatRunsAndWhatIsQueued() throws Exception {
    Hookd hookd = hookd(2);
    Path tree = tree(WAITS, Trees.WHEEL, Trees.SDIST);
    Path output = directory.resolve("output");
    String waitsInBuild =
        Trees.WHEEL.replace("    return name", "    wait_for_test()\n    return name");
    Path building = Trees.of(directory.resolve("building"), waitsInBuild);
    List<CompletableFuture<?>> running =
        List.of(
            hookd.metadataAsync(Input.of(tree), settings().build()),
            hookd.buildAsync(Input.of(building), WHEEL, output, settings().build()));
    HookWitness.RunningHook one = witness.awaitHook();
    HookWitness.RunningHook two = witness.awaitHook();
    List<? extends CompletableFuture<?>> queued =
        Stream.generate(() -> hookd.metadataAsync(Input.of(tree), settings().build()))
            .limit(20)
            .toList();

    hookd.close();

    assertThat(running).allMatch(CompletableFuture::isDone);
    assertThat(queued).allMatch(CompletableFuture::isDone);
    for (CompletableFuture<?> future : running) {
      assertThat(failureOf(future))
          .isInstanceOfSatisfying(
              HookdException.class, e -> assertThat(e.kind()).isEqualTo("Cancelled"));
    }
    for (CompletableFuture<?> future : queued) {
      assertThat(failureOf(future)).isInstanceOf(WorkCancelledException.class);
    }
    one.awaitGone();
    two.awaitGone();
    assertThat(names(output)).isEmpty();
  }

  @Test
  void closed_takesNoMoreWork() {
    Hookd hookd = hookd(1);
    Path tree = tree(WAITS);
    Hookd.Project project = hookd.open(Input.of(tree), settings().build());
    hookd.close();
    hookd.close();

    assertThatThrownBy(() -> hookd.metadata(Input.of(tree), settings().build()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
    assertThatThrownBy(() -> hookd.metadataAsync(Input.of(tree), settings().build()))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> hookd.build(Input.of(tree), WHEEL, directory, settings().build()))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> hookd.requirements(Input.of(tree), WHEEL, settings().build()))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> project.call(Hook.BUILD_WHEEL, HookArguments.NONE))
        .isInstanceOf(PoolClosedException.class);
    project.close();
  }
}
