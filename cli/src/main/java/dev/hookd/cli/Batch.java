package dev.hookd.cli;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Works on many inputs at once and hands over the outcomes in the order of the inputs, each as soon
 * as those before it are there, also while the next input is awaited. A failing input stops no
 * other. Memory is bounded: no more than a window of outcomes waits for its turn, and no input is
 * started while those that wait are large; so a source of inputs is read no faster than they are
 * worked on.
 *
 * <p>No more inputs are started than can be worked on, so that the time from start to end is time
 * spent on the input, waiting for a turn excluded.
 */
final class Batch<T> {

  /** Bytes of outcomes that may wait for their turn before no other input is started. */
  private static final long WAITING_BYTES = 16L << 20;

  /**
   * What became of an input: a result, or a failure.
   *
   * @param elapsed from the input's start to its end
   * @param endedAt its end, by {@link System#nanoTime()}
   */
  record Outcome<T>(
      InputRequest input,
      @Nullable T result,
      @Nullable Failure failure,
      Duration elapsed,
      long endedAt) {}

  /** Takes the outcomes in order. */
  interface Sink<T> {
    void accept(Outcome<T> outcome) throws InterruptedException;
  }

  private final int jobs;
  private final int window;
  private final Function<InputRequest, CompletableFuture<T>> work;
  private final ToLongFunction<T> size;
  private final Runnable onEnd;
  private final Deque<Started<T>> started = new ArrayDeque<>();
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicLong waitingBytes = new AtomicLong();
  private final Semaphore changes = new Semaphore(0);

  private record Started<T>(CompletableFuture<T> work, CompletableFuture<Outcome<T>> outcome) {}

  /**
   * @param work starts the work on an input
   * @param size about how many bytes a result is
   * @param onEnd told of each input that has ended, from any thread
   */
  Batch(
      int jobs,
      Function<InputRequest, CompletableFuture<T>> work,
      ToLongFunction<T> size,
      Runnable onEnd) {
    this.jobs = jobs;
    this.window = Math.max(64, 4 * jobs);
    this.work = work;
    this.size = size;
    this.onEnd = onEnd;
  }

  /** Has {@link #run} look at its source again: an input has come, or will not. Thread-safe. */
  void wake() {
    changes.release();
  }

  /**
   * Returns when the source is exhausted and every outcome has been handed over, on the calling
   * thread.
   *
   * @throws InterruptedException if the thread is interrupted; what was started is then cancelled,
   *     as it is when {@code inOrder} throws
   */
  void run(InputRequest.Source inputs, Sink<T> inOrder) throws InterruptedException {
    try {
      while (true) {
        changes.drainPermits(); // before looking: what changes from now on is not missed
        handOverDone(inOrder);
        InputRequest next = hasRoom() ? inputs.poll() : null;
        if (next != null) {
          if (Thread.interrupted()) {
            throw new InterruptedException();
          }
          started.add(start(next));
        } else if (started.isEmpty() && inputs.isExhausted()) {
          return;
        } else {
          changes.acquire();
        }
      }
    } finally {
      started.forEach(each -> each.work().cancel(true));
    }
  }

  private boolean hasRoom() {
    return running.get() < jobs && started.size() < window && waitingBytes.get() < WAITING_BYTES;
  }

  @SuppressWarnings("FutureReturnValueIgnored") // of an action that cannot fail
  private Started<T> start(InputRequest input) {
    running.incrementAndGet();
    long start = System.nanoTime();
    CompletableFuture<T> future;
    try {
      if (input.refused() != null) {
        throw input.refused();
      }
      future = work.apply(input);
    } catch (RuntimeException e) {
      future = CompletableFuture.failedFuture(e);
    }
    CompletableFuture<Outcome<T>> outcome =
        future.handle(
            (result, thrown) -> {
              long end = System.nanoTime();
              return new Outcome<>(
                  input,
                  result,
                  thrown == null ? null : Failure.of(thrown),
                  Duration.ofNanos(end - start),
                  end);
            });
    // After the outcome is there: whoever sees that there is room also finds the outcome.
    outcome.whenComplete(
        (done, thrown) -> {
          try {
            waitingBytes.addAndGet(bytes(done));
            onEnd.run();
          } finally {
            running.decrementAndGet();
            wake();
          }
        });
    return new Started<>(future, outcome);
  }

  private void handOverDone(Sink<T> inOrder) throws InterruptedException {
    while (!started.isEmpty() && started.element().outcome().isDone()) {
      Outcome<T> outcome = started.element().outcome().join();
      inOrder.accept(outcome);
      started.remove();
      waitingBytes.addAndGet(-bytes(outcome));
    }
  }

  private long bytes(Outcome<T> outcome) {
    T result = outcome.result();
    Failure failure = outcome.failure();
    return (result == null ? 0 : size.applyAsLong(result))
        + (failure == null
            ? 0
            : 2L
                * (failure.output().stdout().text().length()
                    + failure.output().stderr().text().length()));
  }
}
