package dev.hookd.client;

import java.util.concurrent.CompletableFuture;

/** A call in progress. Thread-safe. */
public interface HookCall {

  /**
   * Completes once, when the daemon is ready for the next call or gone: with the result, or
   * exceptionally with a {@link HookdException}. Completing or cancelling this future from outside
   * does not reach the daemon; {@link #cancel()} does.
   */
  CompletableFuture<HookResult> result();

  /**
   * Asks the daemon to end the call, and kills its process tree when it does not within the grace
   * time. The result is then a {@link HookCancelledException}, unless the answer came first.
   * Idempotent; returns at once.
   */
  void cancel();
}
