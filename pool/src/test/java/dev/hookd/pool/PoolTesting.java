package dev.hookd.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hookd.client.HookDaemonConfig;
import dev.hookd.client.HookResult;
import dev.hookd.client.LaunchSpec;
import dev.hookd.protocol.BuildBackend;
import dev.hookd.protocol.Hook;
import dev.hookd.protocol.HookArguments;
import dev.hookd.protocol.HookRequest;
import dev.hookd.protocol.ProtocolLimits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** What the pool's tests share. */
final class PoolTesting {

  static final Duration DEADLINE = Duration.ofSeconds(20);

  /**
   * Limits of daemons in real interpreters. A cancelled hook has all the time of the test to end: a
   * starved machine kills no daemon.
   */
  static final HookDaemonConfig REAL_DAEMONS =
      new HookDaemonConfig(
          Duration.ofSeconds(30),
          Duration.ofMinutes(2),
          Duration.ofSeconds(2),
          256 << 10,
          ProtocolLimits.DEFAULT);

  static final DaemonKey A = key("a");
  static final DaemonKey B = key("b");

  private PoolTesting() {}

  static DaemonKey key(String name) {
    return new DaemonKey(
        "env-" + name, "backend", LaunchSpec.of(Path.of("/python-" + name), Map.of()));
  }

  /** A cancelled hook has all the time of the test to end: a starved machine kills no daemon. */
  static PoolConfig.Builder config() {
    return PoolConfig.builder().maxDaemons(2).daemon(daemonConfig(DEADLINE));
  }

  static HookDaemonConfig daemonConfig(Duration cancelGrace) {
    return new HookDaemonConfig(
        Duration.ofSeconds(10), cancelGrace, Duration.ofSeconds(2), 1024, ProtocolLimits.DEFAULT);
  }

  /** A hook that only computes, told what to do. */
  static HookRequest hook(String what) {
    return request(Hook.GET_REQUIRES_FOR_BUILD_WHEEL, what);
  }

  /** A hook that makes files: not to be repeated. */
  static HookRequest build(String what) {
    return request(Hook.BUILD_WHEEL, what);
  }

  private static HookRequest request(Hook hook, String what) {
    return HookRequest.of(Path.of("/tree"), BuildBackend.of("backend"), hook, HookArguments.NONE)
        .withEnvironment(Map.of("DO", what));
  }

  static void awaitUntil(String what, BooleanSupplier reached) {
    long deadline = System.nanoTime() + DEADLINE.toNanos();
    while (!reached.getAsBoolean()) {
      assertThat(System.nanoTime() - deadline).as("waiting until " + what).isNegative();
      LockSupport.parkNanos(100_000); // looks again soon, and leaves the core to what it waits for
    }
  }

  static HookResult result(CompletableFuture<HookResult> call) {
    try {
      return call.get(DEADLINE.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new AssertionError("the call failed", e.getCause());
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError("no answer", e);
    }
  }

  static Throwable failure(CompletableFuture<HookResult> call) {
    try {
      throw new AssertionError("the call succeeded: " + call.get(20, TimeUnit.SECONDS));
    } catch (ExecutionException e) {
      return java.util.Objects.requireNonNull(e.getCause());
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError("no answer", e);
    }
  }
}
