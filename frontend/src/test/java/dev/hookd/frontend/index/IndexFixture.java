package dev.hookd.frontend.index;

import dev.hookd.frontend.IndexException;
import dev.hookd.frontend.index.IndexConfig.RetryPolicy;
import dev.hookd.frontend.index.IndexConfig.Timeouts;
import dev.hookd.frontend.system.CacheDirectory;
import dev.hookd.frontend.system.HeardOfCache;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Indexes with a clock that stands still, pauses that take no time, and what they reported. */
final class IndexFixture {

  static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

  final CacheDirectory cache;
  final List<Duration> pauses = new CopyOnWriteArrayList<>();
  final List<String> warnings = new CopyOnWriteArrayList<>();
  final List<String> retries = new CopyOnWriteArrayList<>();
  final List<Long> resumedAt = new CopyOnWriteArrayList<>();

  /** How requests and downloads ended: what was asked for, and the failure's kind. */
  final List<String> ended = new CopyOnWriteArrayList<>();

  final HeardOfCache heard = new HeardOfCache();
  final AtomicLong nanos = new AtomicLong();

  IndexFixture(Path directory) {
    cache = CacheDirectory.at(directory.resolve("cache")).heardBy(heard);
  }

  PackageIndex index(String url) {
    return index(url, builder -> {});
  }

  PackageIndex index(String url, Consumer<IndexConfig.Builder> settings) {
    return index(builder -> settings.accept(builder.index(url)));
  }

  PackageIndex index(Consumer<IndexConfig.Builder> settings) {
    IndexConfig.Builder builder =
        IndexConfig.builder(Map.of())
            .timeouts(
                new Timeouts(
                    Duration.ofSeconds(20),
                    Duration.ofSeconds(20),
                    Duration.ofSeconds(20),
                    Duration.ofSeconds(20)))
            .retries(
                new RetryPolicy(
                    3, Duration.ofSeconds(1), Duration.ofSeconds(30), Duration.ofSeconds(60)))
            .listener(new Listener());
    settings.accept(builder);
    return PackageIndex.of(builder.build(), cache, time());
  }

  SystemTime time() {
    Random longest =
        new Random() {
          @Override
          public long nextLong(long bound) {
            return bound - 1; // all that full jitter allows
          }
        };
    return new SystemTime(pauses::add, InstantSource.fixed(NOW), nanos::get, longest);
  }

  static String sha256(byte[] content) {
    return Hashes.hex(Hashes.digest("sha256").digest(content));
  }

  /** Bytes that differ everywhere. */
  static byte[] bytes(int length, String seed) {
    byte[] bytes = new byte[length];
    new Random(seed.hashCode()).nextBytes(bytes);
    return bytes;
  }

  static String page(String files) {
    return "{\"meta\": {\"api-version\": \"1.1\"}, \"name\": \"p\", \"files\": [" + files + "]}";
  }

  static String file(String name, byte[] content) {
    return file(name, "../../files/" + name, sha256(content));
  }

  static String file(String name, String url, String sha256) {
    return """
        {"filename": "%s", "url": "%s", "hashes": {"sha256": "%s"}}"""
        .formatted(name, url, sha256);
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private final class Listener implements IndexListener {
    @Override
    public void warning(String message) {
      warnings.add(message);
    }

    @Override
    public void retrying(String url, int attempt, Duration delay, String reason) {
      retries.add(attempt + " " + reason);
    }

    @Override
    public void downloaded(String url, long bytes, long from) {
      resumedAt.add(from);
    }

    @Override
    public void downloadFailed(String url, Exception failure) {
      ended.add("download " + kind(failure));
    }

    @Override
    public void requested(Resource resource, Duration elapsed, @Nullable Exception failure) {
      ended.add(resource.label() + " " + kind(failure));
    }

    private static String kind(@Nullable Exception failure) {
      return failure == null ? "ok" : failure instanceof IndexException e ? e.kind() : "other";
    }
  }
}
