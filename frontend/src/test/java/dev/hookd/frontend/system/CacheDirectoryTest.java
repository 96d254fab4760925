package dev.hookd.frontend.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hookd.frontend.EnvironmentFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CacheDirectoryTest {

  @TempDir Path temp;

  @Test
  void of_ownVariableBeatsXdgBeatsHome() {
    assertThat(
            CacheDirectory.of(Map.of("HOOKD_CACHE_DIR", "/a", "XDG_CACHE_HOME", "/b", "HOME", "/c"))
                .root())
        .isEqualTo(Path.of("/a"));
    assertThat(CacheDirectory.of(Map.of("XDG_CACHE_HOME", "/b", "HOME", "/c")).root())
        .isEqualTo(Path.of("/b/hookd"));
    assertThat(CacheDirectory.of(Map.of("XDG_CACHE_HOME", "relative", "HOME", "/c")).root())
        .startsWithRaw(Path.of("/c"))
        .endsWithRaw(Path.of("hookd"));
  }

  @Test
  void directory_createsEveryLevelForTheOwnerAlone() throws IOException {
    Path made = CacheDirectory.at(temp.resolve("x/y")).directory("a/b");
    for (Path p = made; p != null && !p.equals(temp); p = p.getParent()) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(p)))
          .isEqualTo("rwx------");
    }
  }

  @Test
  void directory_whenSomethingIsInTheWay_failsWithHint() throws IOException {
    Path file = Files.createFile(temp.resolve("file"));
    assertThatThrownBy(() -> CacheDirectory.at(file).directory("a"))
        .isInstanceOfSatisfying(
            EnvironmentFailedException.class,
            e -> assertThat(e.hint().orElse("")).contains("HOOKD_CACHE_DIR"))
        .hasMessageContaining(file.toString());
  }

  @Test
  void directory_whenEverybodyMayWriteToTheRoot_refuses() throws IOException {
    Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertThatThrownBy(() -> CacheDirectory.at(temp).directory("a"))
        .isInstanceOf(EnvironmentFailedException.class)
        .hasMessageContaining("every user of this machine");
  }

  @Test
  void directory_whenNameLeavesTheRoot_isRefused() {
    assertThatThrownBy(() -> CacheDirectory.at(temp).directory("../x"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
