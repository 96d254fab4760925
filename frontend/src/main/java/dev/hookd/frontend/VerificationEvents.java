package dev.hookd.frontend;

import dev.hookd.pool.DaemonKey;
import dev.hookd.pool.PoolListener;
import dev.hookd.pool.Verification;
import dev.hookd.protocol.DaemonRequest;
import dev.hookd.protocol.HookRequest;

/** Passes on what the face of this module tells of verified calls. */
final class VerificationEvents implements PoolListener {

  private final FrontendListener listener;

  VerificationEvents(FrontendListener listener) {
    this.listener = listener;
  }

  @Override
  public void callVerified(DaemonKey key, DaemonRequest request, Verification verification) {
    if (verification.outcome() == Verification.Outcome.DIFFERENT) {
      listener.warmAnswerWrong(
          key.environmentId(),
          request.backend().object(),
          request instanceof HookRequest hook ? hook.hook().wireName() : "features",
          verification.differences());
    }
  }
}
