package dev.hookd.frontend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hookd.pool.Priority;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class WorkerThreadsTest {

  /** Works submitted before close is called, and again while it is. */
  private static final int MOST = 20_000;

  @Test
  void await_throwsWhatTheWorkThrew() {
    try (WorkerThreads threads = new WorkerThreads(1)) {
      IllegalArgumentException failure = new IllegalArgumentException();
      AssertionError error = new AssertionError();
      IOException disk = new IOException("no space");

      assertThatThrownBy(
              () -> WorkerThreads.await(threads.submit(Priority.NORMAL, () -> fail(failure))))
          .isSameAs(failure);
      assertThatThrownBy(
              () -> WorkerThreads.await(threads.submit(Priority.NORMAL, () -> fail(error))))
          .isSameAs(error);
      assertThatThrownBy(
              () -> WorkerThreads.await(threads.submit(Priority.NORMAL, () -> fail(disk))))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("no space")
          .hasCause(disk);
      assertThat(WorkerThreads.await(threads.submit(Priority.NORMAL, () -> "next")))
          .isEqualTo("next");
    }
  }

  @Test
  void cancel_interruptsTheWork_butNotTheNext() throws Exception {
    try (WorkerThreads threads = new WorkerThreads(1)) {
      CountDownLatch started = new CountDownLatch(1);
      CountDownLatch interrupted = new CountDownLatch(1);
      CompletableFuture<String> cancelled =
          threads.submit(
              Priority.NORMAL,
              () -> {
                started.countDown();
                try {
                  new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                  interrupted.countDown();
                }
                return "late";
              });
      assertThat(started.await(30, TimeUnit.SECONDS)).isTrue();

      cancelled.cancel(true);

      assertThat(interrupted.await(30, TimeUnit.SECONDS)).isTrue();
      assertThat(WorkerThreads.await(threads.submit(Priority.NORMAL, Thread::interrupted)))
          .isFalse();
      assertThat(cancelled).isCancelled();
    }
  }

  @Test
  void submit_startsTheMoreUrgentFirst_andOfEquallyUrgentTheOlder() {
    try (WorkerThreads threads = new WorkerThreads(1)) {
      CountDownLatch allSubmitted = new CountDownLatch(1);
      List<String> begun = new CopyOnWriteArrayList<>();
      CompletableFuture<Boolean> first =
          threads.submit(Priority.LOW, () -> isCounted(allSubmitted));
      List<CompletableFuture<Boolean>> others = new ArrayList<>();
      for (Priority priority : List.of(Priority.LOW, Priority.HIGH, Priority.NORMAL)) {
        for (int i = 1; i <= 3; i++) {
          String name = priority + " " + i;
          others.add(threads.submit(priority, () -> begun.add(name)));
        }
      }
      allSubmitted.countDown();

      WorkerThreads.await(first);
      others.forEach(WorkerThreads::await);

      assertThat(begun)
          .containsExactly(
              "HIGH 1",
              "HIGH 2",
              "HIGH 3",
              "NORMAL 1",
              "NORMAL 2",
              "NORMAL 3",
              "LOW 1",
              "LOW 2",
              "LOW 3");
    }
  }

  /** Submitting races with closing: each work is refused at once, or ends. */
  @RepeatedTest(200)
  void close_whileWorkIsSubmitted_losesNone() throws Exception {
    WorkerThreads threads = new WorkerThreads(2);
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch closing = new CountDownLatch(1);
    CountDownLatch closed = new CountDownLatch(1);
    List<CompletableFuture<Integer>> accepted = new ArrayList<>();
    FutureTask<Boolean> submitter =
        new FutureTask<>(
            () -> {
              for (int i = 1; ; i++) {
                accepted.add(threads.submit(Priority.NORMAL, () -> 1));
                begun.countDown();
                // The closing thread may get no turn for long, and memory is bounded.
                if (i == MOST) {
                  assertThat(closing.await(30, TimeUnit.SECONDS)).isTrue();
                } else if (i == 2 * MOST) {
                  assertThat(closed.await(30, TimeUnit.SECONDS)).isTrue();
                }
              }
            });
    Thread thread = new Thread(submitter);
    thread.start();
    assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();

    closing.countDown();
    threads.close();
    closed.countDown();

    assertThatThrownBy(() -> submitter.get(30, TimeUnit.SECONDS))
        .hasCauseInstanceOf(IllegalStateException.class);
    CompletableFuture<?> all =
        CompletableFuture.allOf(accepted.toArray(new CompletableFuture<?>[0]));
    try {
      all.get(30, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("work without an end", e);
    } catch (ExecutionException e) {
      assertThat(e).hasCauseInstanceOf(WorkCancelledException.class);
    }
  }

  private static boolean isCounted(CountDownLatch latch) {
    try {
      return latch.await(30, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new AssertionError("nobody interrupts it", e);
    }
  }

  private static String fail(Throwable failure) throws IOException {
    if (failure instanceof IOException disk) {
      throw disk;
    } else if (failure instanceof Error error) {
      throw error;
    }
    throw (RuntimeException) failure;
  }
}
