package dev.hookd.frontend.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hookd.frontend.MetadataCacheConfig;
import dev.hookd.frontend.MetadataSource;
import dev.hookd.frontend.metadata.CacheEntry.Answer;
import dev.hookd.frontend.metadata.CacheEntry.UsedEnvironment;
import dev.hookd.frontend.system.CacheDirectory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * Writes and reads the entries of a few keys, over and over; each entry says which key and which
 * turn it is of, at its beginning, all through it, and at its end.
 */
final class EntryWriter {

  static final int KEYS = 8;

  /** Of some 75 KB, most of whose time goes into writing. */
  private static final int LINES = 2_000;

  private final MetadataCache cache;

  /**
   * @param directory of the cache; nothing is kept in memory
   */
  EntryWriter(Path directory) {
    cache =
        new MetadataCache(
            MetadataCacheConfig.DEFAULT.withMemoryBytes(0), CacheDirectory.at(directory));
  }

  /** Another process that does so, from a given turn on, until it is killed. */
  public static void main(String[] args) {
    Thread end = new Thread(EntryWriter::endWithStandardInput);
    end.setDaemon(true);
    end.start();
    EntryWriter writer = new EntryWriter(Path.of(args[0]));
    int first = Integer.parseInt(args[1]);
    for (int turn = first; ; turn++) {
      writer.write(turn);
      writer.read(turn + 3);
      if (turn == first + KEYS) {
        System.out.println("writes");
      }
    }
  }

  private static void endWithStandardInput() {
    try {
      while (System.in.read() >= 0) {
        // nobody says anything
      }
    } catch (IOException e) {
      // as good as its end
    }
    Runtime.getRuntime().halt(0);
  }

  /** All in one shard, whose size each of them looks at. */
  private static String key(int turn) {
    return "00%030x".formatted(turn % KEYS);
  }

  void write(int turn) {
    CoreMetadata metadata =
        CoreMetadata.parse(content(key(turn), turn).getBytes(StandardCharsets.UTF_8));
    cache.put(
        key(turn),
        new CacheEntry(
            Instant.now(),
            new Answer(metadata, MetadataSource.WHEEL, MetadataField.ALL),
            List.of(new UsedEnvironment(List.of(), key(turn)))));
  }

  /**
   * The entry of this turn's key, of whichever turn and process it is, must be there, and whole.
   */
  void read(int turn) {
    String key = key(turn);
    CacheEntry entry = cache.get(key).orElseThrow(() -> new AssertionError("no entry of " + key));
    CoreMetadata metadata = ((Answer) entry.outcome()).metadata();
    int written = Integer.parseInt(metadata.version());
    assertThat(key(written)).isEqualTo(key);
    assertThat(metadata.text().equals(content(key, written))).as("%s is whole", key).isTrue();
    assertThat(entry.environments()).containsExactly(new UsedEnvironment(List.of(), key));
  }

  private static String content(String key, int turn) {
    return "Metadata-Version: 2.1\nName: n"
        + key
        + "\nVersion: "
        + turn
        + "\n\n"
        + (key + " " + turn + "\n").repeat(LINES);
  }
}
