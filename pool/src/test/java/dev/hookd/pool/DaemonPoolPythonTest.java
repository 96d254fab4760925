package dev.hookd.pool;

import static dev.hookd.pool.PoolTesting.awaitUntil;
import static dev.hookd.pool.PoolTesting.failure;
import static dev.hookd.pool.PoolTesting.result;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hookd.client.DaemonDiedException;
import dev.hookd.client.HookCancelledException;
import dev.hookd.client.HookOutputListener;
import dev.hookd.client.HookResult;
import dev.hookd.client.HookStream;
import dev.hookd.client.LaunchSpec;
import dev.hookd.client.LocalLauncher;
import dev.hookd.client.testing.TestPythons;
import dev.hookd.protocol.BuildBackend;
import dev.hookd.protocol.ConfigSettings;
import dev.hookd.protocol.Hook;
import dev.hookd.protocol.HookArguments;
import dev.hookd.protocol.HookRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The pool with this project's own daemon in a real interpreter. */
@Timeout(120)
class DaemonPoolPythonTest {

  @TempDir Path temporary = Path.of("set by JUnit");

  /** Runs with the real time, and can be moved ahead of it. */
  private final AtomicLong ahead = new AtomicLong();

  private @Nullable DaemonPool pool;

  private DaemonPool pool(PoolConfig.Builder config) {
    pool =
        DaemonPool.builder(new LocalLauncher(temporary.resolve("scripts")))
            .config(config.daemon(PoolTesting.REAL_DAEMONS).build())
            .clock(() -> System.nanoTime() + ahead.get())
            .build();
    return pool;
  }

  @AfterEach
  void leavesNoProcessThreadOrFile() throws IOException {
    Objects.requireNonNull(pool).close();
    assertThat(ProcessHandle.current().descendants().filter(ProcessHandle::isAlive)).isEmpty();
    awaitUntil("no thread is left", () -> threadsOfThePool().isEmpty());
    Path files = temporary.resolve("tmp");
    if (Files.exists(files)) {
      try (Stream<Path> left = Files.list(files)) {
        assertThat(left).isEmpty();
      }
    }
  }

