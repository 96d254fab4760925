package dev.hookd.pool;

import static dev.hookd.pool.PoolTesting.awaitUntil;
import static dev.hookd.pool.PoolTesting.failure;
import static dev.hookd.pool.PoolTesting.result;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hookd.client.HookCancelledException;
import dev.hookd.client.HookResult;
import dev.hookd.client.HookTimeoutException;
import dev.hookd.client.HookdException;
import dev.hookd.client.LaunchSpec;
import dev.hookd.client.testing.TestPythons;
import dev.hookd.pool.Verification.Outcome;
import dev.hookd.protocol.Hook;
import dev.hookd.protocol.HookRequest;
import dev.hookd.protocol.HookUsage;
import dev.hookd.protocol.Isolation;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Verifications that do not come to their end, whose calls must all the same. */
@Timeout(120)
class ShadowVerificationEndTest extends ShadowVerificationFixture {

  private static final Hook REQUIRES = Hook.GET_REQUIRES_FOR_BUILD_WHEEL;

  private void reopen(Supplier<DaemonPool> other) {
    pool.close();
    pool = other.get();
  }

  private HookResult call(HookRequest request) {
    return pool.call(backend.key(), request, CallOptions.DEFAULT);
  }

  private CompletableFuture<HookResult> submit(HookRequest request) {
    return pool.submit(backend.key(), request, CallOptions.DEFAULT);
  }

  private void assertOutcome(Outcome outcome, String reason) {
    assertThat(backend.verification().outcome()).isEqualTo(outcome);
    assertThat(backend.verification().detail()).contains(reason);
    awaitUntil("it is counted", () -> backend.counted(outcome) == 1); // may be told while it is
    assertThat(pool.snapshot().quarantined()).isEmpty();
  }

  // ---- what cannot be verified ----

  @Test
  void treeWithALinkIntoItself_byItsAbsolutePath_isNotVerified() throws IOException {
    Files.createSymbolicLink(backend.tree.resolve("link"), backend.tree.resolve("generated.txt"));

    assertThat(call(backend.request(REQUIRES)).strings()).containsExactly("fresh");

    assertOutcome(Outcome.SKIPPED, "symbolic link link");
    assertThat(backend.kindsOfRuns()).containsExactly("forked");
  }

  @Test
  void treeWithAFifo_isNotVerified() throws Exception {
    Process mkfifo = new ProcessBuilder("mkfifo", backend.tree.resolve("pipe").toString()).start();
    assertThat(mkfifo.waitFor()).isZero();

    assertThat(call(backend.request(REQUIRES)).strings()).containsExactly("fresh");

    assertOutcome(Outcome.SKIPPED, "pipe is no file");
  }

  @Test
  void treeThatIsTooLarge_isNotVerified() throws IOException {
    Files.write(backend.tree.resolve("large"), new byte[(1 << 20) + 1]);

    assertThat(call(backend.request(REQUIRES)).strings()).containsExactly("fresh");

    assertOutcome(Outcome.SKIPPED, "more than 1 MiB");
  }

  @Test
  void callThatIsNotWarmAnyway_isNotRunASecondTime() {
    HookRequest request = backend.request(REQUIRES).withEnvironment(Map.of("A_VARIABLE", "1"));

    call(request);

    assertOutcome(Outcome.SKIPPED, "in a fresh process anyway");
    assertThat(backend.kindsOfRuns()).containsExactly("new", "new");
  }

  @Test
  void classicDaemon_isNotVerified_andIsNotAskedForWhatItCannotDo() {
    LaunchSpec launch =
        new LaunchSpec(
            TestPythons.PYTHON,
            backend.variables(),
            TestPythons.root().resolve("client/src/test/python/classic_daemon.py"),
            List.of(),
            backend.tree);

    HookResult result =
        pool.call(backend.key(launch), backend.request(REQUIRES), CallOptions.DEFAULT);
    assertThat(result.strings()).containsExactly("fresh");
    assertOutcome(Outcome.SKIPPED, "a classic daemon runs hooks where it was started");

    call(backend.request(REQUIRES, "lie", "answer")); // quarantines the same backend
    assertThat(pool.snapshot().quarantined()).hasSize(1);
    assertThat(
            pool.call(backend.key(launch), backend.request(REQUIRES), CallOptions.DEFAULT)
                .strings())
        .containsExactly("fresh");
  }

  // ---- what fails ----

