package dev.hookd.frontend.build;

import dev.hookd.frontend.WorkCancelledException;
import dev.hookd.frontend.source.SourceTree;
import dev.hookd.frontend.system.CacheDirectory;
import dev.hookd.frontend.system.FileLocks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Lets one session at a time run hooks in a source tree, among the threads of this JVM and among
 * processes with the same cache directory: backends keep files under fixed names in the tree.
 * Thread-safe.
 */
public final class TreeLocks {

  private final CacheDirectory cache;

  public TreeLocks(CacheDirectory cache) {
    this.cache = cache;
  }

  /** Release it by {@link #close()}, on the thread that got it. */
  interface Held extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Waits until the tree is free. A private one always is.
   *
   * @param otherProcess called before waiting for another process
   * @throws WorkCancelledException if the thread is interrupted, which is kept
   */
  Held acquire(SourceTree tree, Runnable otherProcess) {
    if (tree.isPrivate()) {
      return () -> {};
    }
    Path file = cache.directory("tree-locks").resolve(name(tree.root()));
    try {
      FileLocks.Held held = FileLocks.acquire(file, otherProcess);
      return () -> {
        try {
          held.close();
        } catch (IOException e) {
          throw new UncheckedIOException("cannot release " + file, e);
        }
      };
    } catch (IOException e) {
      throw new UncheckedIOException("cannot lock " + file, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WorkCancelledException("interrupted while waiting for " + tree.root(), e);
    }
  }

  /** One of 4096, so that the directory does not grow: two trees may share one and take turns. */
  private static String name(Path root) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(root.toString().getBytes(StandardCharsets.UTF_8));
      return "%02x%x".formatted(hash[0], (hash[1] & 0xF0) >> 4);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
