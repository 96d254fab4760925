package dev.hookd.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what nobody announces: looks again and again, up to a deadline. */
final class Await {

  private Await() {}

  static void until(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + Daemons.LONG.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("not within " + Daemons.LONG + ": " + what);
      }
      LockSupport.parkNanos(Duration.ofMillis(2).toNanos());
    }
  }

  static String contentOf(Path file) {
    until(file + " is written", () -> isWritten(file));
    return read(file).strip();
  }

  static boolean isWritten(Path file) {
    return Files.exists(file) && !read(file).isBlank();
  }

  /** As {@link Waiting#forResult}, but a call that never ends fails the test. */
  static HookResult resultOf(HookCall call) {
    until("the call ends", () -> call.result().isDone());
    return Waiting.forResult(call);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  static void gone(long pid) {
    until("process " + pid + " ends", () -> !isRunning(pid));
  }

  /** A zombie that its parent does not reap has ended, too. */
  static boolean isRunning(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
    } catch (IOException e) {
      return false;
    }
  }
}
