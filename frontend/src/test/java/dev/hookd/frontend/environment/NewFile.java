package dev.hookd.frontend.environment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** A file by which another process says that it has come to a point. */
final class NewFile {

  private static final long DEADLINE_SECONDS = 100;

  private NewFile() {}

  /**
   * Waits until the file is there.
   *
   * @param maker asserts that the file's maker is still at work
   */
  static void await(Path file, Runnable maker) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
    try (WatchService watch = file.getFileSystem().newWatchService()) {
      Path directory = Objects.requireNonNull(file.getParent());
      directory.register(watch, StandardWatchEventKinds.ENTRY_CREATE);
      while (!Files.exists(file)) {
        maker.run();
        assertThat(System.nanoTime() - deadline).as("no file %s", file).isNegative();
        WatchKey key = watch.poll(1, TimeUnit.SECONDS);
        if (key != null) {
          key.pollEvents();
          key.reset();
        }
      }
    }
  }
}
