package dev.hookd.pool;

import dev.hookd.pool.Verification.Outcome;
import dev.hookd.protocol.DaemonRequest;
import dev.hookd.protocol.HookRequest;
import dev.hookd.protocol.Isolation;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the verifications that the scheduler decided upon, tells what they came to, and acts on it.
 * Whatever happens to one, its call goes on. Thread-safe.
 */
final class Verifications {

  private static final Logger LOG = LoggerFactory.getLogger(Verifications.class);

  private final HookScheduler scheduler;
  private final Quarantine quarantine;
  private final ShadowVerifier.Settings settings;
  private final PoolListener listener;
  private final Executor threads;
  private final Consumer<List<Effect>> perform;
  private final Map<PendingCall, ShadowVerifier> running = new ConcurrentHashMap<>();

  /**
   * @param threads runs what blocks: at least as many at a time as the scheduler begins
   * @param perform does what the scheduler decides
   */
  Verifications(
      HookScheduler scheduler,
      Quarantine quarantine,
      ShadowVerifier.Settings settings,
      PoolListener listener,
      Executor threads,
      Consumer<List<Effect>> perform) {
    this.scheduler = scheduler;
    this.quarantine = quarantine;
    this.settings = settings;
    this.listener = listener;
    this.threads = threads;
    this.perform = perform;
  }

  void begin(PendingCall call) {
    ShadowVerifier verifier =
        new ShadowVerifier(
            call,
            settings,
            new ShadowVerifier.Runs() {
              @Override
              public void submit(PendingCall shadow) {
                perform.accept(scheduler.submit(shadow));
              }

              @Override
              public void cancel(PendingCall shadow) {
                perform.accept(scheduler.cancel(shadow));
              }
            });
    running.put(call, verifier);
    if (call.cancelRequested()) {
      verifier.cancel(); // end() may have come before it was there
    }
    try {
      threads.execute(() -> verify(call, verifier));
    } catch (Throwable e) { // no thread can be made
      LOG.warn("No thread to verify a call on: {}", call.key, e);
      over(call, Verification.failed("no thread to verify it on: " + e));
    }
  }

  void end(PendingCall call) {
    ShadowVerifier verifier = running.get(call);
    if (verifier != null) {
      verifier.cancel();
    }
  }

  private void verify(PendingCall call, ShadowVerifier verifier) {
    Verification verification;
    try {
      verification =
          isQuarantined(call)
              ? Verification.skipped("its backend is not run warm any more")
              : verifier.verify();
    } catch (Throwable e) { // no memory, for one: the call is owed its outcome all the same
      LOG.error("A verification failed: {}", call.key, e);
      verification = Verification.failed(e.toString());
    }
    over(call, verification);
  }

  /** By another verification, while this one was in line. */
  private boolean isQuarantined(PendingCall call) {
    return quarantine.applied(call.key, call.request).isolation() == Isolation.FRESH;
  }

  private void over(PendingCall call, Verification verification) {
    running.remove(call);
    boolean lied = verification.outcome() == Outcome.DIFFERENT;
    try {
      if (lied) {
        quarantine.add(call.key, call.request, reason(call.request, verification));
      }
      tell(call, verification);
    } finally {
      perform.accept(scheduler.verified(call, lied));
    }
  }

  /** Logs and tells what a verification came to. */
  void tell(PendingCall call, Verification verification) {
    String what = hook(call.request) + " of " + call.request.backend().object();
    switch (verification.outcome()) {
      case EQUAL -> LOG.debug("Warm and fresh are the same: {}: {}", what, call.key);
      case DIFFERENT ->
          LOG.warn(
              "The warm answer is not the fresh one; from now on fresh ones are given: {}: {}; {}; {}",
              what,
              verification.differences(),
              verification.detail(),
              call.key);
      case RANDOM ->
          LOG.info(
              "A backend is not repeatable: {}: {}: {}",
              what,
              verification.differences(),
              call.key);
      case SKIPPED -> LOG.debug("Not verified: {}: {}", what, verification.detail());
      case FAILED -> LOG.warn("Not verified: {}: {}: {}", what, verification.detail(), call.key);
    }
    listener.callVerified(call.key, call.request, verification);
  }

  private static String reason(DaemonRequest request, Verification verification) {
    return hook(request) + ": " + verification.differences().get(0);
  }

  private static String hook(DaemonRequest request) {
    return request instanceof HookRequest hook ? hook.hook().wireName() : "features";
  }
}
