package dev.hookd.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BatchTest {

  private static final List<String> MANY =
      IntStream.range(0, 2_000).mapToObj(Integer::toString).toList();

  @Test
  void run_handsOverInTheOrderOfTheInputs_whateverEndsFirst() throws Exception {
    List<String> seen = new ArrayList<>();
    Batch<String> batch =
        new Batch<>(
            8,
            input ->
                CompletableFuture.supplyAsync(
                    () -> "<" + input.text() + ">",
                    // every third is given to the pool late, and so ends after its successors
                    input.text().endsWith("3")
                        ? CompletableFuture.delayedExecutor(2, TimeUnit.MILLISECONDS)
                        : ForkJoinPool.commonPool()),
            result -> 0,
            () -> {});

    batch.run(inputs(MANY), outcome -> seen.add(outcome.result()));

    assertThat(seen).isEqualTo(MANY.stream().map(input -> "<" + input + ">").toList());
  }

  @Test
  void run_startsNoMoreThanJobsAtOnce_andHoldsABoundedWindow() throws Exception {
    LinkedBlockingQueue<CompletableFuture<String>> running = new LinkedBlockingQueue<>();
    AtomicInteger started = new AtomicInteger();
    AtomicInteger ended = new AtomicInteger();
    CountDownLatch windowEnded = new CountDownLatch(63);
    Batch<String> batch =
        new Batch<>(
            2,
            input -> {
              CompletableFuture<String> future = new CompletableFuture<>();
              started.incrementAndGet();
              running.add(future);
              return future;
            },
            result -> 0,
            () -> {
              ended.incrementAndGet();
              windowEnded.countDown();
            });
    List<String> seen = new ArrayList<>();
    CompletableFuture<Void> run =
        CompletableFuture.runAsync(
            () -> {
              try {
                batch.run(inputs(MANY), outcome -> seen.add(outcome.input().text()));
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });

    CompletableFuture<String> first = next(running);
    // The first input keeps all others from being handed over; of them no more than a window
    // starts.
    for (int i = 1; i < 64; i++) {
      next(running).complete("");
    }
    // One that was completed before the batch listened to it ends on the batch's own thread.
    assertThat(windowEnded.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(running.poll(50, TimeUnit.MILLISECONDS)).isNull();
    assertThat(started).hasValue(64);
    assertThat(ended).hasValue(63);
    assertThat(seen).isEmpty();

    first.complete("");
    for (int i = 64; i < MANY.size(); i++) {
      assertThat(started.get() - ended.get()).isLessThanOrEqualTo(2);
      next(running).complete("");
    }
    run.get(30, TimeUnit.SECONDS);
    assertThat(seen).isEqualTo(MANY);
  }

  @Test
  void run_whenAnInputFails_goesOn() throws Exception {
    List<String> failures = new ArrayList<>();
    List<String> good = new ArrayList<>();
    Batch<String> batch =
        new Batch<>(
            1,
            input -> {
              if (input.text().equals("thrown")) {
                throw new IllegalStateException("at once");
              }
              return input.text().equals("failed")
                  ? CompletableFuture.failedFuture(new IllegalStateException("later"))
                  : CompletableFuture.completedFuture(input.text());
            },
            result -> 0,
            () -> {});

    batch.run(
        inputs(List.of("a", "thrown", "b", "failed", "c")),
        outcome -> {
          Failure failure = outcome.failure();
          if (failure == null) {
            good.add(outcome.input().text());
          } else {
            failures.add(outcome.input().text() + ": " + failure.message());
          }
        });

    assertThat(good).containsExactly("a", "b", "c");
    assertThat(failures)
        .containsExactly(
            "thrown: java.lang.IllegalStateException: at once",
            "failed: java.lang.IllegalStateException: later");
  }

  @Test
  void run_whenTheReaderIsGone_cancelsWhatWasStarted() {
    List<CompletableFuture<String>> futures = new ArrayList<>();
    Batch<String> batch =
        new Batch<>(
            3,
            input -> {
              CompletableFuture<String> future =
                  futures.isEmpty()
                      ? CompletableFuture.completedFuture(input.text())
                      : new CompletableFuture<>();
              futures.add(future);
              return future;
            },
            result -> 0,
            () -> {});

    assertThatThrownBy(
            () ->
                batch.run(
                    inputs(MANY),
                    outcome -> {
                      throw new IllegalStateException("gone");
                    }))
        .hasMessage("gone");
    assertThat(futures.stream().skip(1)).allMatch(CompletableFuture::isCancelled);
  }

  /** Inputs that are all there. */
  private static InputRequest.Source inputs(List<String> texts) {
    return new Inputs(
        texts,
        new InputLines(InputStream.nullInputStream(), (byte) '\n', () -> {}),
        List.of(),
        input -> true);
  }

  private static CompletableFuture<String> next(
      LinkedBlockingQueue<CompletableFuture<String>> running) throws InterruptedException {
    CompletableFuture<String> future = running.poll(30, TimeUnit.SECONDS);
    if (future == null) {
      throw new AssertionError("nothing was started");
    }
    return future;
  }
}
