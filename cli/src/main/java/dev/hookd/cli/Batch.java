package dev.hookd.cli;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Works on many inputs at once and hands over the outcomes in the order of the inputs, each as soon
 * as those before it are there. A failing input stops no other. Memory is bounded: no more than a
 * window of outcomes waits for its turn.
 *
 * <p>No more inputs are started than can be worked on, so that the time from start to end is time
 * spent on the input, waiting for a turn excluded.
 */
final class Batch<T> {

  /**
   * What became of an input: a result, or a failure.
   *
   * @param elapsed from the input's start to its end
   */
  record Outcome<T>(
      String input, @Nullable T result, @Nullable Failure failure, Duration elapsed) {}

  private final int jobs;
  private final int window;
  private final Function<String, CompletableFuture<T>> work;
  private final Runnable onEnd;
  private final Deque<Started<T>> started = new ArrayDeque<>();

  private record Started<T>(CompletableFuture<T> work, CompletableFuture<Outcome<T>> outcome) {}

  /**
   * @param work starts the work on an input
   * @param onEnd told of each input that has ended, from any thread
   */
  Batch(int jobs, Function<String, CompletableFuture<T>> work, Runnable onEnd) {
    this.jobs = jobs;
    this.window = Math.max(64, 4 * jobs);
    this.work = work;
    this.onEnd = onEnd;
  }

  /**
   * Returns when every outcome has been handed over, on the calling thread.
   *
   * @throws InterruptedException if the thread is interrupted; what was started is then cancelled,
   *     as it is when {@code inOrder} throws
   */
  void run(List<String> inputs, Consumer<Outcome<T>> inOrder) throws InterruptedException {
    Semaphore turns = new Semaphore(jobs);
    try {
      for (String input : inputs) {
        if (started.size() >= window) {
          handOverFirst(inOrder);
        }
        turns.acquire();
        handOverDone(inOrder);
        started.add(start(input, turns));
      }
      while (!started.isEmpty()) {
        handOverFirst(inOrder);
      }
    } finally {
      started.forEach(each -> each.work().cancel(true));
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // of an action that cannot fail
  private Started<T> start(String input, Semaphore turns) {
    long start = System.nanoTime();
    CompletableFuture<T> future;
    try {
      future = work.apply(input);
    } catch (RuntimeException e) {
      future = CompletableFuture.failedFuture(e);
    }
    CompletableFuture<Outcome<T>> outcome =
        future.handle(
            (result, thrown) ->
                new Outcome<>(
                    input,
                    result,
                    thrown == null ? null : Failure.of(thrown),
                    Duration.ofNanos(System.nanoTime() - start)));
    // After the outcome is there: whoever gets the turn also finds the outcome.
    outcome.whenComplete(
        (done, thrown) -> {
          try {
            onEnd.run();
          } finally {
            turns.release();
          }
        });
    return new Started<>(future, outcome);
  }

  private void handOverDone(Consumer<Outcome<T>> inOrder) {
    while (!started.isEmpty() && started.element().outcome().isDone()) {
      inOrder.accept(started.element().outcome().join());
      started.remove();
    }
  }

  private void handOverFirst(Consumer<Outcome<T>> inOrder) throws InterruptedException {
    try {
      started.element().outcome().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("an outcome holds its failure", e);
    }
    handOverDone(inOrder);
  }
}
