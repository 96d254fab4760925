package dev.hookd.pool;

import dev.hookd.client.HookResult;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The future of a call. Whoever completes it from outside, {@code cancel} and {@code orTimeout}
 * included, has no use for the answer: the call is cancelled then.
 */
final class PoolFuture extends CompletableFuture<HookResult> {

  private volatile @Nullable Runnable abandon;

  /** What to do when a stranger completes the future first. Set once, before it is given away. */
  void onAbandon(Runnable action) {
    abandon = action;
  }

  void settle(HookResult result) {
    super.complete(result);
  }

  void settleExceptionally(Throwable failure) {
    super.completeExceptionally(failure);
  }

  @Override
  public boolean complete(HookResult value) {
    return abandoned(super.complete(value));
  }

  @Override
  public boolean completeExceptionally(Throwable failure) {
    return abandoned(super.completeExceptionally(failure));
  }

  /** Cancels the call, in the queue or in the daemon. The argument makes no difference. */
  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    boolean first = !isDone();
    boolean cancelled = super.cancel(mayInterruptIfRunning);
    abandoned(first && cancelled);
    return cancelled;
  }

  /** What is derived from this future is an ordinary one. */
  @Override
  public <U> CompletableFuture<U> newIncompleteFuture() {
    return new CompletableFuture<>();
  }

  private boolean abandoned(boolean byStranger) {
    Runnable action = abandon;
    if (byStranger && action != null) {
      action.run();
    }
    return byStranger;
  }
}
