package dev.hookd.pool;

import static dev.hookd.pool.LyingBackend.entries;
import static dev.hookd.pool.LyingBackend.read;
import static dev.hookd.pool.PoolTesting.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hookd.client.HookFailedException;
import dev.hookd.client.HookResult;
import dev.hookd.client.HookRuntimeException;
import dev.hookd.pool.Verification.Difference;
import dev.hookd.pool.Verification.Outcome;
import dev.hookd.protocol.BuildBackend;
import dev.hookd.protocol.FeaturesRequest;
import dev.hookd.protocol.Hook;
import dev.hookd.protocol.HookArguments;
import dev.hookd.protocol.HookRequest;
import dev.hookd.protocol.HookUsage;
import dev.hookd.protocol.Isolation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What is found out about warm answers: real daemons, and a backend that knows when it is warm. */
@Timeout(120)
class ShadowVerificationTest extends ShadowVerificationFixture {

  private static final Hook REQUIRES = Hook.GET_REQUIRES_FOR_BUILD_WHEEL;

  private HookResult call(Hook hook, String... settings) {
    return pool.call(backend.key(), backend.request(hook, settings), CallOptions.DEFAULT);
  }

  private static Isolation isolation(HookResult result) {
    return result.usage().map(HookUsage::isolation).orElseThrow();
  }

  private void assertDifferent(String subject) {
    assertThat(backend.verification().outcome()).isEqualTo(Outcome.DIFFERENT);
    assertThat(backend.verification().differences())
        .extracting(Difference::subject)
        .containsExactly(subject);
    assertThat(backend.counted(Outcome.DIFFERENT)).isOne();
    assertThat(pool.snapshot().quarantined())
        .singleElement()
        .satisfies(
            entry -> {
              assertThat(entry.environment()).isEqualTo("env");
              assertThat(entry.backend()).isEqualTo(BuildBackend.of("lying_backend"));
              assertThat(entry.reason()).contains(subject);
            });
  }

  @ParameterizedTest
  @EnumSource(
      value = Hook.class,
      names = {
        "GET_REQUIRES_FOR_BUILD_WHEEL",
        "PREPARE_METADATA_FOR_BUILD_WHEEL",
        "BUILD_WHEEL",
        "BUILD_SDIST"
      })
  void honestBackend_staysWarm_andTouchesItsTreeOnce(Hook hook) throws IOException {
    HookResult result = call(hook);

    assertThat(backend.verification()).isEqualTo(Verification.EQUAL);
    assertThat(isolation(result)).isEqualTo(Isolation.FORK);
    assertThat(backend.kindsOfRuns()).containsExactly("forked", "new", "forked");
    assertThat(backend.runs().get(2)).isEqualTo("forked " + backend.tree.toRealPath());
    assertThat(read(backend.tree.resolve("generated.txt"))).isEqualTo("fresh");
    assertThat(entries(backend.out)).hasSize(hook == REQUIRES ? 0 : 1);
    assertThat(pool.snapshot().quarantined()).isEmpty();
    assertThat(backend.counted(Outcome.EQUAL)).isOne();
  }

  @Test
  void shadowRuns_shareOnePlace_whichIsNotTheCallersTree() {
    call(REQUIRES);

    assertThat(backend.runs().get(0).substring("forked ".length()))
        .isEqualTo(backend.runs().get(1).substring("new ".length()))
        .startsWith(backend.scratch.toString());
  }

  @Test
  void shadowRuns_areNoCallsToTheMeters() {
    call(REQUIRES);

    assertThat(backend.registry.get("hookd.pool.hook").timer().count()).isOne();
    assertThat(backend.registry.get("hookd.pool.wait").timer().count()).isOne();
  }

  @Test
  void features_areVerifiedAsWell() {
    HookResult result =
        pool.call(
            backend.key(),
            FeaturesRequest.of(backend.tree, BuildBackend.of("lying_backend")),
            CallOptions.DEFAULT);

    assertThat(result.strings()).contains("build_wheel");
    assertThat(backend.verification()).isEqualTo(Verification.EQUAL);
  }

  @Test
  void lieInTheAnswer_isReplacedByTheFreshAnswer() {
    HookResult result = call(REQUIRES, "lie", "answer");

    assertThat(result.strings()).containsExactly("fresh");
    assertThat(isolation(result)).isEqualTo(Isolation.FRESH);
    assertDifferent("answer");
    assertThat(backend.verification().detail())
        .isEqualTo("warm: returned [\"warm\"]; fresh: returned [\"fresh\"]");
    assertThat(read(backend.tree.resolve("generated.txt"))).isEqualTo("fresh");
  }

