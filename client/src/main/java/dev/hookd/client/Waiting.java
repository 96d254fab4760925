package dev.hookd.client;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Waits that no interrupt ends; it is kept for the caller. */
final class Waiting {

  private Waiting() {}

  /** An interrupt cancels the call, and the wait goes on to its end. */
  static HookResult forResult(HookCall call) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return call.result().get();
        } catch (InterruptedException e) {
          interrupted = true;
          call.cancel();
        } catch (ExecutionException e) {
          if (e.getCause() instanceof HookdException failure) {
            throw failure;
          }
          throw new IllegalStateException(e.getCause());
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** However it ends. */
  static void untilDone(CompletableFuture<?> future) {
    untilDone(future, null);
  }

  /**
   * However it ends, but not for longer than the limit.
   *
   * @param limit {@code null} for none
   * @return whether it is done
   */
  static boolean untilDone(CompletableFuture<?> future, @Nullable Duration limit) {
    long deadline = limit == null ? 0 : System.nanoTime() + DaemonTimer.nanos(limit);
    boolean interrupted = false;
    try {
      while (true) {
        try {
          get(future, limit == null, deadline);
          return true;
        } catch (ExecutionException e) {
          return true;
        } catch (TimeoutException e) {
          return false;
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static void get(Future<?> future, boolean forever, long deadline)
      throws ExecutionException, InterruptedException, TimeoutException {
    if (forever) {
      future.get();
    } else {
      future.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
    }
  }

  static void join(DaemonChannel channel) {
    boolean interrupted = false;
    while (true) {
      try {
        channel.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
