package dev.hookd.pool;

import static dev.hookd.pool.PoolTesting.awaitUntil;
import static dev.hookd.pool.PoolTesting.config;
import static dev.hookd.pool.PoolTesting.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hookd.protocol.DaemonRequest;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/** A pool through the real client, with daemons inside the JVM; and that it leaves nothing. */
abstract class ScriptedPoolFixture {

  final ScriptedLauncher launcher = new ScriptedLauncher();
  private final AtomicLong clock = new AtomicLong(42);
  final List<String> events = new CopyOnWriteArrayList<>();
  private @Nullable DaemonPool pool;

  final DaemonPool pool(PoolConfig.Builder config) {
    return pool(config, new Recorder());
  }

  /** On the real clock, which goes on by itself; restarts come at once. */
  final DaemonPool livePool(PoolConfig.Builder config) {
    DaemonPool made =
        DaemonPool.builder(launcher)
            .config(config.startBackoff(Duration.ofNanos(1), Duration.ofNanos(1)).build())
            .listener(new Recorder())
            .build();
    pool = made;
    return made;
  }

  final DaemonPool pool(PoolConfig.Builder config, PoolListener listener) {
    DaemonPool made =
        DaemonPool.builder(launcher)
            .config(config.build())
            .clock(clock::get)
            .listener(listener)
            .build();
    pool = made;
    return made;
  }

  @AfterEach
  void leavesNothingBehind() {
    if (pool != null) {
      pool.close();
      assertThat(pool.snapshot().alive()).isZero();
      assertThat(pool.snapshot().keys()).isEmpty();
    }
    assertThat(launcher.alive()).isZero();
    for (ScriptedDaemon daemon : launcher.daemons()) {
      awaitUntil("the daemon's thread ends", () -> !daemon.thread().isAlive());
    }
  }

  final void pass(Duration time) {
    clock.addAndGet(time.toNanos());
    Objects.requireNonNull(pool).tick();
  }

  /** Writes down what happens. */
  private final class Recorder implements PoolListener {

    @Override
    public void callRetried(DaemonKey key, DaemonRequest request) {
      events.add("retried");
    }

    @Override
    public void callFinished(
        DaemonKey key, DaemonRequest request, @Nullable Duration ran, @Nullable Throwable failure) {
      String outcome =
          failure instanceof dev.hookd.client.HookdException known ? known.kind() : "ok";
      events.add("finished " + outcome);
    }

    @Override
    public void daemonRetired(DaemonKey key, long pid, RetirementCause cause) {
      events.add("retired " + cause);
    }
  }
}
