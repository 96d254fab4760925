package dev.hookd.pool;

import static dev.hookd.pool.PoolTesting.awaitUntil;
import static dev.hookd.pool.PoolTesting.build;
import static dev.hookd.pool.PoolTesting.hook;
import static dev.hookd.pool.PoolTesting.key;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hookd.client.HookDaemonConfig;
import dev.hookd.client.HookResult;
import dev.hookd.client.HookdException;
import dev.hookd.pool.ScriptedDaemon.Birth;
import dev.hookd.protocol.DaemonRequest;
import dev.hookd.protocol.ProtocolLimits;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Timeout;

/**
 * Everything at once: many threads, several keys, daemons that die, lie and do not come up, callers
 * that cancel, and a pool that closes under them. Each call has exactly one outcome, no limit is
 * exceeded, and nothing is left.
 */
class DaemonPoolStressTest {

  private static final int CALLERS = 8;
  private static final int CALLS_PER_CALLER = 2_500;
  private static final List<DaemonKey> KEYS =
      IntStream.range(0, 5).mapToObj(number -> key("k" + number)).toList();

  private static final List<Priority> PRIORITIES = List.of(Priority.values());

  private final long seed = Long.getLong("hookd.seed", System.nanoTime());
  private final ScriptedLauncher launcher = new ScriptedLauncher();
  private final Map<String, AtomicInteger> outcomes = new ConcurrentHashMap<>();
  private final AtomicInteger told = new AtomicInteger();
  private final AtomicInteger given = new AtomicInteger();

  /** Each caller keeps its last call for the closed pool. */
  private final CountDownLatch closed = new CountDownLatch(1);

  @RepeatedTest(2)
  @Timeout(300)
  void calls_whateverHappens_haveOneOutcomeEach() throws InterruptedException {
    System.out.println("DaemonPoolStressTest: -Dhookd.seed=" + seed);
    Random births = new Random(seed);
    launcher.births(
        number -> {
          synchronized (births) {
            int chance = births.nextInt(100);
            return chance < 5 ? null : chance < 10 ? Birth.EXITS_BEFORE_READY : Birth.WELL;
          }
        });
    PoolConfig config =
        PoolConfig.builder()
            .maxDaemons(4)
            .maxDaemonsPerKey(3)
            .maxQueue(400)
            .maxCalls(50)
            .maxAge(Duration.ofSeconds(2), 1)
            .idleTimeout(Duration.ofMillis(5))
            .fairnessWindow(Duration.ofMillis(2))
            .startBackoff(Duration.ofNanos(10_000), Duration.ofMillis(5))
            .failFast(3, Duration.ofMillis(5))
            .drainTimeout(Duration.ofMillis(30))
            .daemon(
                new HookDaemonConfig(
                    Duration.ofSeconds(10),
                    Duration.ofMillis(2),
                    Duration.ofSeconds(2),
                    1024,
                    ProtocolLimits.DEFAULT))
            .build();
    DaemonPool pool =
        DaemonPool.builder(launcher)
            .config(config)
            .random(new Random(seed))
            .listener(new Count())
            .build();
    AtomicInteger progress = new AtomicInteger();

    List<Thread> callers =
        IntStream.range(0, CALLERS)
            .mapToObj(number -> new Thread(() -> call(pool, number, progress), "caller-" + number))
            .toList();
    callers.forEach(Thread::start);
    awaitMostOf(progress);
    pool.close();
    closed.countDown();
    for (Thread caller : callers) {
      caller.join();
    }

    System.out.println(outcomes + ", " + launcher.launches() + " launches");
    awaitUntil("every future is complete", () -> given.get() == CALLERS * CALLS_PER_CALLER);
    assertThat(told).as("outcomes told to the listener").hasValue(CALLERS * CALLS_PER_CALLER);
    assertThat(outcomes.keySet())
        .contains("ok", "HookRuntimeError", "DaemonDied", "ProtocolViolation", "PoolClosed");
    assertThat(outcomes.keySet())
        .isSubsetOf(
            "ok",
            "HookRuntimeError",
            "DaemonDied",
            "ProtocolViolation",
            "PoolClosed",
            "Cancelled",
            "Timeout",
            "WaitTimeout",
            "Rejected",
            "LaunchFailed");
    assertThat(launcher.mostAlive()).isBetween(2, 4);
    assertThat(launcher.mostAlivePerSpec()).isBetween(1, 3);
    assertThat(launcher.alive()).isZero();
    assertThat(pool.snapshot().keys()).isEmpty();
    assertThat(pool.snapshot().waiting()).isZero();
    awaitUntil("no thread is left", () -> threadsOfThePool().isEmpty());
  }

