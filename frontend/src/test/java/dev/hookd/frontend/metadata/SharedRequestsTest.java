package dev.hookd.frontend.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Both forms of doing the same work once: for futures, and for threads. */
@Timeout(60)
class SharedRequestsTest {

  private final SharedRequests<String, String> shared = new SharedRequests<>();
  private final List<CompletableFuture<String>> started = new ArrayList<>();

  private CompletableFuture<String> join(String key) {
    return shared.join(
        key,
        () -> {
          CompletableFuture<String> work = new CompletableFuture<>();
          started.add(work);
          return work;
        });
  }

  @Test
  void join_sameKey_isOneRun_otherKeyAnother() throws Exception {
    CompletableFuture<String> first = join("a");
    CompletableFuture<String> second = join("a");
    CompletableFuture<String> other = join("b");

    assertThat(started).hasSize(2);
    started.get(0).complete("x");
    assertThat(first.get()).isEqualTo("x");
    assertThat(second.get()).isEqualTo("x");
    assertThat(other).isNotDone();
    assertThat(join("a")).isNotDone();
    assertThat(started).hasSize(3);
  }

  @Test
  void cancel_ofOne_leavesTheOthersTheirs() throws Exception {
    CompletableFuture<String> first = join("a");
    CompletableFuture<String> second = join("a");

    assertThat(first.cancel(true)).isTrue();
    assertThat(first.cancel(true)).as("again").isTrue();

    assertThat(started.get(0)).isNotDone();
    started.get(0).complete("x");
    assertThat(second.get()).isEqualTo("x");
  }

  @Test
  void cancel_ofAll_cancelsTheRun_andTheNextStartsAnew() {
    CompletableFuture<String> first = join("a");
    CompletableFuture<String> second = join("a");

    first.cancel(true);
    second.cancel(true);

    assertThat(started.get(0)).isCancelled();
    assertThat(join("a")).isNotDone();
    assertThat(started).hasSize(2);
  }

  @Test
  void failure_isEverybodys_andStartThatThrowsNobodysElse() {
    CompletableFuture<String> first = join("a");
    CompletableFuture<String> second = join("a");
    IllegalStateException failure = new IllegalStateException("x");
    started.get(0).completeExceptionally(failure);

    for (CompletableFuture<String> caller : List.of(first, second)) {
      assertThatThrownBy(caller::get).isInstanceOf(ExecutionException.class).hasCause(failure);
    }
    assertThatThrownBy(
            () ->
                shared.join(
                    "a",
                    () -> {
                      throw failure;
                    }))
        .isSameAs(failure);
    assertThat(join("a")).isNotDone();
  }

  @Test
  void threads_thatComeToTheSameWork_doItOnce() throws Exception {
    KeyedRuns<Integer> runs = new KeyedRuns<>();
    AtomicInteger count = new AtomicInteger();
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      Future<Integer> leader =
          threads.submit(
              () ->
                  runs.run(
                      "a",
                      () -> true,
                      () -> {
                        begun.countDown();
                        await(end);
                        return count.incrementAndGet();
                      }));
      begun.await();
      Future<Integer> follower =
          threads.submit(() -> runs.run("a", () -> true, count::incrementAndGet));
      assertThat(threads.submit(() -> runs.run("b", () -> true, () -> -1)).get()).isEqualTo(-1);
      end.countDown();
      assertThat(leader.get()).isEqualTo(1);
      // It came while the leader worked, or after.
      assertThat(follower.get()).isBetween(1, 2);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void interruptOfTheThreadThatWorks_isNoAnswerForTheOthers() throws Exception {
    KeyedRuns<String> runs = new KeyedRuns<>();
    CountDownLatch begun = new CountDownLatch(1);
    AtomicInteger attempts = new AtomicInteger();
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      Future<String> leader =
          threads.submit(
              () ->
                  runs.run(
                      "a",
                      () -> true,
                      () -> {
                        attempts.incrementAndGet();
                        begun.countDown();
                        await(new CountDownLatch(1));
                        return "never";
                      }));
      begun.await();
      CountDownLatch came = new CountDownLatch(1);
      Future<String> follower =
          threads.submit(
              () -> {
                came.countDown();
                return runs.run("a", () -> true, () -> "own " + attempts.incrementAndGet());
              });
      came.await();
      leader.cancel(true);
      assertThat(follower.get()).isEqualTo("own 2");
    } finally {
      threads.shutdownNow();
      assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void whatIsAnAnswerForItsOwnThreadAlone_isNoneForTheOthers() throws Exception {
    KeyedRuns<String> runs = new KeyedRuns<>();
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      Future<String> leader =
          threads.submit(
              () ->
                  runs.run(
                      "a",
                      () -> false,
                      () -> {
                        begun.countDown();
                        await(end);
                        return "of a file that was replaced";
                      }));
      begun.await();
      Future<String> follower = threads.submit(() -> runs.run("a", () -> true, () -> "own"));
      end.countDown();

      assertThat(leader.get()).isEqualTo("of a file that was replaced");
      assertThat(follower.get()).isEqualTo("own");
    } finally {
      threads.shutdownNow();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
