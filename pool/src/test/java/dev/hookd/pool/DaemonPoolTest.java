package dev.hookd.pool;

import static dev.hookd.pool.PoolTesting.A;
import static dev.hookd.pool.PoolTesting.awaitUntil;
import static dev.hookd.pool.PoolTesting.config;
import static dev.hookd.pool.PoolTesting.hook;
import static dev.hookd.pool.PoolTesting.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hookd.client.HookResult;
import dev.hookd.client.HookRuntimeException;
import dev.hookd.protocol.DaemonRequest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What calls get from a pool, and what they and its listeners cannot hold up. */
@Timeout(60)
class DaemonPoolTest extends ScriptedPoolFixture {

  @Test
  void call_answersAndKeepsTheDaemonWarm() {
    DaemonPool pool = pool(config());

    HookResult first = pool.call(A, hook("ok"), CallOptions.DEFAULT);
    HookResult second = pool.call(A, hook("ok"), CallOptions.DEFAULT);

    assertThat(first.strings()).isEqualTo(second.strings()).containsExactly("1");
    assertThat(launcher.launches()).isEqualTo(1);
    assertThat(pool.snapshot().count(DaemonState.IDLE)).isEqualTo(1);
  }

  @Test
  void call_thatFailsInTheHook_leavesTheDaemonWarm() {
    DaemonPool pool = pool(config());

    assertThatThrownBy(() -> pool.call(A, hook("error"), CallOptions.DEFAULT))
        .isInstanceOf(HookRuntimeException.class);

    assertThat(pool.call(A, hook("ok"), CallOptions.DEFAULT).strings()).containsExactly("1");
  }

  @Test
  void submit_twoCalls_runAtATime() {
    DaemonPool pool = pool(config());

    CompletableFuture<HookResult> one = pool.submit(A, hook("wait"), CallOptions.DEFAULT);
    CompletableFuture<HookResult> two = pool.submit(A, hook("wait"), CallOptions.DEFAULT);
    awaitUntil("both run", () -> pool.snapshot().count(DaemonState.BUSY) == 2);
    launcher.daemon(1).finishHook();
    launcher.daemon(2).finishHook();

    assertThat(result(one).strings()).doesNotContainAnyElementsOf(result(two).strings());
  }

  @Test
  void idleDaemons_areTakenLastInFirstOut() {
    DaemonPool pool = pool(config());
    CompletableFuture<HookResult> one = pool.submit(A, hook("wait"), CallOptions.DEFAULT);
    CompletableFuture<HookResult> two = pool.submit(A, hook("wait"), CallOptions.DEFAULT);
    awaitUntil("both run", () -> pool.snapshot().count(DaemonState.BUSY) == 2);
    launcher.daemon(2).finishHook();
    awaitUntil("one is idle", () -> pool.snapshot().count(DaemonState.IDLE) == 1);
    launcher.daemon(1).finishHook();
    awaitUntil("two are idle", () -> pool.snapshot().count(DaemonState.IDLE) == 2);

    assertThat(pool.call(A, hook("ok"), CallOptions.DEFAULT).strings()).containsExactly("1");
    assertThat(List.of(result(one), result(two))).hasSize(2);
  }

  @Test
  void listener_thatThrows_hurtsNothing() {
    List<String> told = new CopyOnWriteArrayList<>();
    PoolListener bad =
        new PoolListener() {
          @Override
          public void callStarted(DaemonKey key, DaemonRequest request, Duration waited) {
            throw new IllegalStateException("a bad listener");
          }

          @Override
          public void callFinished(
              DaemonKey key,
              DaemonRequest request,
              @Nullable Duration ran,
              @Nullable Throwable failure) {
            throw new AssertionError("a bad listener");
          }
        };
    PoolListener good =
        new PoolListener() {
          @Override
          public void callFinished(
              DaemonKey key,
              DaemonRequest request,
              @Nullable Duration ran,
              @Nullable Throwable failure) {
            told.add("finished");
          }
        };
    try (DaemonPool pool =
        DaemonPool.builder(launcher)
            .config(config().build())
            .listener(bad)
            .listener(good)
            .build()) {
      assertThat(pool.call(A, hook("ok"), CallOptions.DEFAULT).strings()).containsExactly("1");
    }

    assertThat(told).containsExactly("finished");
  }

  @Test
  void callback_thatBlocks_doesNotHoldUpTheDaemon() throws InterruptedException {
    DaemonPool pool = pool(config().maxDaemons(1));
    CountDownLatch release = new CountDownLatch(1);
    CompletableFuture<Void> slow =
        pool.submit(A, hook("wait"), CallOptions.DEFAULT)
            .thenAccept(
                any -> {
                  try {
                    release.await();
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                });
    launcher.awaitDaemon(1).finishHook(); // not before: this thread would run the callback

    assertThat(pool.call(A, hook("ok"), CallOptions.DEFAULT).strings()).containsExactly("1");

    release.countDown();
    slow.join();
  }
}
