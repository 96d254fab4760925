package dev.hookd.pool;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The threads of a pool; each is made when it is needed, and ends when it is not. */
final class PoolExecutors {

  static final int CALLBACK_THREADS = Math.max(4, 2 * Runtime.getRuntime().availableProcessors());

  /** Start and end daemons. */
  final ThreadPoolExecutor daemons;

  /** Complete futures, and run what callers have hung on them. */
  final ThreadPoolExecutor callbacks;

  /** Compare warm answers with fresh ones. */
  final ThreadPoolExecutor verifiers;

  PoolExecutors(int maxDaemons) {
    // One thread a daemon is enough: each is either being started or being ended.
    daemons = threads(maxDaemons, "hookd-pool-daemons");
    callbacks = threads(CALLBACK_THREADS, "hookd-pool-callbacks");
    verifiers = threads(maxDaemons, "hookd-pool-verifiers"); // as many as are begun at once
  }

  private static ThreadPoolExecutor threads(int count, String name) {
    ThreadPoolExecutor executor =
        new ThreadPoolExecutor(
            count, count, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), new PoolThreads(name));
    executor.allowCoreThreadTimeOut(true);
    return executor;
  }

  /** No further work is accepted. */
  void shutdown() {
    daemons.shutdown();
    callbacks.shutdown();
    verifiers.shutdown();
  }

  /** Does, on this thread, what waits for one of the callback threads. */
  void helpCallbacks() {
    BlockingQueue<Runnable> queue = callbacks.getQueue();
    for (Runnable next = queue.poll(); next != null; next = queue.poll()) {
      next.run();
    }
  }

  boolean awaitDaemons(long nanos) throws InterruptedException {
    return daemons.awaitTermination(nanos, TimeUnit.NANOSECONDS);
  }

  boolean awaitVerifiers(long nanos) throws InterruptedException {
    return verifiers.awaitTermination(nanos, TimeUnit.NANOSECONDS);
  }
}