  private static List<String> threadsOfThePool() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.matches("hookd-(pool|reader|writer|stderr).*"))
        .toList();
  }

  @Test
  void calls_ofTwoKeys_runInParallelEachInItsOwnEnvironment() {
    DaemonPool pool = pool(PoolConfig.builder().maxDaemons(2));

    CompletableFuture<HookResult> one =
        pool.submit(
            key("one"), waiting(Hook.GET_REQUIRES_FOR_BUILD_WHEEL, "1"), CallOptions.DEFAULT);
    CompletableFuture<HookResult> two =
        pool.submit(
            key("two"), waiting(Hook.GET_REQUIRES_FOR_BUILD_WHEEL, "2"), CallOptions.DEFAULT);
    awaitRunning("1");
    awaitRunning("2");
    release("1");
    release("2");

    assertThat(result(one).strings()).containsExactly("one");
    assertThat(result(two).strings()).containsExactly("two");
    assertThat(result(one).daemon().pid()).isNotEqualTo(result(two).daemon().pid());
  }

  @Test
  void computation_whoseDaemonIsKilled_runsAgain() {
    DaemonPool pool = pool(PoolConfig.builder().maxDaemons(1));
    CompletableFuture<HookResult> call =
        pool.submit(
            key("one"), waiting(Hook.GET_REQUIRES_FOR_BUILD_WHEEL, "1"), CallOptions.DEFAULT);
    awaitRunning("1");
    long first = daemon(pool).pid();
    delete("1");
    delete("1.wait");

    kill(first);
    awaitRunning("1");
    release("1");

    assertThat(result(call).strings()).containsExactly("one");
    assertThat(result(call).daemon().pid()).isNotEqualTo(first);
  }

  @Test
  void output_isToldWhileTheHookRuns_andAgainFromTheRunAfterADeath() throws Exception {
    DaemonPool pool = pool(PoolConfig.builder().maxDaemons(1));
    BlockingQueue<String> told = new LinkedBlockingQueue<>();
    HookOutputListener listener =
        new HookOutputListener() {
          @Override
          public void output(HookStream stream, String text) {
            told.add(stream + " " + text.strip());
          }

          @Override
          public void restarted() {
            told.add("restarted");
          }
        };
    CompletableFuture<HookResult> call =
        CompletableFuture.supplyAsync(
            () ->
                pool.call(
                    key("one"),
                    waiting(Hook.GET_REQUIRES_FOR_BUILD_WHEEL, "1"),
                    CallOptions.DEFAULT,
                    listener));
    awaitRunning("1");

    assertThat(told.poll(30, TimeUnit.SECONDS)).isEqualTo("STDOUT started 1");
    delete("1");
    delete("1.wait");
    kill(daemon(pool).pid());
    awaitRunning("1");
    release("1");

    assertThat(result(call).strings()).containsExactly("one");
    assertThat(told).containsExactly("restarted", "STDOUT started 1", "STDERR ended 1");
  }

  @Test
  void build_whoseDaemonIsKilled_fails() {
    DaemonPool pool = pool(PoolConfig.builder().maxDaemons(1));
    CompletableFuture<HookResult> call =
        pool.submit(key("one"), waiting(Hook.BUILD_WHEEL, "1"), CallOptions.DEFAULT);
    awaitRunning("1");

    kill(daemon(pool).pid());

    assertThat(failure(call)).isInstanceOf(DaemonDiedException.class);
    assertThat(((DaemonDiedException) failure(call)).exitStatus()).hasValue(137);
  }

  @Test
  void idleDaemon_thatIsKilled_failsNoCall() {
    DaemonPool pool = pool(PoolConfig.builder().maxDaemons(1));
    HookResult first = pool.call(key("one"), empty(), CallOptions.DEFAULT);
    ProcessHandle process = ProcessHandle.of(first.daemon().pid()).orElseThrow();

    kill(first.daemon().pid());
    awaitUntil("it is gone", () -> !process.isAlive());
    awaitUntil("the pool has noticed", () -> pool.snapshot().alive() == 0);

    HookResult second = pool.call(key("one"), empty(), CallOptions.DEFAULT);
    assertThat(second.daemon().pid()).isNotEqualTo(first.daemon().pid());
  }

  @Test
  void idleTimeAndAge_endTheProcess() {
    DaemonPool pool =
        pool(
            PoolConfig.builder()
                .maxDaemons(1)
                .idleTimeout(Duration.ofHours(1))
                .maxAge(Duration.ofHours(3), 0));
    HookResult first = pool.call(key("one"), empty(), CallOptions.DEFAULT);

    pass(pool, Duration.ofHours(1));

    awaitEnd(first.daemon().pid());
    HookResult second = pool.call(key("one"), empty(), CallOptions.DEFAULT);
    for (int minutes = 0; minutes < 180; minutes += 50) {
      pool.call(key("one"), empty(), CallOptions.DEFAULT);
      pass(pool, Duration.ofMinutes(50));
    }
    awaitEnd(second.daemon().pid());
  }

  @Test
  void cancel_endsTheHookAndKeepsTheDaemon() {
    DaemonPool pool = pool(PoolConfig.builder().maxDaemons(1));
    CompletableFuture<HookResult> call =
        pool.submit(key("one"), waiting(Hook.BUILD_WHEEL, "1"), CallOptions.DEFAULT);
    long hook = awaitRunning("1");
    long daemon = daemon(pool).pid();

    call.cancel(true);

    awaitEnd(hook);
    assertThat(pool.call(key("one"), empty(), CallOptions.DEFAULT).daemon().pid())
        .isEqualTo(daemon);
  }

  @Test
  void close_drainsAndThenCancels() throws Exception {
    DaemonPool pool = pool(PoolConfig.builder().maxDaemons(2).drainTimeout(Duration.ofHours(1)));
    CompletableFuture<HookResult> endless =
        pool.submit(key("one"), waiting(Hook.BUILD_WHEEL, "1"), CallOptions.DEFAULT);
    CompletableFuture<HookResult> ending =
        pool.submit(key("two"), waiting(Hook.BUILD_WHEEL, "2"), CallOptions.DEFAULT);
    long hook = awaitRunning("1");
    awaitRunning("2");
    CompletableFuture<HookResult> queued = pool.submit(key("two"), empty(), CallOptions.DEFAULT);
    Thread closer = new Thread(pool::close);

    closer.start();
    awaitUntil("the pool drains", () -> closer.getState() == Thread.State.TIMED_WAITING);
    release("2");

    assertThat(result(ending).basename()).hasValue("two.whl");
    assertThat(result(queued).strings()).containsExactly("two");
    assertThat(endless).isNotDone();
    closer.interrupt(); // ends the draining, as its time-out would
    closer.join();
    assertThat(failure(endless))
        .isInstanceOf(PoolClosedException.class)
        .hasCauseInstanceOf(HookCancelledException.class);
    assertThat(ProcessHandle.of(hook).filter(ProcessHandle::isAlive)).isEmpty();
  }

  // ---- the hooks, their daemons and their processes ----

  private DaemonKey key(String name) {
    try {
      Files.createDirectories(temporary.resolve("tmp"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Map<String, String> environment =
        Map.of(
            "PYTHONPATH",
            TestPythons.root().resolve("pool/src/test/python").toString(),
            "PYTHONDONTWRITEBYTECODE",
            "1",
            "TMPDIR",
            temporary.resolve("tmp").toString(),
            "POOL_NAME",
            name);
    return new DaemonKey(name, "pool_backend", LaunchSpec.of(TestPythons.PYTHON, environment));
  }

  private HookRequest empty() {
    return HookRequest.of(
        temporary,
        BuildBackend.of("pool_backend"),
        Hook.GET_REQUIRES_FOR_BUILD_WHEEL,
        HookArguments.NONE);
  }

  private HookRequest waiting(Hook hook, String name) {
    HookArguments arguments =
        new HookArguments(
            temporary,
            null,
            null,
            ConfigSettings.of(Map.of("started", temporary.resolve(name).toString())));
    return HookRequest.of(temporary, BuildBackend.of("pool_backend"), hook, arguments);
  }

  private long awaitRunning(String name) {
    Path started = temporary.resolve(name);
    awaitUntil("the hook runs", () -> Files.exists(started));
    try {
      return Long.parseLong(Files.readString(started).strip());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void release(String name) {
    try {
      Files.write(temporary.resolve(name + ".wait"), new byte[] {'\n'});
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void delete(String name) {
    try {
      Files.delete(temporary.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void pass(DaemonPool pool, Duration time) {
    ahead.addAndGet(time.toNanos());
    pool.tick();
  }

  private static PoolSnapshot.DaemonSnapshot daemon(DaemonPool pool) {
    return pool.snapshot().keys().values().iterator().next().daemons().get(0);
  }

  private static void kill(long pid) {
    assertThat(ProcessHandle.of(pid).orElseThrow().destroyForcibly()).isTrue();
  }

  private static void awaitEnd(long pid) {
    awaitUntil(
        "process " + pid + " ends",
        () -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
  }
}
