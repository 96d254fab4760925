package dev.hookd.pool;

import static dev.hookd.pool.PoolTesting.A;
import static dev.hookd.pool.PoolTesting.hook;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hookd.client.HookCancelledException;
import dev.hookd.pool.PendingCall.Stage;
import dev.hookd.protocol.Isolation;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What the scheduler decides about calls that are verified: no thread, no daemon. */
class HeldCallsTest {

  private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 1_000_000); // wraps on the way
  private final Quarantine quarantine = new Quarantine();
  private HookScheduler scheduler = scheduler(config());

  private static PoolConfig.Builder config() {
    return PoolConfig.builder().maxDaemons(1).verifyRate(1).maxWait(Duration.ofSeconds(2));
  }

  private HookScheduler scheduler(PoolConfig.Builder config) {
    scheduler = new HookScheduler(config.build(), clock::get, new Random(1), quarantine);
    return scheduler;
  }

  private static PendingCall call() {
    return new PendingCall(A, hook("ok"), CallOptions.DEFAULT, new PoolFuture(), true);
  }

  private static <E> List<E> all(Class<E> kind, List<Effect> effects) {
    return effects.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  private static Throwable failure(List<Effect> effects) {
    return Objects.requireNonNull(all(Effect.Settle.class, effects).get(0).failure());
  }

  @Test
  void submit_ofAPickedCall_verifiesIt_andStartsNoDaemonForItYet() {
    PendingCall call = call();

    List<Effect> effects = scheduler.submit(call);

    assertThat(all(Effect.Verify.class, effects)).containsExactly(new Effect.Verify(call));
    assertThat(all(Effect.Start.class, effects)).isEmpty();
    assertThat(scheduler.snapshot().held()).isOne();
    assertThat(scheduler.snapshot().keys()).isEmpty();
  }

  @Test
  void verified_letsTheCallGoOn_andTheNextBegin() {
    PendingCall first = call();
    PendingCall second = call();
    scheduler.submit(first);
    assertThat(all(Effect.Verify.class, scheduler.submit(second))).isEmpty();

    List<Effect> effects = scheduler.verified(first, false);

    assertThat(all(Effect.Verify.class, effects)).containsExactly(new Effect.Verify(second));
    assertThat(all(Effect.Start.class, effects)).hasSize(1);
    assertThat(first.stage).isEqualTo(Stage.WAITING);
    assertThat(first.request.isolation()).isEqualTo(Isolation.FORK);
  }

  @Test
  void verified_ofALiar_sendsTheCallToAFreshProcess() {
    PendingCall call = call();
    scheduler.submit(call);

    scheduler.verified(call, true);

    assertThat(call.request.isolation()).isEqualTo(Isolation.FRESH);
  }

  @Test
  void shadow_isNotVerifiedItself_andHasTheTurnOfItsCall() {
    PendingCall call = call();
    scheduler.submit(call);
    clock.addAndGet(1000);
    PendingCall shadow = call.shadow(call.request, call.options);

    List<Effect> effects = scheduler.submit(shadow);

    assertThat(all(Effect.Verify.class, effects)).isEmpty();
    assertThat(all(Effect.Start.class, effects)).hasSize(1);
    assertThat(shadow.sequence).isEqualTo(call.sequence);
    assertThat(shadow.arrivedAt).isEqualTo(call.arrivedAt);
    assertThat(shadow.mayRunAgainAfter(1)).isFalse();
  }

  @Test
  void heldCalls_countInTheQueuesLimit_whichTheirShadowsPass() {
    scheduler(config().maxQueue(2));
    PendingCall first = call();
    scheduler.submit(first);
    scheduler.submit(call());

    assertThat(failure(scheduler.submit(call()))).isInstanceOf(PoolRejectedException.class);
    PendingCall shadow = first.shadow(first.request, first.options);
    scheduler.submit(shadow);
    assertThat(shadow.stage).isEqualTo(Stage.WAITING);
    scheduler.cancel(shadow);
    scheduler.verified(first, false);
    assertThat(first.stage).isEqualTo(Stage.WAITING); // accepted once is accepted
  }

  @Test
  void callInLine_forLongerThanItMayWait_goesOnUnverified() {
    scheduler.submit(call());
    PendingCall second = call();
    List<Effect> submitted = scheduler.submit(second);
    assertThat(all(Effect.WakeAt.class, submitted))
        .containsExactly(new Effect.WakeAt(clock.get() + Duration.ofSeconds(2).toNanos()));

    clock.addAndGet(Duration.ofSeconds(2).toNanos() - 1);
    assertThat(all(Effect.Unverified.class, scheduler.tick())).isEmpty();
    clock.addAndGet(1);
    List<Effect> effects = scheduler.tick();

    assertThat(all(Effect.Unverified.class, effects))
        .extracting(Effect.Unverified::call)
        .containsExactly(second);
    assertThat(second.stage).isEqualTo(Stage.WAITING);
  }

  @Test
  void cancel_ofACallThatIsVerified_settlesItAtOnce_andEndsTheVerification() {
    PendingCall call = call();
    scheduler.submit(call);

    List<Effect> effects = scheduler.cancel(call);

    assertThat(failure(effects)).isInstanceOf(HookCancelledException.class);
    assertThat(all(Effect.EndVerification.class, effects)).hasSize(1);
    assertThat(call.cancelRequested()).isTrue();
    assertThat(scheduler.verified(call, false)).isEmpty(); // and is not run
  }

  @Test
  void cancel_ofACallInLine_endsNoVerification() {
    scheduler.submit(call());
    PendingCall second = call();
    scheduler.submit(second);

    List<Effect> effects = scheduler.cancel(second);

    assertThat(failure(effects)).isInstanceOf(HookCancelledException.class);
    assertThat(all(Effect.EndVerification.class, effects)).isEmpty();
    assertThat(scheduler.snapshot().held()).isOne();
  }

  @Test
  void nextVerification_beginsOnlyWhenACancelledOneIsOver() {
    PendingCall first = call();
    PendingCall second = call();
    scheduler.submit(first);
    scheduler.submit(second);

    assertThat(all(Effect.Verify.class, scheduler.cancel(first))).isEmpty();
    assertThat(all(Effect.Verify.class, scheduler.verified(first, false))).hasSize(1);
  }

  @Test
  void terminate_settlesWhatIsHeld_andWaitsForVerifications() throws InterruptedException {
    PendingCall first = call();
    scheduler.submit(first);
    scheduler.submit(call());

    List<Effect> effects = scheduler.terminate();

    assertThat(all(Effect.Settle.class, effects))
        .hasSize(2)
        .allSatisfy(settle -> assertThat(settle.failure()).isInstanceOf(PoolClosedException.class));
    assertThat(all(Effect.EndVerification.class, effects)).hasSize(1);
    assertThat(scheduler.awaitVerifications(0)).isFalse();
    scheduler.verified(first, false);
    assertThat(scheduler.awaitVerifications(0)).isTrue();
  }

  @Test
  void drain_letsTheLineGoOnUnverified_andRefusesFurtherShadows() {
    PendingCall first = call();
    PendingCall second = call();
    scheduler.submit(first);
    scheduler.submit(second);

    List<Effect> effects = scheduler.drain();

    assertThat(all(Effect.Unverified.class, effects))
        .extracting(Effect.Unverified::call)
        .containsExactly(second);
    PendingCall shadow = first.shadow(first.request, first.options);
    assertThat(failure(scheduler.submit(shadow))).isInstanceOf(PoolClosedException.class);
    scheduler.verified(first, false);
    assertThat(first.stage).isEqualTo(Stage.WAITING);
  }

  @Test
  void rate_isTheShareOfCallsThatAreVerified() {
    scheduler(PoolConfig.builder().maxDaemons(10_000).verifyRate(0.25));
    int verified = 0;
    for (int i = 0; i < 2000; i++) {
      verified += all(Effect.Verify.class, scheduler.submit(call())).size();
    }

    assertThat(verified).isBetween(400, 600);
  }

  @Test
  void callThatIsFreshAnyway_isNeverPicked() {
    PendingCall call =
        new PendingCall(
            A,
            hook("ok").withIsolation(Isolation.FRESH),
            CallOptions.DEFAULT,
            new PoolFuture(),
            true);
    quarantine.add(A, hook("ok"), "it lied");

    assertThat(all(Effect.Verify.class, scheduler.submit(call))).isEmpty();
    assertThat(all(Effect.Verify.class, scheduler.submit(call()))).isEmpty(); // fresh when sent
  }
}
