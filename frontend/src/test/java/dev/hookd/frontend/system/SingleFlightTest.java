package dev.hookd.frontend.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hookd.frontend.system.SingleFlight.Work;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class SingleFlightTest {

  /** A thread that asks for the work of a key. */
  private final class Caller {
    final FutureTask<String> task;
    final Thread thread;

    Caller(String key, BooleanSupplier isForAll, Work<String, IOException> work) {
      task = new FutureTask<>(() -> flights.run(key, isForAll, work));
      thread = new Thread(task);
      threads.add(thread);
      thread.start();
    }

    Caller(Work<String, IOException> work) {
      this("key", () -> true, work);
    }

    /** There is nothing else that it could wait for. */
    Caller awaitWaiting() {
      while (thread.getState() != Thread.State.WAITING) {
        assertThat(task).isNotDone();
        Thread.onSpinWait();
      }
      return this;
    }

    String get() throws Exception {
      return task.get();
    }
  }

  private final SingleFlight<String, String, IOException> flights = new SingleFlight<>();
  private final List<Thread> threads = new ArrayList<>();
  private final AtomicInteger runs = new AtomicInteger();
  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch end = new CountDownLatch(1);

  @AfterEach
  void noThreadIsLeft() throws InterruptedException {
    end.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
  }

  /** Works until {@link #end}. */
  private Caller leader(BooleanSupplier isForAll, Work<String, IOException> outcome)
      throws InterruptedException {
    Caller leader =
        new Caller(
            "key",
            isForAll,
            () -> {
              runs.incrementAndGet();
              begun.countDown();
              end.await();
              return outcome.run();
            });
    begun.await();
    return leader;
  }

  private Caller follower() {
    return new Caller(() -> "own " + runs.incrementAndGet()).awaitWaiting();
  }

  @Test
  void work_thatIsAskedForWhileItIsDone_isDoneOnce_andThenAnew() throws Exception {
    Caller leader = leader(() -> true, () -> "answer");
    Caller first = follower();
    Caller second = follower();
    assertThat(flights.run("other", () -> "not kept waiting")).isEqualTo("not kept waiting");

    end.countDown();

    assertThat(List.of(leader.get(), first.get(), second.get())).containsOnly("answer");
    assertThat(runs).hasValue(1);
    assertThat(flights.run("key", () -> "new")).isEqualTo("new");
  }

  @ParameterizedTest
  @ValueSource(classes = {IOException.class, IllegalStateException.class, AssertionError.class})
  void failure_isEverybodys_andTheNextTriesAnew(Class<? extends Throwable> type) throws Exception {
    Throwable failure = type.getDeclaredConstructor().newInstance();
    Caller leader = leader(() -> true, () -> fail(failure));
    Caller follower = follower();

    end.countDown();

    assertThatThrownBy(leader::get).cause().isSameAs(failure);
    assertThatThrownBy(follower::get).cause().isSameAs(failure);
    assertThat(runs).hasValue(1);
    assertThat(flights.run("key", () -> "new")).isEqualTo("new");
  }

  private static String fail(Throwable failure) throws IOException {
    if (failure instanceof IOException e) {
      throw e;
    } else if (failure instanceof Error e) {
      throw e;
    }
    throw (RuntimeException) failure;
  }

  @Test
  void interruptOfTheOneThatWorks_isItsOwnAffair_andAnotherWorksForTheRest() throws Exception {
    Caller leader = leader(() -> true, () -> "never");
    Caller first = follower();
    Caller second = follower();

    leader.thread.interrupt();

    assertThatThrownBy(leader::get).hasCauseInstanceOf(InterruptedException.class);
    assertThat(List.of(first.get(), second.get())).allMatch(answer -> answer.startsWith("own "));
  }

  @Test
  void failureOfAnInterruptedThread_isItsOwnAffair() throws Exception {
    Caller leader =
        leader(
            () -> true,
            () -> {
              Thread.currentThread().interrupt();
              throw new IOException("closed by interrupt");
            });
    Caller follower = follower();

    end.countDown();

    assertThatThrownBy(leader::get).hasRootCauseMessage("closed by interrupt");
    assertThat(follower.get()).isEqualTo("own 2");
  }

  @Test
  void interruptOfOneThatWaits_leavesTheOthersTheirs() throws Exception {
    Caller leader = leader(() -> true, () -> "answer");
    Caller first = follower();
    Caller second = follower();

    first.thread.interrupt();
    assertThatThrownBy(first::get).hasCauseInstanceOf(InterruptedException.class);
    end.countDown();

    assertThat(List.of(leader.get(), second.get())).containsOnly("answer");
    assertThat(runs).hasValue(1);
  }

  @Test
  void answerThatIsForNobodyElse_isNotHandedOut() throws Exception {
    Caller leader = leader(() -> false, () -> "of a file that was replaced");
    Caller follower = follower();

    end.countDown();

    assertThat(leader.get()).isEqualTo("of a file that was replaced");
    assertThat(follower.get()).isEqualTo("own 2");
  }

  @Test
  void failureThatIsForNobodyElse_isNotHandedOut() throws Exception {
    Caller leader = leader(() -> false, () -> fail(new IOException("of a file that was replaced")));
    Caller follower = follower();

    end.countDown();

    assertThatThrownBy(leader::get).hasRootCauseMessage("of a file that was replaced");
    assertThat(follower.get()).isEqualTo("own 2");
  }
}
