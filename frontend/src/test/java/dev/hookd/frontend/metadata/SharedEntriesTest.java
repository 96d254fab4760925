package dev.hookd.frontend.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hookd.frontend.OtherJvm;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two processes on the entries of one metadata cache, one of them killed while it writes. */
@Timeout(120)
class SharedEntriesTest {

  private static final int TURNS = 40;

  @TempDir Path directory;

  @Test
  void entry_thatTwoProcessesWrite_isAlwaysThereAndWhole_alsoWhenOneIsKilled() throws Exception {
    Path cache = directory.resolve("cache");
    EntryWriter writer = new EntryWriter(cache);
    for (int turn = 0; turn < EntryWriter.KEYS; turn++) {
      writer.write(turn);
    }
    try (OtherJvm other =
        OtherJvm.start(directory, EntryWriter.class, cache.toString(), "1000000")) {
      other.expect("writes");
      for (int turn = EntryWriter.KEYS; turn < TURNS; turn++) {
        writer.write(turn);
        writer.read(turn + 5);
      }

      awaitHalfWritten(shard(cache)); // by the other: this one only reads now
      other.kill();
    }

    for (int turn = 0; turn < EntryWriter.KEYS; turn++) {
      new EntryWriter(cache).read(turn);
    }
    for (int turn = TURNS; turn < 2 * EntryWriter.KEYS + TURNS; turn++) {
      writer.write(turn);
      writer.read(turn);
    }
  }

  /** All entries are in one. */
  private static Path shard(Path cache) throws IOException {
    Path directory = cache.resolve("metadata");
    for (String level : List.of("version", "shard")) {
      try (Stream<Path> entries = Files.list(directory)) {
        List<Path> all = entries.toList();
        assertThat(all).as(level).hasSize(1);
        directory = all.get(0);
      }
    }
    return directory;
  }

  private static void awaitHalfWritten(Path shard) throws IOException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (true) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(shard, "*.tmp")) {
        if (files.iterator().hasNext()) {
          return;
        }
      }
      assertThat(System.nanoTime() - deadline).as("nobody writes").isNegative();
    }
  }
}
