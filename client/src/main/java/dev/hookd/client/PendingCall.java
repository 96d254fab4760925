package dev.hookd.client;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A call in progress. But for the two public methods, under the lock of its daemon. */
final class PendingCall implements HookCall {

  /** Why a call is being ended before its answer. */
  enum End {
    TIMEOUT,
    CANCEL
  }

  private final CompletableFuture<HookResult> done = new CompletableFuture<>();

  /** Not the one that this side completes and waits for: a caller may complete its own. */
  private final CompletableFuture<HookResult> result = done.copy();

  private final String what;
  private final @Nullable Duration timeout;
  private final long startNanos;
  private final @Nullable LiveOutput live;
  private final Consumer<PendingCall> canceller;
  private @Nullable End end;
  private @Nullable Future<?> timer;

  PendingCall(
      String what,
      @Nullable Duration timeout,
      long startNanos,
      @Nullable LiveOutput live,
      Consumer<PendingCall> canceller) {
    this.what = what;
    this.timeout = timeout;
    this.startNanos = startNanos;
    this.live = live;
    this.canceller = canceller;
  }

  @Override
  public CompletableFuture<HookResult> result() {
    return result;
  }

  @Override
  public void cancel() {
    canceller.accept(this);
  }

  /** Ours alone. */
  CompletableFuture<HookResult> done() {
    return done;
  }

  /** Arms the deadline or, later, the grace time; the one before is dropped. */
  void arm(Future<?> task) {
    disarm();
    timer = task;
  }

  void disarm() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }

  /** The first reason stays. */
  boolean end(End reason) {
    if (end != null) {
      return false;
    }
    end = reason;
    return true;
  }

  /** Whether the call is being ended before its answer. */
  boolean isEnding() {
    return end != null;
  }

  Duration elapsed(long nowNanos) {
    return Duration.ofNanos(nowNanos - startNanos);
  }

  /** What the caller gets when the call ended because of {@link #end}. */
  CallEndedException ending(HookOutput output, OutputTail daemonStderr) {
    if (end == End.TIMEOUT && timeout != null) {
      return new HookTimeoutException(
          "%s took longer than %s s and was killed".formatted(what, seconds(timeout)),
          timeout,
          output,
          daemonStderr);
    }
    return new HookCancelledException(what + " was cancelled", output, daemonStderr);
  }

  /** Who follows what the hook writes; {@code null}: nobody. */
  @Nullable LiveOutput live() {
    return live;
  }

  /** {@code get_requires_for_build_wheel in /tree}. */
  String what() {
    return what;
  }

  private static String seconds(Duration duration) {
    return BigDecimal.valueOf(duration.toMillis(), 3).stripTrailingZeros().toPlainString();
  }
}