  @Test
  void treeThatIsNotThere_isToldByTheCallItself() {
    HookRequest plain = backend.request(REQUIRES);
    HookRequest request =
        HookRequest.of(
            temporary.resolve("missing"), plain.backend(), plain.hook(), plain.arguments());

    assertThat(((HookdException) failure(submit(request))).kind())
        .isEqualTo("MalformedHookArgument");

    assertOutcome(Outcome.FAILED, "NoSuchFileException");
  }

  @Test
  void scratchThatCannotBeMade_isNothingToTheCall() throws IOException {
    reopen(
        () ->
            backend.pool(
                PoolConfig.builder().maxDaemons(1),
                ShadowVerifier.Settings.in(temporary.resolve("missing"))));

    assertThat(call(backend.request(REQUIRES)).strings()).containsExactly("fresh");

    assertOutcome(Outcome.FAILED, "NoSuchFileException");
  }

  @Test
  void daemonThatDiesInAShadowRun_isNothingToTheCall() {
    CompletableFuture<HookResult> call = submit(backend.waiting(Hook.BUILD_WHEEL));
    backend.awaitRun(1);
    backend.release(2);

    killDaemon();

    assertThat(result(call).basename()).hasValue("x-1-py3-none-any.whl");
    assertOutcome(Outcome.FAILED, "DaemonDied");
    assertThat(backend.kindsOfRuns()).containsExactly("forked", "forked");
  }

  @Test
  void daemonThatDiesWhileADifferenceIsLookedAtAgain_leavesTheBackendDistrusted() {
    CompletableFuture<HookResult> call = submit(backend.waiting(REQUIRES, "lie", "answer"));
    backend.release(1);
    backend.release(2);
    backend.release(4);
    long hook = backend.awaitRun(3);

    killDaemon();

    assertThat(result(call).strings()).containsExactly("fresh");
    assertThat(backend.verification().outcome()).isEqualTo(Outcome.DIFFERENT);
    backend.release(3); // a fresh process outlives a daemon that is killed
    awaitUntil(
        "the hook ends", () -> ProcessHandle.of(hook).filter(ProcessHandle::isAlive).isEmpty());
  }

  private void killDaemon() {
    long pid = pool.snapshot().keys().values().iterator().next().daemons().get(0).pid();
    assertThat(ProcessHandle.of(pid).orElseThrow().destroyForcibly()).isTrue();
  }

  // ---- time ----

  @Test
  void hookThatHangs_endsInTheShadow_andThenInTheCall() {
    CompletableFuture<HookResult> call =
        pool.submit(
            backend.key(),
            backend.waiting(REQUIRES),
            CallOptions.DEFAULT.withTimeout(Duration.ofMillis(600)));

    assertThat(failure(call)).isInstanceOf(HookTimeoutException.class);

    assertOutcome(Outcome.FAILED, "Timeout");
  }

  @Test
  void hookThatHangsInAShadowRunAlone_isNothingToTheCall() {
    backend.release(1);
    backend.release(3);

    HookResult result =
        pool.call(
            backend.key(),
            backend.waiting(REQUIRES),
            CallOptions.DEFAULT.withTimeout(Duration.ofSeconds(5)));

    assertThat(result.strings()).containsExactly("fresh");
    assertOutcome(Outcome.FAILED, "Timeout");
    assertThat(backend.kindsOfRuns()).containsExactly("forked", "new", "forked");
  }

  // ---- cancel ----

  @ParameterizedTest(name = "in run {0}")
  @ValueSource(ints = {1, 2, 3, 4})
  void cancel_endsTheRun_andNoFurtherOneBegins(int run) {
    // The fourth is the caller's own: run 3 shows that chance makes the difference.
    CompletableFuture<HookResult> call = submit(backend.waiting(REQUIRES, "random", "answer"));
    for (int before = 1; before < run; before++) {
      backend.release(before);
    }
    long hook = backend.awaitRun(run);

    call.cancel(true);

    awaitUntil(
        "the hook ends", () -> ProcessHandle.of(hook).filter(ProcessHandle::isAlive).isEmpty());
    awaitUntil("the verification is told", () -> backend.verifications.size() == 1);
    assertThat(backend.verification().outcome())
        .isEqualTo(run == 4 ? Outcome.RANDOM : Outcome.SKIPPED);
    assertThat(call(backend.request(REQUIRES)).strings()).containsExactly("fresh");
    assertThat(backend.runs()).hasSize(run + 3);
  }