  /** Most of the calls are through: the pool closes in the midst of the rest. */
  private static void awaitMostOf(AtomicInteger progress) throws InterruptedException {
    synchronized (progress) {
      while (progress.get() < CALLERS * CALLS_PER_CALLER * 9 / 10) {
        progress.wait();
      }
    }
  }

  /** As long as the other callers take, which only the test's own limit bounds. */
  private void awaitClosed() {
    try {
      closed.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts a caller here", e);
    }
  }

  private void call(DaemonPool pool, int number, AtomicInteger progress) {
    Random random = new Random(seed + number);
    for (int i = 0; i < CALLS_PER_CALLER; i++) {
      if (i == CALLS_PER_CALLER - 1) {
        awaitClosed();
      }
      DaemonKey key = KEYS.get(Math.min(random.nextInt(5), random.nextInt(5)));
      DaemonRequest request = random.nextInt(3) == 0 ? build(what(random)) : hook(what(random));
      CallOptions options =
          CallOptions.DEFAULT
              .withPriority(PRIORITIES.get(random.nextInt(PRIORITIES.size())))
              .withTimeout(Duration.ofMillis(1 + random.nextInt(5)))
              .withMaxWait(Duration.ofMillis(1 + random.nextInt(2_000)))
              .withRetryAfterDaemonDeath(random.nextBoolean());
      if (random.nextInt(3) == 0) {
        blocking(pool, key, request, options, random.nextInt(20) == 0);
      } else {
        CompletableFuture<HookResult> future = pool.submit(key, request, options);
        var unused = future.whenComplete((result, failure) -> given.incrementAndGet());
        int fate = random.nextInt(20);
        if (fate == 0) {
          future.cancel(true);
        } else if (fate < 15) {
          future.handle((result, failure) -> 0).join();
        }
      }
      synchronized (progress) {
        progress.incrementAndGet();
        progress.notifyAll();
      }
    }
  }

  private void blocking(
      DaemonPool pool,
      DaemonKey key,
      DaemonRequest request,
      CallOptions options,
      boolean interrupt) {
    if (interrupt) {
      Thread.currentThread().interrupt();
    }
    try {
      pool.call(key, request, options);
    } catch (HookdException expected) {
      // The listener has counted it; that it came is what counts here.
    }
    assertThat(Thread.interrupted()).isEqualTo(interrupt);
    given.incrementAndGet();
  }

  private static String what(Random random) {
    int chance = random.nextInt(200);
    return switch (chance) {
      case 0 -> "die";
      case 1 -> "fatal";
      case 2 -> "garbage";
      case 3 -> "stubborn";
      case 4 -> "answer-and-die";
      case 5, 6, 7, 8 -> "wait";
      default -> chance < 30 ? "error" : chance < 60 ? "spin:200" : "ok";
    };
  }

  private static List<String> threadsOfThePool() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(
            name ->
                name.startsWith("hookd-pool")
                    || name.startsWith("hookd-reader")
                    || name.startsWith("hookd-writer")
                    || name.startsWith("hookd-stderr")
                    || name.startsWith("scripted-daemon"))
        .toList();
  }

  private final class Count implements PoolListener {
    @Override
    public void callFinished(
        DaemonKey key, DaemonRequest request, @Nullable Duration ran, @Nullable Throwable failure) {
      told.incrementAndGet();
      String outcome =
          failure == null
              ? "ok"
              : failure instanceof HookdException known
                  ? known.kind()
                  : failure instanceof CancellationException ? "cancelled" : failure.toString();
      outcomes.computeIfAbsent(outcome, any -> new AtomicInteger()).incrementAndGet();
    }
  }
}
