package dev.hookd.frontend.metadata;

import dev.hookd.frontend.WorkCancelledException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Threads that come to the same work at the same time: the first does it, the others wait and get
 * its answer, or its failure. That the first was interrupted is no answer: another one goes on in
 * its place. Thread-safe.
 */
final class KeyedRuns<V> {

  private final ConcurrentHashMap<String, CompletableFuture<V>> inProgress =
      new ConcurrentHashMap<>();

  /** The thread that did the work was interrupted, or did it for itself alone. */
  private static final class AbandonedException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /**
   * Does the work, or waits for the thread that does.
   *
   * @param isForAll whether, now that it is done, what came of the work is an answer to those who
   *     wait; otherwise they do it themselves
   * @throws WorkCancelledException when this thread is interrupted while it waits; its interrupt
   *     status is set
   */
  V run(String key, BooleanSupplier isForAll, Supplier<V> work) {
    while (true) {
      CompletableFuture<V> mine = new CompletableFuture<>();
      CompletableFuture<V> other = inProgress.putIfAbsent(key, mine);
      if (other == null) {
        return lead(key, mine, isForAll, work);
      }
      try {
        return other.get();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new WorkCancelledException("interrupted while another thread did the work", e);
      } catch (ExecutionException e) {
        if (e.getCause() instanceof RuntimeException failure
            && !(failure instanceof AbandonedException)) {
          throw failure;
        } else if (e.getCause() instanceof Error error) {
          throw error;
        }
      }
    }
  }

  private V lead(
      String key, CompletableFuture<V> mine, BooleanSupplier isForAll, Supplier<V> work) {
    try {
      V value = work.get();
      inProgress.remove(key, mine); // before those who wait try for themselves
      if (isForAll.getAsBoolean()) {
        mine.complete(value);
      } else {
        mine.completeExceptionally(new AbandonedException());
      }
      return value;
    } catch (RuntimeException | Error e) {
      inProgress.remove(key, mine);
      boolean isOwn = Thread.currentThread().isInterrupted() || !isForAll.getAsBoolean();
      mine.completeExceptionally(isOwn ? new AbandonedException() : e);
      throw e;
    }
  }
}
