package dev.hookd.frontend.index;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;

/**
 * Work that is asked for while it is under way is done once: the first caller does it, on its own
 * thread, and the others wait for what comes of it. When the first one is interrupted, that is its
 * own affair, and one of the others does the work.
 */
final class SingleFlight<K, V> {

  interface Work<V> {
    V run() throws IOException, InterruptedException;
  }

  private static final class LeaderLeftException extends Exception {}

  private final ConcurrentHashMap<K, CompletableFuture<V>> underWay = new ConcurrentHashMap<>();

  /** What the work throws, every caller gets. */
  V run(K key, Work<V> work) throws IOException, InterruptedException {
    while (true) {
      CompletableFuture<V> mine = new CompletableFuture<>();
      CompletableFuture<V> other = underWay.putIfAbsent(key, mine);
      if (other == null) {
        return lead(key, mine, work);
      }
      try {
        return other.get();
      } catch (ExecutionException e) {
        Throwable cause = e.getCause();
        if (cause instanceof LeaderLeftException) {
          continue;
        }
        if (cause instanceof IOException failure) {
          throw new IOException(failure.getMessage(), failure);
        }
        if (cause instanceof RuntimeException failure) {
          throw failure;
        }
        throw new IllegalStateException(cause);
      }
    }
  }

  private V lead(K key, CompletableFuture<V> mine, Work<V> work)
      throws IOException, InterruptedException {
    try {
      V value = work.run();
      underWay.remove(key, mine);
      mine.complete(value);
      return value;
    } catch (ClosedByInterruptException e) {
      throw e; // this thread's affair as well
    } catch (IOException | RuntimeException e) {
      underWay.remove(key, mine);
      mine.completeExceptionally(e);
      throw e;
    } finally {
      // Interrupted, or an error of the JVM: done already in the other cases.
      underWay.remove(key, mine);
      mine.completeExceptionally(new LeaderLeftException());
    }
  }
}
