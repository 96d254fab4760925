package dev.hookd.frontend;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for the end of processes, children of this one or not. */
public final class Processes {

  private static final long DEADLINE_SECONDS = 30;

  private Processes() {}

  public static void awaitGone(long pid) throws InterruptedException, ExecutionException {
    var process = ProcessHandle.of(pid);
    if (process.isPresent()) {
      awaitGone(process.get());
    }
  }

  /**
   * Waits until the process does not exist, or is a zombie: who is no child of this process is
   * reaped by process 1, and in a container that may be one that reaps nobody.
   */
  public static void awaitGone(ProcessHandle process)
      throws InterruptedException, ExecutionException {
    CompletableFuture<ProcessHandle> exit = process.onExit();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
    while (!isZombie(process.pid())) {
      try {
        exit.get(20, TimeUnit.MILLISECONDS);
        return;
      } catch (TimeoutException e) {
        if (System.nanoTime() - deadline > 0) {
          throw new AssertionError("process " + process.pid() + " still runs", e);
        }
      }
    }
  }

  private static boolean isZombie(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc", String.valueOf(pid), "stat"));
      // The name before it stands in parentheses, and may hold some as well.
      return stat.startsWith(" Z", stat.lastIndexOf(')') + 1);
    } catch (IOException e) {
      return false; // gone, or a system without /proc
    }
  }

  /**
   * Waits for the end of a child whose output goes to a file: who reads a pipe to its end first has
   * no limit.
   *
   * @return false if it did not end in time; it is gone then, and what it started is killed
   */
  public static boolean endsIn(Process process, Duration limit) throws InterruptedException {
    boolean ended = process.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS);
    if (!ended) {
      kill(process);
      process.waitFor();
    }
    return ended;
  }

  /** Kills it and what it started. */
  public static void kill(Process process) {
    List<ProcessHandle> descendants = process.descendants().toList();
    process.destroyForcibly();
    descendants.forEach(ProcessHandle::destroyForcibly);
  }
}
