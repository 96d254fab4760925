package dev.hookd.frontend.system;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;

/**
 * Threads that come to the same work at the same time do it once: the first does it, and the others
 * wait for its answer, or its failure. That the first was interrupted is no answer: one of the
 * others does the work in its place. Nothing is remembered once the work is done; so whoever keeps
 * what comes of it must look there first, inside of the work.
 *
 * <p>Thread-safe. A thread must not come to a key again while it does that key's work.
 *
 * @param <K> says which work is the same
 * @param <V> the answer
 * @param <X> what the work may throw, besides unchecked exceptions
 */
public final class SingleFlight<K, V, X extends Exception> {

  /**
   * Runs in the thread that came first.
   *
   * @param <V> the answer
   * @param <X> what it may throw
   */
  @FunctionalInterface
  public interface Work<V, X extends Exception> {
    V run() throws X, InterruptedException;
  }

  /** Empty where it is for the thread alone that did the work. */
  private final ConcurrentHashMap<K, CompletableFuture<Optional<Work<V, X>>>> underWay =
      new ConcurrentHashMap<>();

  /**
   * Does the work, or waits for the thread that does.
   *
   * @throws X what the work has thrown; the same object for all
   * @throws InterruptedException when this thread is interrupted, while it works or waits
   */
  public V run(K key, Work<V, X> work) throws X, InterruptedException {
    return run(key, () -> true, work);
  }

  /**
   * The same, of work whose answer may turn out to be for one's own use only.
   *
   * @param isForAll whether what has come of the work answers those who wait as well; otherwise
   *     they do it themselves. Asked when it is done
   */
  public V run(K key, BooleanSupplier isForAll, Work<V, X> work) throws X, InterruptedException {
    while (true) {
      CompletableFuture<Optional<Work<V, X>>> mine = new CompletableFuture<>();
      CompletableFuture<Optional<Work<V, X>>> other = underWay.putIfAbsent(key, mine);
      if (other == null) {
        return lead(key, mine, isForAll, work);
      }
      Optional<Work<V, X>> answer = await(other);
      if (answer.isPresent()) {
        return answer.get().run();
      }
    }
  }

  private V lead(
      K key,
      CompletableFuture<Optional<Work<V, X>>> mine,
      BooleanSupplier isForAll,
      Work<V, X> work)
      throws X, InterruptedException {
    Optional<Work<V, X>> forAll = Optional.empty();
    try {
      V value = work.run();
      if (isForAll.getAsBoolean()) {
        forAll = Optional.of(() -> value);
      }
      return value;
    } catch (InterruptedException e) {
      throw e;
    } catch (Throwable e) {
      // What fails while the thread is interrupted, fails because of that.
      if (!Thread.currentThread().isInterrupted() && isForAll.getAsBoolean()) {
        forAll =
            Optional.of(
                () -> {
                  throw e;
                });
      }
      throw e;
    } finally {
      underWay.remove(key, mine); // before those who wait try for themselves
      mine.complete(forAll);
    }
  }

  private static <T> T await(CompletableFuture<T> other) throws InterruptedException {
    try {
      return other.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a failure is an answer too", e);
    }
  }
}
