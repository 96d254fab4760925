package dev.hookd.pool;

import static dev.hookd.pool.PoolTesting.A;
import static dev.hookd.pool.PoolTesting.B;
import static dev.hookd.pool.PoolTesting.awaitUntil;
import static dev.hookd.pool.PoolTesting.config;
import static dev.hookd.pool.PoolTesting.hook;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When a daemon goes that could still serve. */
@Timeout(60)
class DaemonRetirementTest extends ScriptedPoolFixture {

  @Test
  void tick_endsIdleAndOldDaemons() {
    DaemonPool pool =
        pool(config().idleTimeout(Duration.ofMinutes(1)).maxAge(Duration.ofMinutes(10), 0));
    pool.call(A, hook("ok"), CallOptions.DEFAULT);
    pass(Duration.ofMinutes(1).minusNanos(1));
    assertThat(pool.snapshot().count(DaemonState.IDLE)).isEqualTo(1);

    pass(Duration.ofNanos(1));
    awaitUntil("it is gone", () -> events.contains("retired IDLE"));
    assertThat(pool.snapshot().keys()).isEmpty();

    // Never idle for a minute, and ten minutes old after the last of these steps.
    for (int step = 0; step < 15; step++) {
      pool.call(A, hook("ok"), CallOptions.DEFAULT);
      pass(Duration.ofSeconds(40));
    }
    awaitUntil("the other is old", () -> events.contains("retired AGE"));
    assertThat(launcher.launches()).isEqualTo(2);
  }

  @Test
  void daemon_thatServedItsCalls_isRetiredWhenItComesBack() {
    DaemonPool pool = pool(config().maxCalls(3));
    for (int i = 0; i < 3; i++) {
      pool.call(A, hook("ok"), CallOptions.DEFAULT);
    }
    awaitUntil("it is gone", () -> events.contains("retired CALLS"));

    assertThat(pool.call(A, hook("ok"), CallOptions.DEFAULT).strings()).containsExactly("2");
  }

  @Test
  void idleDaemon_ofAnotherKey_makesRoom() {
    DaemonPool pool = pool(config().maxDaemons(1));
    pool.call(A, hook("ok"), CallOptions.DEFAULT);

    assertThat(pool.call(B, hook("ok"), CallOptions.DEFAULT).strings()).containsExactly("2");

    assertThat(events).contains("retired MADE_ROOM");
    assertThat(launcher.mostAlive()).isEqualTo(1);
  }
}
