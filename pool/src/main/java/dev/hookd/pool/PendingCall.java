package dev.hookd.pool;

import dev.hookd.client.DaemonDiedException;
import dev.hookd.client.HookCall;
import dev.hookd.client.HookResult;
import dev.hookd.client.LiveOutput;
import dev.hookd.protocol.DaemonRequest;
import dev.hookd.protocol.HookRequest;
import java.time.Duration;
import java.util.Comparator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** One accepted call, from its submission to its outcome. Mutable fields: the scheduler's lock. */
final class PendingCall {

  /** Priority, then arrival. A call that comes back to the queue has its old place again. */
  static final Comparator<PendingCall> ORDER =
      Comparator.<PendingCall, Priority>comparing(call -> call.options.priority())
          .thenComparingLong(call -> call.sequence);

  /** Where the call is; every outcome is given on the one way to {@link #DONE}. */
  enum Stage {
    NEW,
    /** In line for its verification, or being verified; not in the queue for a daemon. */
    HELD,
    WAITING,
    RUNNING,
    DONE
  }

  final DaemonKey key;
  final CallOptions options;
  final CompletableFuture<HookResult> future;

  /** Whether nobody but the pool can have hung anything on the future. */
  final boolean completedInline;

  /** The call that this one is run for, to see what it does; {@code null} for a caller's own. */
  final @Nullable PendingCall shadowOf;

  /** Who follows what the hook writes; set before the call is accepted. */
  @Nullable LiveOutput live;

  /** What is sent. Changes once at most, before the call is in the queue. */
  DaemonRequest request;

  Stage stage = Stage.NEW;

  /** The group of the key, from the acceptance on. */
  @Nullable DaemonGroup group;

  long sequence;
  long arrivedAt;
  long waitsSince;
  long deadline;
  long startedAt;
  int deaths;

  /** How long the hook ran, as of the outcome; {@code null} if it never did. */
  @Nullable Duration ran;

  boolean cancelledByCaller;
  @Nullable DaemonDiedException lastDeath;

  /** Written under the lock, read without it. */
  private volatile boolean cancelRequested;

  private volatile @Nullable HookCall running;

  PendingCall(
      DaemonKey key,
      DaemonRequest request,
      CallOptions options,
      CompletableFuture<HookResult> future,
      boolean completedInline) {
    this(key, request, options, future, completedInline, null);
  }

  private PendingCall(
      DaemonKey key,
      DaemonRequest request,
      CallOptions options,
      CompletableFuture<HookResult> future,
      boolean completedInline,
      @Nullable PendingCall shadowOf) {
    this.key = key;
    this.request = request;
    this.options = options;
    this.future = future;
    this.completedInline = completedInline;
    this.shadowOf = shadowOf;
  }

  /** A run of the same on the verifier's account. */
  PendingCall shadow(DaemonRequest shadowRequest, CallOptions shadowOptions) {
    return new PendingCall(key, shadowRequest, shadowOptions, new PoolFuture(), true, this);
  }

  boolean cancelRequested() {
    return cancelRequested;
  }

  void requestCancel() {
    cancelRequested = true;
  }

  /**
   * Waits for the outcome, and follows what the hook writes where somebody wants that.
   *
   * @throws dev.hookd.client.HookdException the outcome, if it is not a result
   * @throws InterruptedException and the call goes on
   */
  HookResult await() throws InterruptedException {
    try {
      return live == null ? future.get() : await(live);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException outcome) {
        throw outcome;
      } else if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  private HookResult await(LiveOutput output) throws InterruptedException, ExecutionException {
    while (true) {
      try {
        return future.get(LiveOutput.INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        output.poll();
      }
    }
  }

  /** The daemon has the call. A cancel that came in between reaches it from here. */
  void attach(HookCall call) {
    running = call;
    if (cancelRequested) {
      call.cancel();
    }
  }

  void detach() {
    running = null;
  }

  /** After {@link #requestCancel}; whichever of this and {@link #attach} comes second cancels. */
  void cancelRunning() {
    HookCall call = running;
    if (call != null) {
      call.cancel();
    }
  }

  /**
   * Whether the call may be run again after a daemon died under it for the n-th time. Not a shadow:
   * its tree is no longer as it was.
   */
  boolean mayRunAgainAfter(int deathsUnderIt) {
    return deathsUnderIt <= 1
        && shadowOf == null
        && !cancelRequested
        && (repeatable() || options.retryAfterDaemonDeath());
  }

  private boolean repeatable() {
    return !(request instanceof HookRequest hookRequest) || hookRequest.hook().computesOnly();
  }
}
