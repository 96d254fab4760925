package dev.hookd.frontend.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Locks of this JVM that were not got through {@link FileLocks}: of another class loader's. */
@Timeout(60)
class FileLocksTest {

  @TempDir Path temp;
  private Path file;

  @BeforeEach
  void nameFile() throws IOException {
    file = temp.toRealPath().resolve("lock");
  }

  private FileChannel open() throws IOException {
    return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  private FutureTask<FileLocks.Held> acquisition(CountDownLatch waits) {
    return new FutureTask<>(() -> FileLocks.acquire(file, waits::countDown));
  }

  private boolean isLockedForOthers() throws Exception {
    ChildProcess.Outcome outcome =
        ChildProcess.run(
            List.of(
                "python3",
                "-c",
                """
                import fcntl, sys
                with open(sys.argv[1], 'r+') as f:
                    try:
                        fcntl.lockf(f, fcntl.LOCK_EX | fcntl.LOCK_NB)
                        print('free')
                    except BlockingIOError:
                        print('locked')
                """,
                file.toString()),
            temp,
            Map.of("PATH", System.getenv("PATH")),
            Duration.ofSeconds(30),
            line -> {});
    assertThat(outcome.output()).containsAnyOf("free", "locked");
    return outcome.output().contains("locked");
  }

  /** How often this process has the file open; 0 where that cannot be seen. */
  private long descriptors() throws IOException {
    Path directory = Path.of("/proc/self/fd");
    if (!Files.isDirectory(directory)) {
      return 0;
    }
    try (Stream<Path> all = Files.list(directory)) {
      return all.filter(this::isOfTheFile).count();
    }
  }

  private boolean isOfTheFile(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).equals(file);
    } catch (IOException e) {
      return false; // closed meanwhile
    }
  }

  @Test
  void acquire_whatElseInThisJvmHas_waitsUntilItIsReleased() throws Exception {
    CountDownLatch waits = new CountDownLatch(1);
    FutureTask<FileLocks.Held> task = acquisition(waits);
    try (FileChannel other = open();
        FileLock lock = other.lock()) {
      new Thread(task).start();
      waits.await();
      assertThat(task).isNotDone();
      lock.release();
      try (FileLocks.Held held = task.get()) {
        assertThat(held).isNotNull();
        assertThat(FileLocks.tryAcquire(file)).isEmpty();
        assertThat(isLockedForOthers()).isTrue();
      }
    }
    try (FileLocks.Held again = FileLocks.tryAcquire(file).orElseThrow()) {
      assertThat(again).isNotNull();
    }
  }

  @Test
  void givingUp_leavesTheLockToWhatElseInThisJvmHasIt() throws Exception {
    CountDownLatch waits = new CountDownLatch(1);
    try (FileChannel other = open();
        FileLock lock = other.lock()) {
      assertThat(lock.isValid()).isTrue();
      assertThat(FileLocks.tryAcquire(file)).isEmpty();
      assertThat(FileLocks.tryAcquire(file)).isEmpty();
      assertThat(isLockedForOthers()).as("after two who did not wait").isTrue();

      FutureTask<FileLocks.Held> task = acquisition(waits);
      Thread thread = new Thread(task);
      thread.start();
      waits.await();
      thread.interrupt();
      assertThatThrownBy(task::get).hasCauseInstanceOf(InterruptedException.class);
      assertThat(isLockedForOthers()).as("after one who waited").isTrue();
    }
    // What was kept open for the lock's sake is closed when locks are next asked for.
    try (FileLocks.Held another = FileLocks.tryAcquire(temp.resolve("another")).orElseThrow()) {
      assertThat(another).isNotNull();
      assertThat(descriptors()).isZero();
    }
    try (FileLocks.Held held = FileLocks.tryAcquire(file).orElseThrow()) {
      assertThat(held).isNotNull();
    }
  }
}