  @Test
  void cancel_whileTheClockIsWaitedFor_endsTheVerification() {
    reopen(() -> backend.pool(PoolConfig.builder().maxDaemons(1), Duration.ofHours(1)));
    CompletableFuture<HookResult> call = submit(backend.request(REQUIRES, "lie", "answer"));
    awaitUntil("the clock is waited for", () -> isIn(CancelSignal.class, "sleep"));

    call.cancel(true);

    awaitUntil("the verification is told", () -> backend.verifications.size() == 1);
    assertOutcome(Outcome.SKIPPED, "cancelled");
    assertThat(pool.snapshot().held()).isZero();
  }

  @Test
  void interruptOfACall_cancelsItsVerification() throws InterruptedException {
    AtomicReference<RuntimeException> thrown = new AtomicReference<>();
    Thread caller =
        new Thread(
            () -> {
              try {
                call(backend.waiting(REQUIRES));
              } catch (RuntimeException e) {
                thrown.set(e);
              }
            });
    caller.start();
    backend.awaitRun(1);

    caller.interrupt();
    caller.join();

    assertThat(thrown.get()).isInstanceOf(HookCancelledException.class);
    awaitUntil("the verification is told", () -> backend.verifications.size() == 1);
    assertOutcome(Outcome.SKIPPED, "cancelled");
  }

  private static boolean isIn(Class<?> type, String method) {
    return Thread.getAllStackTraces().values().stream()
        .flatMap(Arrays::stream)
        .anyMatch(
            frame ->
                frame.getClassName().equals(type.getName())
                    && frame.getMethodName().equals(method));
  }

  // ---- the end of the pool ----

  @ParameterizedTest(name = "in run {0}")
  @ValueSource(ints = {1, 2, 3})
  void close_endsTheVerificationAndTheCall(int run) {
    reopen(
        () ->
            backend.pool(
                PoolConfig.builder().maxDaemons(1).drainTimeout(Duration.ZERO), Duration.ZERO));
    CompletableFuture<HookResult> call = submit(backend.waiting(REQUIRES, "random", "answer"));
    for (int before = 1; before < run; before++) {
      backend.release(before);
    }
    backend.awaitRun(run);

    pool.close();

    assertThat(failure(call)).isInstanceOf(PoolClosedException.class);
    assertThat(LyingBackend.entries(backend.scratch)).isEmpty();
    assertThat(backend.runs()).hasSize(run);
  }

  @Test
  void close_thatDrains_answersTheCallUnverified() throws InterruptedException {
    CompletableFuture<HookResult> call = submit(backend.waiting(REQUIRES));
    backend.awaitRun(1);
    CompletableFuture<HookResult> inLine = submit(backend.request(REQUIRES));
    Thread closer = new Thread(pool::close);

    closer.start();
    awaitUntil("the pool drains", () -> closer.getState() == Thread.State.TIMED_WAITING);
    backend.release(2);
    backend.release(1);

    assertThat(result(call).strings()).containsExactly("fresh");
    assertThat(result(inLine).strings()).containsExactly("fresh");
    closer.join();
    assertThat(backend.verifications)
        .extracting(Verification::detail)
        .containsExactly("the pool closes", "the pool closes");
    assertThat(backend.kindsOfRuns()).containsExactly("forked", "forked", "forked");
  }

  // ---- many ----

  @Test
  void manyCalls_someCancelled_eachGetOneOutcome() {
    reopen(() -> backend.pool(PoolConfig.builder().maxDaemons(2), Duration.ZERO));
    Random random = new Random(7);
    List<CompletableFuture<HookResult>> calls = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      calls.add(submit(backend.request(REQUIRES)));
      if (random.nextInt(3) == 0) {
        calls.get(random.nextInt(calls.size())).cancel(true);
      }
    }

    int answered = 0;
    for (CompletableFuture<HookResult> call : calls) {
      try {
        assertThat(call.join().strings()).containsExactly("fresh");
        assertThat(call.join().usage().map(HookUsage::isolation)).hasValue(Isolation.FORK);
        answered++;
      } catch (CancellationException | CompletionException e) {
        assertThat(call).isCancelled();
      }
    }
    assertThat(answered).isPositive();
    assertThat(backend.counted(Outcome.EQUAL)).isGreaterThanOrEqualTo(answered);
    assertThat(backend.counted(Outcome.FAILED) + backend.counted(Outcome.DIFFERENT)).isZero();
    awaitUntil("none is held", () -> pool.snapshot().held() == 0);
    assertThat(backend.verifications).hasSizeBetween(answered, calls.size());
  }
}
