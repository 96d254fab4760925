package dev.hookd.frontend.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hookd.client.HookdException;
import dev.hookd.client.OutputTail;
import dev.hookd.frontend.MetadataCacheConfig;
import dev.hookd.frontend.MetadataSource;
import dev.hookd.frontend.metadata.CacheEntry.Answer;
import dev.hookd.frontend.metadata.CacheEntry.Failed;
import dev.hookd.frontend.metadata.CacheEntry.UsedEnvironment;
import dev.hookd.frontend.system.CacheDirectory;
import dev.hookd.frontend.system.HeardOfCache;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetadataCacheTest {

  private static final String KEY = "00112233445566778899aabbccddeeff";

  @TempDir Path directory;
  private final TestClock clock = new TestClock();
  private final HeardOfCache heard = new HeardOfCache();

  @Test
  void entry_isReadByAnotherProcess() {
    CacheEntry entry = entry(answer("caf\u00e9\r\n\u0000"));
    cache().put(KEY, entry);

    assertThat(cache().get(KEY))
        .hasValueSatisfying(
            found -> {
              assertThat(found.made()).isEqualTo(entry.made());
              assertThat(found.environments()).isEqualTo(entry.environments());
              Answer answer = (Answer) found.outcome();
              assertThat(answer.metadata().raw())
                  .isEqualTo(answer("caf\u00e9\r\n\u0000").metadata().raw());
              assertThat(answer.source()).isEqualTo(MetadataSource.WHEEL);
              assertThat(answer.fields()).isEqualTo(MetadataField.RESOLUTION);
            });
  }

  @Test
  void failure_isReadAsItWas() {
    KeptFailure failure =
        new KeptFailure(
            "HookRuntimeError",
            "no version\n\u2603",
            null,
            "builtins.ValueError",
            "Traceback ...",
            true,
            new OutputTail("out", 3, false),
            new OutputTail("err", 400_000, true));
    cache().put(KEY, entry(new Failed(failure)));

    CacheEntry found = cache().get(KEY).orElseThrow();

    assertThat(found.outcome()).isEqualTo(new Failed(failure));
    HookdException exception = failure.toException();
    assertThat(exception).hasMessage("no version\n\u2603");
    assertThat(exception.kind()).isEqualTo("HookRuntimeError");
    assertThat(KeptFailure.of(exception)).contains(failure);
  }

  @Test
  void notPromised_isReadAsItWas() {
    CacheEntry.Outcome outcome = new CacheEntry.NotPromised("its \u2603");
    cache().put(KEY, entry(outcome));

    assertThat(cache().get(KEY).orElseThrow().outcome()).isEqualTo(outcome);
  }

  @Test
  void damagedEntry_isDropped_whereverTheDamageIs() throws IOException {
    cache().put(KEY, entry(answer("text")));
    Path file = files().get(0);
    byte[] whole = Files.readAllBytes(file);
    Random random = new Random(4);
    for (int i = 0; i < 300; i++) {
      byte[] damaged = whole.clone();
      if (i < 100) {
        damaged = Arrays.copyOf(damaged, random.nextInt(damaged.length));
      } else {
        damaged[i % 100 + random.nextInt(damaged.length - 100)] ^= (byte) (1 << random.nextInt(8));
      }
      boolean harmless = damaged.length == whole.length && damaged[64] != whole[64];
      Files.write(file, damaged);
      assertThat(cache().get(KEY).isPresent()).as("damage %d", i).isEqualTo(harmless);
      assertThat(Files.exists(file)).isEqualTo(harmless);
    }
    cache().put(KEY, entry(answer("text")));
    assertThat(cache().get(KEY)).isPresent();
    assertThat(heard.events).hasSizeGreaterThan(290).containsOnly("metadata damaged");
  }

  @Test
  void entryOfAnotherProgram_isDropped() throws IOException {
    CacheEntry future =
        entry(
            new Failed(
                new KeptFailure(
                    "Unheard", "m", null, null, null, false, OutputTail.EMPTY, OutputTail.EMPTY)));
    cache().put(KEY, future);

    assertThat(cache().get(KEY)).isEmpty();
    assertThat(files()).isEmpty();
  }

  @Test
  void age_countsFromWhenItWasFound_andFailuresAgeFaster() {
    MetadataCache cache = cache();
    String other = "ff" + KEY.substring(2);
    cache.put(KEY, entry(answer("a")));
    cache.put(other, entry(new Failed(failure())));

    clock.advance(Duration.ofMinutes(59));
    assertThat(cache.get(KEY)).isPresent();
    assertThat(cache.get(other)).isPresent();
    clock.advance(Duration.ofMinutes(1));
    assertThat(cache.get(other)).isEmpty();
    assertThat(cache().get(other)).isEmpty();
    clock.advance(Duration.ofDays(30));
    assertThat(cache.get(KEY)).isEmpty();
    assertThat(cache().get(KEY)).isEmpty();
  }

  @Test
  void failures_whereNoneAreKept_areNotKept() throws IOException {
    MetadataCache cache = cache(MetadataCacheConfig.DEFAULT.withMaxFailureAge(Duration.ZERO));

    cache.put(KEY, entry(new Failed(failure())));

    assertThat(cache.get(KEY)).isEmpty();
    assertThat(files()).isEmpty();
  }

  @Test
  void disabled_keepsAndFindsNothing() throws IOException {
    cache().put(KEY, entry(answer("a")));
    MetadataCache disabled = cache(MetadataCacheConfig.DISABLED);

    assertThat(disabled.get(KEY)).isEmpty();
    disabled.put("01" + KEY.substring(2), entry(answer("a")));
    assertThat(files()).hasSize(1);
  }

  @Test
  void size_isBounded_andWhatWasUsedLastStays() throws IOException {
    long maxBytes = 64 * 10_000;
    MetadataCacheConfig config =
        MetadataCacheConfig.DEFAULT.withMaxBytes(maxBytes).withMemoryBytes(0);
    MetadataCache cache = cache(config);
    cache.put(KEY, entry(answer("x".repeat(3_000))));
    for (int i = 1; i < 60; i++) {
      clock.advance(Duration.ofHours(2));
      cache.put("00%030x".formatted(i), entry(answer("x".repeat(3_000))));
      assertThat(cache.get(KEY)).as("used all the time").isPresent();
    }

    // All are in one shard, which is looked at with every eighth.
    assertThat(files().size()).isLessThanOrEqualTo(3 + 8);
    assertThat(heard.events)
        .hasSize(60 - files().size())
        .allMatch(event -> event.matches("metadata evicted 3\\d\\d\\d"));
    assertThat(cache.get("00%030x".formatted(59))).isPresent();
    assertThat(cache.get("00%030x".formatted(1))).isEmpty();
    cache.put("01" + KEY.substring(2), entry(answer("x".repeat(10_001))));
    assertThat(cache.get("01" + KEY.substring(2))).as("larger than its shard").isEmpty();
  }

  @Test
  void whatKilledProcessesLeft_isRemoved() throws IOException {
    cache().put(KEY, entry(answer("a")));
    Files.writeString(files().get(0).resolveSibling("left.tmp"), "half");
    clock.advance(Duration.ofHours(2));

    cache().put(KEY, entry(answer("a")));

    assertThat(files()).extracting(file -> file.getFileName().toString()).containsExactly(KEY);
  }

  @Test
  void unusableDirectory_isLikeAnEmptyCache() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    MetadataCache cache =
        new MetadataCache(
            MetadataCacheConfig.DEFAULT.withMemoryBytes(0), CacheDirectory.at(file), clock);

    cache.put(KEY, entry(answer("a")));

    assertThat(cache.get(KEY)).isEmpty();
  }

  private MetadataCache cache() {
    return cache(MetadataCacheConfig.DEFAULT);
  }

  private MetadataCache cache(MetadataCacheConfig config) {
    CacheDirectory kept = CacheDirectory.at(directory.resolve("cache")).heardBy(heard);
    return new MetadataCache(config, kept, clock);
  }

  private CacheEntry entry(CacheEntry.Outcome outcome) {
    return new CacheEntry(
        clock.instant(), outcome, List.of(new UsedEnvironment(List.of("a>=1", "b"), "0123")));
  }

  private static Answer answer(String body) {
    String file = "Metadata-Version: 2.1\nName: a\nVersion: 1\n\n" + body;
    return new Answer(
        CoreMetadata.parse(file.getBytes(StandardCharsets.ISO_8859_1)),
        MetadataSource.WHEEL,
        MetadataField.RESOLUTION);
  }

  private static KeptFailure failure() {
    return new KeptFailure(
        "InvalidProject", "m", "h", null, null, false, OutputTail.EMPTY, OutputTail.EMPTY);
  }

  private List<Path> files() throws IOException {
    Path kept = directory.resolve("cache/metadata");
    if (!Files.exists(kept)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(kept)) {
      return files.filter(Files::isRegularFile).toList();
    }
  }

  private static final class TestClock extends Clock {
    private Instant now = Instant.now();

    void advance(Duration by) {
      now = now.plus(by);
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException();
    }
  }
}