  @Test
  void quarantinedBackend_isFreshForEveryHook_untilItIsTrustedAgain() {
    call(REQUIRES, "lie", "answer");
    backend.verifications.clear();

    assertThat(isolation(call(Hook.BUILD_WHEEL))).isEqualTo(Isolation.FRESH);
    assertThat(call(REQUIRES, "lie", "answer").strings()).containsExactly("fresh");
    assertThat(backend.verifications).isEmpty();

    QuarantinedBackend entry = pool.snapshot().quarantined().get(0);
    assertThat(pool.trustAgain(entry)).isTrue();
    assertThat(pool.trustAgain(entry)).isFalse();
    assertThat(pool.snapshot().quarantined()).isEmpty();
    assertThat(isolation(call(REQUIRES))).isEqualTo(Isolation.FORK);
    assertThat(backend.verification()).isEqualTo(Verification.EQUAL);
  }

  @Test
  void quarantine_isOfThatBackendInThatEnvironment() {
    call(REQUIRES, "lie", "answer");
    DaemonKey elsewhere = new DaemonKey("other", "lying_backend", backend.key().launch());
    HookRequest request = backend.request(REQUIRES);
    HookRequest other =
        HookRequest.of(backend.tree, BuildBackend.of("pool_backend"), REQUIRES, HookArguments.NONE);

    assertThat(isolation(pool.call(elsewhere, request, CallOptions.DEFAULT)))
        .isEqualTo(Isolation.FORK);
    assertThat(isolation(pool.call(backend.key(), other, CallOptions.DEFAULT)))
        .isEqualTo(Isolation.FORK);
  }

  @ParameterizedTest
  @CsvSource({
    "PREPARE_METADATA_FOR_BUILD_WHEEL, product: x-1.dist-info/METADATA, x-1.dist-info/METADATA",
    "BUILD_WHEEL, product x-1-py3-none-any.whl: x.py, ",
    "BUILD_SDIST, product: x-1.tar.gz, x-1.tar.gz"
  })
  void lieInTheProduct_isReplacedByTheFreshProduct(Hook hook, String subject, String file)
      throws IOException {
    HookResult result = call(hook, "lie", "product");

    assertDifferent(subject);
    assertThat(isolation(result)).isEqualTo(Isolation.FRESH);
    if (file != null) {
      assertThat(read(backend.out.resolve(file))).isEqualTo("fresh");
    } else {
      try (var zip =
          new java.util.zip.ZipFile(backend.out.resolve("x-1-py3-none-any.whl").toFile())) {
        assertThat(zip.getInputStream(zip.getEntry("x.py"))).hasContent("fresh");
      }
    }
  }

  @Test
  void lieInTheTree_isNeverSeenByTheCallersTree() {
    call(REQUIRES, "lie", "tree");

    assertDifferent("source tree: generated.txt");
    assertThat(read(backend.tree.resolve("generated.txt"))).isEqualTo("fresh");
  }

  @Test
  void lieInAWarning_isFound() {
    HookResult result = call(REQUIRES, "lie", "warning");

    assertDifferent("warnings");
    assertThat(result.warnings()).extracting("message").containsExactly("fresh");
  }

  @Test
  void failingHook_thatFailsTheSameFresh_staysWarm() {
    Throwable failure =
        failure(
            pool.submit(
                backend.key(), backend.request(REQUIRES, "fail", "yes"), CallOptions.DEFAULT));

    assertThat(failure).isInstanceOf(HookRuntimeException.class).hasMessage("fresh");
    assertThat(backend.verification()).isEqualTo(Verification.EQUAL);
    assertThat(((HookFailedException) failure).usage().orElseThrow().isolation())
        .isEqualTo(Isolation.FORK);
  }

  @Test
  void failingHook_thatLiesAboutItsError_givesTheFreshError() {
    Throwable failure =
        failure(
            pool.submit(
                backend.key(),
                backend.request(REQUIRES, "fail", "yes", "lie", "error"),
                CallOptions.DEFAULT));

    assertThat(failure).isInstanceOf(HookRuntimeException.class).hasMessage("fresh");
    assertDifferent("answer");
    assertThat(backend.verification().detail())
        .contains("warm: failed with HookRuntimeError (builtins.ValueError): warm");
  }

