package dev.hookd.frontend.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hookd.frontend.system.HeardOfCache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DownloadsPrunerTest {

  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

  @TempDir Path directory;

  private Path kept(String name, int bytes, Duration age) throws IOException {
    Path entry = Files.createDirectories(directory.resolve(name));
    Files.write(entry.resolve("a-1.tar.gz"), new byte[bytes]);
    Files.setLastModifiedTime(entry, FileTime.from(NOW.minus(age)));
    return entry;
  }

  private List<String> names(Path parent) throws IOException {
    try (Stream<Path> entries = Files.list(parent)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    }
  }

  private final HeardOfCache heard = new HeardOfCache();

  private DownloadsPruner pruner(long maxBytes) {
    return new DownloadsPruner(directory, maxBytes, Clock.fixed(NOW, ZoneOffset.UTC), heard);
  }

  @Test
  void whatWasNotUsedForLongest_goesFirst_andNoMoreThanIsNeeded() throws IOException {
    kept("oldest", 400, Duration.ofDays(3));
    kept("older", 400, Duration.ofDays(2));
    kept("old", 400, Duration.ofDays(1));

    pruner(900).added(1);

    assertThat(names(directory)).containsExactly("old", "older");
    assertThat(heard.events).containsExactly("downloads evicted 400");
  }

  @Test
  void whatWasUsedInTheLastHour_stays() throws IOException {
    kept("fresh", 1000, Duration.ofMinutes(59));

    pruner(100).added(1000);

    assertThat(names(directory)).containsExactly("fresh");
  }

  @Test
  void looksAgain_onlyWhenAHundredthHasCome() throws IOException {
    DownloadsPruner pruner = pruner(1000);
    pruner.added(1);
    kept("old", 2000, Duration.ofDays(1));

    pruner.added(9);
    assertThat(names(directory)).containsExactly("old");
    pruner.added(1);
    assertThat(names(directory)).isEmpty();
  }

  @Test
  void beginningsThatNobodyGoesOnWith_areDeleted_locksAreNot() throws IOException {
    Path partial = Files.createDirectories(directory.resolve("partial"));
    for (String name : List.of("abandoned.part", "recent.part", "0a1.lock")) {
      Files.createFile(partial.resolve(name));
      Duration age = name.startsWith("recent") ? Duration.ofHours(1) : Duration.ofDays(2);
      Files.setLastModifiedTime(partial.resolve(name), FileTime.from(NOW.minus(age)));
    }

    pruner(1000).added(1);

    assertThat(names(partial)).containsExactly("0a1.lock", "recent.part");
  }
}
