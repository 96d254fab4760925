package dev.hookd.frontend.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hookd.frontend.EnvironmentFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class CacheUserTest {

  @TempDir Path temp;
  private CacheDirectory cache;

  @BeforeEach
  void makeCache() {
    cache = CacheDirectory.at(temp.resolve("cache"));
  }

  private Path thing(String name) throws IOException {
    Path thing = Files.createDirectories(cache.directory("things").resolve(name));
    Files.writeString(thing.resolve("file"), "content");
    return thing;
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.map(entry -> String.valueOf(entry.getFileName())).sorted().toList();
    }
  }

  @Test
  void remove_leavesWhatALivingUserNeeds() throws Exception {
    Path thing = thing("a");
    try (CacheUser user = new CacheUser(cache)) {
      user.need("things", "a");
      user.need("things", "a");

      assertThat(CacheUser.remove(cache, thing, "things", "a")).isFalse();
      assertThat(CacheUser.isNeeded(cache, "things", "a")).isTrue();
      assertThat(CacheUser.isNeeded(cache, "things", "b")).isFalse();
      assertThat(thing.resolve("file")).exists();

      user.forget("things", "a");
      assertThat(CacheUser.remove(cache, thing, "things", "a")).isTrue();
      assertThat(thing).doesNotExist();
    }
    assertThat(names(cache.path("users"))).isEmpty();
    assertThat(names(cache.path("trash"))).isEmpty();
  }

  @Test
  void remove_ofWhatADeadUserNeeded_removes() throws Exception {
    Path thing = thing("a");
    Path dead = Files.createDirectories(cache.directory("users").resolve("1-dead/things"));
    Files.createFile(dead.resolve("a"));
    Files.createFile(dead.resolveSibling("lock"));

    assertThat(CacheUser.remove(cache, thing, "things", "a")).isTrue();
    assertThat(thing).doesNotExist();
  }

  @Test
  void theFirstThingAUserDoes_isToDeleteWhatDeadOnesLeft_butNotWhatLivingOnesHave()
      throws Exception {
    try (CacheUser living = new CacheUser(cache);
        CacheUser user = new CacheUser(cache)) {
      Path work = Files.createDirectory(living.workDirectory().resolve("tree"));
      Path dead = Files.createDirectories(cache.path("users").resolve("1-dead/work/tree/closed"));
      Files.createFile(dead.resolve("file"));
      Files.setPosixFilePermissions(dead, PosixFilePermissions.fromString("r-xr-xr-x"));
      Path outside = Files.createFile(temp.resolve("outside"));
      Files.createSymbolicLink(dead.resolveSibling("link"), temp);
      Path half = Files.createDirectories(cache.directory("trash").resolve("half/deleted"));

      Path mine = user.workDirectory();

      assertThat(mine).isEmptyDirectory();
      assertThat(cache.path("users").resolve("1-dead")).doesNotExist();
      assertThat(half).doesNotExist();
      assertThat(outside).exists();
      assertThat(work).exists();
    }
  }

  @Test
  void close_doesNotWaitForTheDeletionOfWhatDeadOnesLeft() throws Exception {
    Files.createDirectories(cache.directory("trash").resolve("large"));
    CountDownLatch deleting = new CountDownLatch(1);
    CountDownLatch closed = new CountDownLatch(1);
    CacheUser user =
        new CacheUser(
            cache,
            rubbish -> {
              deleting.countDown();
              awaitQuietly(closed);
            });
    FutureTask<Path> first = new FutureTask<>(user::workDirectory);
    Thread thread = new Thread(first);
    thread.start();
    try {
      deleting.await();
      Path work = user.workDirectory();
      assertThat(work).as("another thread's").isEmptyDirectory();
      user.close();
      assertThat(work).doesNotExist();
    } finally {
      closed.countDown();
      thread.join();
    }
    assertThatThrownBy(first::get).hasRootCauseMessage("the cache is closed");
    assertThat(names(cache.path("users"))).isEmpty();
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aUserThatDoesNothing_writesNothing() {
    new CacheUser(cache).close();
    assertThat(cache.root()).doesNotExist();
  }

  @Test
  void clear_deletesAll_butFollowsNoLink() throws Exception {
    Path outside = Files.createDirectories(temp.resolve("outside/precious"));
    thing("a");
    Files.createSymbolicLink(cache.path("environments"), outside);
    Files.createSymbolicLink(cache.path("things/a/link"), outside);

    CacheClearing.clear(cache);

    assertThat(outside).exists();
    assertThat(names(cache.root())).containsExactly(CacheDirectory.TAG, "lock", "trash");
    assertThat(names(cache.path("trash"))).isEmpty();
    thing("b"); // and it is a cache still
    CacheClearing.clear(cache);
    assertThat(cache.path("things")).doesNotExist();
  }

  @Test
  void clear_whileSomebodyUsesIt_isRefused() throws Exception {
    Path thing = thing("a");
    try (CacheUser user = new CacheUser(cache)) {
      user.workDirectory();
      assertThatThrownBy(() -> CacheClearing.clear(cache))
          .isInstanceOf(EnvironmentFailedException.class)
          .hasMessageContaining("in use by process " + ProcessHandle.current().pid());
      assertThat(thing).exists();
    }
    CacheClearing.clear(cache);
    assertThat(thing).doesNotExist();
  }

  @Test
  void clear_ofADirectoryThatHeldOtherThings_isRefused() throws Exception {
    Path other = Files.createDirectories(cache.root()).resolve("thesis.txt");
    Files.writeString(other, "years of work");
    thing("a");

    assertThatThrownBy(() -> CacheClearing.clear(cache))
        .isInstanceOf(EnvironmentFailedException.class)
        .hasMessageContaining("no CACHEDIR.TAG");
    assertThat(other).exists();
    CacheClearing.clear(CacheDirectory.at(temp.resolve("nowhere")));
    assertThat(temp.resolve("nowhere")).doesNotExist();
  }
}