  @ParameterizedTest
  @CsvSource({
    "GET_REQUIRES_FOR_BUILD_WHEEL, answer, answer",
    "GET_REQUIRES_FOR_BUILD_WHEEL, tree, source tree: generated.txt",
    "GET_REQUIRES_FOR_BUILD_WHEEL, name, source tree: names in .",
    "BUILD_WHEEL, product, product x-1-py3-none-any.whl: x.py",
    "BUILD_SDIST, product, product: x-1.tar.gz"
  })
  void randomBackend_isNoLiar(Hook hook, String random, String subject) {
    HookResult result = call(hook, "random", random);

    assertThat(backend.verification().outcome()).isEqualTo(Outcome.RANDOM);
    assertThat(backend.verification().differences())
        .extracting(Difference::subject)
        .containsExactly(subject);
    assertThat(isolation(result)).isEqualTo(Isolation.FORK);
    assertThat(pool.snapshot().quarantined()).isEmpty();
    assertThat(backend.counted(Outcome.RANDOM)).isOne();
    assertThat(backend.kindsOfRuns()).containsExactly("forked", "new", "new", "forked");
  }

  @Test
  void randomBackend_thatAlsoLies_isALiarInThat() {
    HookResult result = call(REQUIRES, "random", "answer", "lie", "tree");

    assertDifferent("source tree: generated.txt");
    assertThat(isolation(result)).isEqualTo(Isolation.FRESH);
    assertThat(read(backend.tree.resolve("generated.txt"))).isEqualTo("fresh");
  }

  @Test
  void timeInTheAnswer_isNoLie_forTheClockMovesOn() throws IOException {
    backend.closeAndLookForLeftovers(pool);
    pool =
        backend.pool(
            PoolConfig.builder().maxDaemons(1), ShadowVerifier.Settings.in(backend.scratch));

    // Until a second has begun between the two runs of a verification.
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    Outcome outcome;
    do {
      call(REQUIRES, "time", "answer");
      outcome = backend.verifications.get(backend.verifications.size() - 1).outcome();
    } while (outcome == Outcome.EQUAL && System.nanoTime() - deadline < 0);

    assertThat(outcome).isEqualTo(Outcome.RANDOM);
    assertThat(pool.snapshot().quarantined()).isEmpty();
  }

  @Test
  void inputMetadata_isCopiedForEachRun() throws IOException {
    Path metadata = Files.createDirectory(temporary.resolve("x-1.dist-info"));
    HookRequest plain = backend.request(Hook.BUILD_WHEEL);
    HookRequest request =
        HookRequest.of(
            plain.sourceTree(),
            plain.backend(),
            plain.hook(),
            new HookArguments(backend.out, null, metadata, plain.arguments().configSettings()));

    pool.call(backend.key(), request, CallOptions.DEFAULT); // fails where the file is there already

    assertThat(backend.verification()).isEqualTo(Verification.EQUAL);
    assertThat(read(metadata.resolve("seen"))).isEqualTo("x-1.dist-info");
  }

  @Test
  void shadowRuns_seeTheTreeAsItWas() throws IOException {
    Files.writeString(backend.tree.resolve("generated.txt"), "before ");

    call(REQUIRES);

    assertThat(backend.verification()).isEqualTo(Verification.EQUAL);
    assertThat(read(backend.tree.resolve("generated.txt"))).isEqualTo("before fresh");
  }

  @Test
  void rateZero_verifiesNothing() throws IOException {
    backend.closeAndLookForLeftovers(pool);
    pool =
        DaemonPool.builder(new dev.hookd.client.LocalLauncher(temporary.resolve("scripts")))
            .config(PoolConfig.builder().maxDaemons(1).build())
            .scratchDirectory(backend.scratch)
            .build();

    assertThat(call(REQUIRES, "lie", "answer").strings()).containsExactly("warm");
    assertThat(backend.kindsOfRuns()).containsExactly("forked");
  }

  @Test
  void freshCall_isNotVerified() {
    HookRequest request = backend.request(REQUIRES).withIsolation(Isolation.FRESH);

    pool.call(backend.key(), request, CallOptions.DEFAULT.withTimeout(Duration.ofMinutes(1)));

    assertThat(backend.verifications).isEmpty();
    assertThat(backend.kindsOfRuns()).containsExactly("new");
  }
}
