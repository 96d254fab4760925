package dev.hookd.frontend;

import dev.hookd.pool.Priority;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads that projects are worked on. A project's steps wait for an installer or for a daemon,
 * so each has a thread for as long as it takes; what bounds the work is their number. Work of a
 * higher priority begins first, and of one priority what was submitted first.
 */
final class WorkerThreads implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(WorkerThreads.class);
  private static final int CLEAN_UP_SECONDS = 10;

  private final ThreadPoolExecutor threads;
  private final AtomicLong submitted = new AtomicLong();

  WorkerThreads(int number) {
    AtomicInteger count = new AtomicInteger();
    threads =
        new ThreadPoolExecutor(
            number,
            number,
            0,
            TimeUnit.SECONDS,
            new PriorityBlockingQueue<>(),
            work -> {
              Thread thread = new Thread(work, "hookd-worker-" + count.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
  }

  /** A step that may fail because of this machine's disk. */
  interface Work<T> {
    T run() throws IOException;
  }

  /**
   * Runs the work when a thread is free and nothing of a higher priority waits.
   *
   * @return ends as the work does; cancelling it interrupts the work
   * @throws IllegalStateException after {@link #close()}
   */
  <T> CompletableFuture<T> submit(Priority priority, Work<T> work) {
    Result<T> result = new Result<>(threads);
    Job job = new Job(() -> finish(result, work), result, priority, submitted.getAndIncrement());
    result.job = job;
    try {
      threads.execute(job);
    } catch (RejectedExecutionException e) {
      throw new IllegalStateException("this front end is closed", e);
    }
    return result;
  }

  private static <T> void finish(Result<T> result, Work<T> work) {
    try {
      result.complete(work.run());
    } catch (IOException e) {
      fail(result, new UncheckedIOException(e.toString(), e));
    } catch (Throwable e) { // whoever waits must learn of an Error, too
      fail(result, e);
    }
  }

  private static void fail(Result<?> result, Throwable failure) {
    if (!result.completeExceptionally(failure)) {
      LOG.debug("work that nobody waits for any more ended with", failure);
    }
  }

  /** How much work waits for a thread; what was cancelled does not. */
  int waiting() {
    return threads.getQueue().size();
  }

  /** How much work is in progress. */
  int running() {
    return threads.getActiveCount();
  }

  /** Waits for the result; an interrupt cancels the work, and is kept. */
  static <T> T await(CompletableFuture<T> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      future.cancel(true);
      Thread.currentThread().interrupt();
      throw new WorkCancelledException("interrupted while waiting", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      } else if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  /**
   * Ends all work: what has not begun fails, what is in progress is interrupted and given some
   * seconds to clean up. Takes no more work. Idempotent.
   */
  @Override
  public void close() {
    for (Runnable waiting : threads.shutdownNow()) {
      ((Job) waiting)
          .result.completeExceptionally(
              new WorkCancelledException("the front end was closed before the work began", null));
    }
    try {
      if (!threads.awaitTermination(CLEAN_UP_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("work in progress did not end within {} s of being interrupted", CLEAN_UP_SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What a thread runs, and the future that hears of it. */
  private static final class Job extends FutureTask<@Nullable Void> implements Comparable<Job> {

    private static final Comparator<Job> ORDER =
        Comparator.comparing((Job job) -> job.priority).thenComparingLong(job -> job.number);

    private final Result<?> result;
    private final Priority priority;
    private final long number;

    private Job(Runnable work, Result<?> result, Priority priority, long number) {
      super(work, null);
      this.result = result;
      this.priority = priority;
      this.number = number;
    }

    @Override
    public int compareTo(Job other) {
      return ORDER.compare(this, other);
    }
  }

  private static final class Result<T> extends CompletableFuture<T> {

    private final ThreadPoolExecutor threads;
    private volatile @Nullable Job job;

    private Result(ThreadPoolExecutor threads) {
      this.threads = threads;
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
      boolean cancelled = super.cancel(mayInterruptIfRunning);
      Job running = job;
      if (cancelled && running != null) {
        running.cancel(true);
        threads.remove(running); // or it would be kept until all that is more urgent is done
      }
      return cancelled;
    }
  }
}
