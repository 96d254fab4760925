package dev.hookd.frontend.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hookd.frontend.OtherJvm;
import dev.hookd.frontend.WorkCancelledException;
import dev.hookd.frontend.source.SourceTree;
import dev.hookd.frontend.system.CacheDirectory;
import dev.hookd.frontend.system.FileLocks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two processes that want the same locks. */
@Timeout(120)
class SharedLocksTest {

  private static final long DEADLINE_SECONDS = 30;

  @TempDir Path directory;
  private Path cache;
  private Path tree;
  private OtherJvm other;

  @BeforeEach
  void start() throws IOException {
    cache = directory.resolve("cache");
    tree = Files.createDirectory(directory.resolve("tree"));
    other = OtherJvm.start(directory, LockHolder.class);
  }

  @AfterEach
  void stop() {
    other.close();
  }

  /** What waits for the other process, once it does. */
  private interface Waiting {
    void take(Runnable otherProcess) throws Exception;
  }

  private static FutureTask<Boolean> waiting(Waiting lock) throws InterruptedException {
    return waiting(lock, new Thread[1]);
  }

  private static FutureTask<Boolean> waiting(Waiting lock, Thread[] thread)
      throws InterruptedException {
    CountDownLatch waits = new CountDownLatch(1);
    Callable<Boolean> work =
        () -> {
          lock.take(waits::countDown);
          return true;
        };
    FutureTask<Boolean> task = new FutureTask<>(work);
    thread[0] = new Thread(task);
    thread[0].start();
    assertThat(waits.await(DEADLINE_SECONDS, TimeUnit.SECONDS)).as("it waits").isTrue();
    return task;
  }

  private static boolean result(FutureTask<Boolean> task) throws Exception {
    return task.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
  }

  @Test
  void tree_thatAnotherProcessHolds_isWaitedFor_underAnyPath_untilThatDies() throws Exception {
    Path sameTree = Files.createSymbolicLink(directory.resolve("link"), tree);
    TreeLocks locks = new TreeLocks(CacheDirectory.at(cache));
    other.tell("tree held " + cache + " " + tree);
    other.expect("has held");

    Thread[] impatient = new Thread[1];
    FutureTask<Boolean> interrupted =
        waiting(
            waits ->
                assertThatThrownBy(() -> locks.acquire(SourceTree.open(tree), waits))
                    .isInstanceOf(WorkCancelledException.class),
            impatient);
    impatient[0].interrupt();
    assertThat(result(interrupted)).isTrue();
    FutureTask<Boolean> patient =
        waiting(waits -> locks.acquire(SourceTree.open(sameTree), waits).close());
    other.tell("ping");
    other.expect("pong");
    assertThat(patient).isNotDone();

    other.kill();

    assertThat(result(patient)).isTrue();
  }

  @Test
  void tree_thatThreadsOfTwoProcessesWant_isHeldByOneAtATime() throws Exception {
    Path counter = Files.writeString(directory.resolve("counter"), "0");
    other.tell("ping");
    other.expect("pong"); // it runs: both begin at once

    other.tell("count " + cache + " " + tree + " " + counter);
    LockHolder.count(cache, tree, counter);
    other.expect("counted");

    assertThat(counter).hasContent(String.valueOf(2 * LockHolder.COUNTERS * LockHolder.ROUNDS));
    other.end();
  }

  /**
   * No thread waits for one that waits for it, but as POSIX sees it the processes do: with locks
   * that block, one of them fails with EDEADLK, if both are quick enough.
   */
  @Test
  void twoLocks_thatTwoProcessesTakeInCrossedOrder_areGivenToBoth() throws Exception {
    Path one = directory.resolve("one");
    Path two = directory.resolve("two");
    for (int i = 0; i < 5; i++) {
      other.tell("file first " + two);
      other.expect("has first");
      FileLocks.Held mine = FileLocks.acquire(one, () -> {});
      FutureTask<Boolean> crossing = waiting(waits -> FileLocks.acquire(two, waits).close());

      other.tell("file second " + one);
      other.expect("waits second");
      other.tell("ping");
      other.expect("pong"); // and no failure before it
      assertThat(crossing).isNotDone();
      mine.close();
      other.expect("has second");
      other.tell("release first");
      other.expect("released first");

      assertThat(result(crossing)).isTrue();
      other.tell("release second");
      other.expect("released second");
    }
    other.end();
  }
}
