package dev.hookd.client;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.BooleanSupplier;

/**
 * A daemon's timer that stands still until a test lets it go: however slow the machine, no deadline
 * passes before what it is to end has begun.
 */
final class HeldTimer implements AutoCloseable {

  private final CountDownLatch released = new CountDownLatch(1);
  private final ScheduledThreadPoolExecutor executor =
      new ScheduledThreadPoolExecutor(
          1,
          task -> {
            Thread thread = new Thread(task, "held-timer");
            thread.setDaemon(true);
            return thread;
          });

  HeldTimer() {
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    executor.execute(this::hold);
  }

  private void hold() {
    try {
      released.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  ScheduledExecutorService executor() {
    return executor;
  }

  /** Lets the timer go for good; also when the wait fails, since closing a daemon needs it. */
  void releaseWhen(String what, BooleanSupplier condition) {
    try {
      Await.until(what, condition);
    } finally {
      released.countDown();
    }
  }

  /** To be called after the end of the daemon. */
  @Override
  public void close() {
    released.countDown();
    executor.shutdown();
  }
}
