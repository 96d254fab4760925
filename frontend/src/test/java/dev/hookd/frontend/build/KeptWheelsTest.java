package dev.hookd.frontend.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hookd.frontend.system.CacheDirectory;
import dev.hookd.frontend.system.HeardOfCache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptWheelsTest {

  private static final String KEY = "00112233445566778899aabbccddeeff";
  private static final String NAME = "a_b-1.0-py3-none-any.whl";

  @TempDir Path directory;
  private final HeardOfCache heard = new HeardOfCache();
  private Path wheel;
  private Path out;

  @BeforeEach
  void make() throws IOException {
    wheel = Files.write(directory.resolve(NAME), new byte[100_000]);
    out = Files.createDirectory(directory.resolve("out"));
  }

  @Test
  void wheel_isRestoredUnderItsName() throws IOException {
    wheels(1 << 20).keep(KEY, wheel);
    Files.delete(wheel);

    assertThat(wheels(1 << 20).restore(KEY, out)).contains(out.resolve(NAME));
    assertThat(out.resolve(NAME)).hasBinaryContent(new byte[100_000]);
    assertThat(wheels(1 << 20).restore("ff" + KEY.substring(2), out)).isEmpty();
    assertThat(heard.events).containsExactly("wheels disk", "wheels miss");
  }

  @Test
  void damagedWheel_isDropped() throws IOException {
    wheels(1 << 20).keep(KEY, wheel);
    Files.write(kept().get(0), new byte[99_999]);

    assertThat(wheels(1 << 20).restore(KEY, out)).isEmpty();
    assertThat(kept()).isEmpty();
    assertThat(out).isEmptyDirectory();
    assertThat(heard.events).containsExactly("wheels damaged", "wheels miss");
  }

  @Test
  void size_isBounded_andWhatWasUsedLastStays() throws IOException {
    KeptWheels wheels = wheels(250_000);
    wheels.keep(KEY, wheel);
    wheels.keep("01" + KEY.substring(2), wheel);
    for (Path file : kept()) {
      Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofDays(1))));
    }
    assertThat(wheels.restore(KEY, out)).isPresent();

    wheels.keep("02" + KEY.substring(2), wheel);

    assertThat(kept())
        .extracting(file -> file.getFileName().toString().substring(0, 2))
        .containsExactlyInAnyOrder("00", "02");
    assertThat(heard.events).containsExactly("wheels disk", "wheels evicted 100000");
    wheels(99_999).keep("03" + KEY.substring(2), wheel);
    assertThat(kept()).hasSize(2);
  }

  private KeptWheels wheels(long maxBytes) {
    return new KeptWheels(CacheDirectory.at(directory.resolve("cache")).heardBy(heard), maxBytes);
  }

  private List<Path> kept() throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve("cache/wheels"))) {
      return files.toList();
    }
  }
}
