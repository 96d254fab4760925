package dev.hookd.frontend.metadata;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * Requests for the same thing at the same time are one piece of work. Each caller has a future of
 * its own: to cancel it leaves the others theirs, and the work ends when the last of them has gone.
 * Thread-safe.
 */
public final class SharedRequests<K, V> {

  private final Map<K, Run> runs = new HashMap<>();

  /** Work in progress, and how many wait for it. */
  private final class Run {
    private final CompletableFuture<V> work;
    private int callers;

    Run(CompletableFuture<V> work) {
      this.work = work;
    }
  }

  /**
   * Takes part in the work that is in progress for this key, or starts it.
   *
   * @param start begins the work without waiting for it; the future's {@code cancel} ends it. What
   *     it throws is thrown from here
   * @return ends as the work does
   */
  public CompletableFuture<V> join(K key, Supplier<CompletableFuture<V>> start) {
    Run run;
    synchronized (runs) {
      run = runs.get(key);
      if (run == null) {
        run = new Run(start.get());
        runs.put(key, run);
      }
      run.callers++;
    }
    Run joined = run;
    Caller caller = new Caller(key, joined);
    CompletableFuture<V> unused =
        joined.work.whenComplete(
            (value, failure) -> {
              forget(key, joined);
              if (failure == null) {
                caller.complete(value);
              } else {
                caller.completeExceptionally(
                    failure instanceof CompletionException && failure.getCause() != null
                        ? failure.getCause()
                        : failure);
              }
            });
    return caller;
  }

  private void forget(K key, Run run) {
    synchronized (runs) {
      runs.remove(key, run);
    }
  }

  private boolean leave(K key, Run run) {
    synchronized (runs) {
      if (--run.callers > 0) {
        return false;
      }
      runs.remove(key, run); // whoever comes now starts anew
      return true;
    }
  }

  private final class Caller extends CompletableFuture<V> {
    private final K key;
    private final Run run;
    private final AtomicBoolean gone = new AtomicBoolean();

    Caller(K key, Run run) {
      this.key = key;
      this.run = run;
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
      boolean cancelled = super.cancel(mayInterruptIfRunning);
      // It says so of a future that was cancelled before, too.
      if (cancelled && gone.compareAndSet(false, true) && leave(key, run)) {
        run.work.cancel(mayInterruptIfRunning);
      }
      return cancelled;
    }
  }
}
