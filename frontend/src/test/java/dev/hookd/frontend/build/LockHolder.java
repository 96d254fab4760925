package dev.hookd.frontend.build;

import dev.hookd.frontend.source.SourceTree;
import dev.hookd.frontend.system.CacheDirectory;
import dev.hookd.frontend.system.FileLocks;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Another process that takes locks as it is told:
 *
 * <pre>
 * file NAME FILE        takes the lock of a file, in a thread of its own
 * tree NAME CACHE TREE  takes the lock of a source tree, likewise
 * release NAME
 * count CACHE TREE FILE
 * ping
 * </pre>
 *
 * It says {@code waits NAME}, {@code has NAME} and {@code released NAME}, or {@code failed NAME}
 * and why; {@code counted}; {@code pong}.
 */
final class LockHolder {

  static final int COUNTERS = 2;
  static final int ROUNDS = 100;

  private final Map<String, CountDownLatch> releases = new HashMap<>();

  private interface Lock {
    AutoCloseable acquire(Runnable otherProcess) throws Exception;
  }

  private LockHolder() {}

  public static void main(String[] args) throws Exception {
    LockHolder holder = new LockHolder();
    try (BufferedReader orders =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = orders.readLine(); line != null; line = orders.readLine()) {
        holder.obey(line.split(" ", -1));
      }
    }
  }

  private void obey(String[] words) throws Exception {
    switch (words[0]) {
      case "file" -> hold(words[1], waits -> FileLocks.acquire(Path.of(words[2]), waits));
      case "tree" -> {
        TreeLocks locks = new TreeLocks(CacheDirectory.at(Path.of(words[2])));
        SourceTree tree = SourceTree.open(Path.of(words[3]));
        hold(words[1], waits -> locks.acquire(tree, waits));
      }
      case "release" -> Objects.requireNonNull(releases.get(words[1])).countDown();
      case "count" -> {
        count(Path.of(words[1]), Path.of(words[2]), Path.of(words[3]));
        say("counted");
      }
      case "ping" -> say("pong");
      default -> throw new IllegalArgumentException(words[0]);
    }
  }

  private void hold(String name, Lock lock) {
    CountDownLatch release = new CountDownLatch(1);
    releases.put(name, release);
    Thread thread =
        new Thread(
            () -> {
              try {
                AutoCloseable held = lock.acquire(() -> say("waits " + name));
                say("has " + name);
                release.await();
                held.close();
                say("released " + name);
              } catch (Exception e) {
                say("failed " + name + ": " + e);
              }
            });
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Adds to the number in a file, some hundred times in some threads, each time with the tree's
   * lock: without it, additions are lost or half a number is read.
   */
  static void count(Path cache, Path tree, Path file) throws Exception {
    TreeLocks locks = new TreeLocks(CacheDirectory.at(cache));
    Callable<Integer> counter =
        () -> {
          for (int i = 0; i < ROUNDS; i++) {
            TreeLocks.Held held = locks.acquire(SourceTree.open(tree), () -> {});
            try (held) {
              add(file);
            }
          }
          return ROUNDS;
        };
    ExecutorService threads = Executors.newFixedThreadPool(COUNTERS);
    try {
      List<Future<Integer>> counters = new ArrayList<>();
      for (int i = 0; i < COUNTERS; i++) {
        counters.add(threads.submit(counter));
      }
      for (Future<Integer> each : counters) {
        each.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static void add(Path file) throws IOException {
    int number = Integer.parseInt(Files.readString(file));
    Files.writeString(file, String.valueOf(number + 1));
  }

  private static synchronized void say(String line) {
    System.out.println(line);
    System.out.flush();
  }
}
