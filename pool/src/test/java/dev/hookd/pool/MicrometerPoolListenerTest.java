package dev.hookd.pool;

import static dev.hookd.pool.PoolTesting.A;
import static dev.hookd.pool.PoolTesting.awaitUntil;
import static dev.hookd.pool.PoolTesting.config;
import static dev.hookd.pool.PoolTesting.failure;
import static dev.hookd.pool.PoolTesting.hook;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hookd.client.HookRuntimeException;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MicrometerPoolListenerTest {

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  @Test
  void pool_countsWhatHappens_andTakesItsMetersAwayWhenItCloses() {
    ScriptedLauncher launcher = new ScriptedLauncher();
    launcher.births(number -> number == 1 ? null : ScriptedDaemon.Birth.WELL);
    try (DaemonPool pool =
        DaemonPool.builder(launcher)
            .config(config().maxDaemons(1).maxCalls(3).build())
            .meterRegistry(registry)
            .build()) {
      pool.call(A, hook("ok"), CallOptions.DEFAULT);
      assertThat(registry.get("hookd.pool.daemons").tag("state", "idle").gauge().value()).isOne();
      assertThat(failure(pool.submit(A, hook("error"), CallOptions.DEFAULT)))
          .isInstanceOf(HookRuntimeException.class);
      pool.call(A, hook("ok"), CallOptions.DEFAULT);
      awaitUntil("it is gone", () -> pool.snapshot().alive() == 0);

      assertThat(registry.get("hookd.pool.wait").timer().count()).isEqualTo(3);
      assertThat(hookCount("ok")).isEqualTo(2);
      assertThat(hookCount("HookRuntimeError")).isOne();
      assertThat(count("hookd.pool.failures", "kind", "HookRuntimeError")).isOne();
      assertThat(registry.get("hookd.pool.start").tag("outcome", "ok").timer().count()).isOne();
      assertThat(registry.get("hookd.pool.start").tag("outcome", "LaunchFailed").timer().count())
          .isOne();
      assertThat(count("hookd.pool.retirements", "cause", "handshake")).isOne();
      awaitUntil(
          "the retirement is counted",
          () -> registry.find("hookd.pool.retirements").tag("cause", "calls").counter() != null);
      assertThat(registry.get("hookd.pool.queue").gauge().value()).isZero();
      assertThat(registry.get("hookd.pool.rejected").counter().count()).isZero();
      assertThat(registry.get("hookd.pool.retries").counter().count()).isZero();
    }

    assertThat(registry.getMeters()).isEmpty();
  }

  @Test
  void pool_countsWhatPreloadSaves_alsoForHooksThatFail() {
    try (DaemonPool pool =
        DaemonPool.builder(new ScriptedLauncher()).meterRegistry(registry).build()) {
      pool.call(A, hook("ok"), CallOptions.DEFAULT); // says nothing of what it used
      assertThat(count("hookd.pool.preload.hooks", "preload", "none")).isZero();
      pool.call(A, hook("preloaded:0"), CallOptions.DEFAULT);
      pool.call(A, hook("preloaded:30"), CallOptions.DEFAULT);
      assertThat(failure(pool.submit(A, hook("preloaded-error:12"), CallOptions.DEFAULT)))
          .isInstanceOf(HookRuntimeException.class);

      assertThat(count("hookd.pool.preload.hooks", "preload", "none")).isOne();
      assertThat(count("hookd.pool.preload.hooks", "preload", "used")).isEqualTo(2);
      assertThat(registry.get("hookd.pool.preload.modules").counter().count()).isEqualTo(42);
      Timer saved = registry.get("hookd.pool.preload.saved").timer();
      assertThat(saved.count()).isEqualTo(2);
      assertThat(saved.totalTime(TimeUnit.MILLISECONDS)).isCloseTo(42, within(0.01));
      assertThat(saved.max(TimeUnit.MILLISECONDS)).isCloseTo(30, within(0.01));
    }

    assertThat(registry.getMeters()).isEmpty();
  }

  private long hookCount(String outcome) {
    return registry
        .get("hookd.pool.hook")
        .tag("hook", "get_requires_for_build_wheel")
        .tag("backend", "backend")
        .tag("outcome", outcome)
        .timer()
        .count();
  }

  private double count(String name, String tag, String value) {
    return registry.get(name).tag(tag, value).counter().count();
  }
}
