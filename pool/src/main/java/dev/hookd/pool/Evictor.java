package dev.hookd.pool;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The pool's alarm clock: one thread that sleeps until the next thing is due, and not at all while
 * nothing is. Thread-safe.
 */
final class Evictor implements AutoCloseable {

  private final LongSupplier clock;
  private final Runnable tick;
  private final ScheduledThreadPoolExecutor timer;
  private @Nullable ScheduledFuture<?> next;
  private long nextAt;

  Evictor(LongSupplier clock, Runnable tick) {
    this.clock = clock;
    this.tick = tick;
    timer = new ScheduledThreadPoolExecutor(1, new PoolThreads("hookd-pool-timer"));
    timer.setRemoveOnCancelPolicy(true);
  }

  /** Sees to it that the tick comes not later than at that reading of the clock. */
  synchronized void wakeAt(long at) {
    ScheduledFuture<?> planned = next;
    if (planned != null) {
      if (!Nanos.isBefore(at, nextAt)) {
        return;
      }
      planned.cancel(false);
    }
    long delay = Math.max(0, at - clock.getAsLong());
    try {
      next = timer.schedule(this::fire, delay, TimeUnit.NANOSECONDS);
      nextAt = at;
    } catch (RejectedExecutionException closed) {
      next = null; // a closed pool has nothing that could become due
    }
  }

  private void fire() {
    synchronized (this) {
      next = null; // what the tick finds to be next must not look planned already
    }
    tick.run();
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }

  boolean awaitEnd(long nanos) throws InterruptedException {
    return timer.awaitTermination(nanos, TimeUnit.NANOSECONDS);
  }
}
