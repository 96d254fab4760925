package dev.hookd.pool;

import static dev.hookd.pool.PoolTesting.A;
import static dev.hookd.pool.PoolTesting.awaitUntil;
import static dev.hookd.pool.PoolTesting.hook;
import static dev.hookd.pool.PoolTesting.result;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hookd.client.HookDaemonConfig;
import dev.hookd.protocol.DaemonRequest;
import dev.hookd.protocol.ProtocolLimits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The pool's works where threads cannot be had. */
@Timeout(60)
class PoolWorksTest {

  private final ScriptedLauncher launcher = new ScriptedLauncher();
  private final AtomicInteger aliveWhenRetired = new AtomicInteger(-1);

  @Test
  void stop_withoutAThreadToWaitOn_countsTheDaemonUntilItIsGone() {
    PoolConfig config =
        PoolTesting.config()
            .maxCalls(1)
            .daemon(
                new HookDaemonConfig(
                    Duration.ofSeconds(10),
                    Duration.ofMillis(100),
                    Duration.ofMillis(100),
                    1024,
                    ProtocolLimits.DEFAULT))
            .build();
    Quarantine quarantine = new Quarantine();
    HookScheduler scheduler =
        new HookScheduler(config, System::nanoTime, new Random(1), quarantine);
    Executor noThreads =
        task -> {
          throw new RejectedExecutionException("nothing is verified here");
        };
    AtomicBoolean threads = new AtomicBoolean(true);
    Executor daemonThreads =
        task -> {
          if (!threads.get()) {
            throw new RejectedExecutionException("no thread can be made");
          }
          task.run();
        };
    PoolListener listener =
        new PoolListener() {
          @Override
          public void callStarted(DaemonKey key, DaemonRequest request, Duration waited) {
            threads.set(false); // so the daemon is ended on the thread that reads from it
          }

          @Override
          public void daemonRetired(DaemonKey key, long pid, RetirementCause cause) {
            aliveWhenRetired.set(launcher.alive());
          }
        };
    PoolWorks works =
        new PoolWorks(
            scheduler,
            launcher,
            config.daemon(),
            System::nanoTime,
            listener,
            daemonThreads,
            Runnable::run,
            nanos -> {},
            quarantine,
            new Verifications(
                scheduler,
                quarantine,
                ShadowVerifier.Settings.in(Path.of("nowhere")),
                listener,
                noThreads,
                effects -> {}));
    PoolFuture future = new PoolFuture();

    works.perform(
        scheduler.submit(
            new PendingCall(A, hook("answer-and-stay"), CallOptions.DEFAULT, future, true)));

    assertThat(result(future).strings()).containsExactly("1");
    awaitUntil("the daemon is retired", () -> aliveWhenRetired.get() >= 0);
    assertThat(aliveWhenRetired).hasValue(0);
    assertThat(scheduler.snapshot().alive()).isZero();
  }
}
