package dev.hookd.pool;

import dev.hookd.client.DaemonDiedException;
import dev.hookd.client.HookCancelledException;
import dev.hookd.client.HookOutput;
import dev.hookd.client.HookdException;
import dev.hookd.client.LaunchFailedException;
import dev.hookd.client.OutputTail;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The failures that the pool itself gives a call, each with what a person needs to know. */
final class Refusals {

  private Refusals() {}

  static PoolRejectedException rejected(String counts, DaemonGroup group) {
    return new PoolRejectedException(
        "the queue is full: %s%s".formatted(counts, lastStartFailure(group)),
        group.lastStartFailure);
  }

  static WaitTimeoutException waitedTooLong(
      String counts, DaemonGroup group, Duration waited, @Nullable DaemonDiedException death) {
    WaitTimeoutException failure =
        new WaitTimeoutException(
            "no daemon within %d ms: %s; %d calls wait for this key, %d daemons%s; key: %s"
                .formatted(
                    waited.toMillis(),
                    counts,
                    group.waiting.size(),
                    group.daemons.size(),
                    lastStartFailure(group),
                    group.keyText()),
            waited,
            group.lastStartFailure);
    return withDeath(failure, death);
  }

  static LaunchFailedException startsKeepFailing(
      DaemonGroup group, long now, @Nullable DaemonDiedException death) {
    LaunchFailedException last = group.lastStartFailure;
    LaunchFailedException failure =
        new LaunchFailedException(
            "%d starts in a row failed, the next one is tried in %d ms at the earliest%s; key: %s"
                .formatted(
                    group.backoff.startFailures(),
                    Math.max(0, (group.backoff.notBefore() - now) / 1_000_000),
                    lastStartFailure(group),
                    group.keyText()),
            last == null ? OutputTail.EMPTY : last.daemonStderr(),
            last == null ? null : last.hint().orElse(null),
            last);
    return withDeath(failure, death);
  }

  static HookCancelledException cancelledBeforeItRan() {
    return new HookCancelledException(
        "the call was cancelled before it was sent to a daemon",
        HookOutput.EMPTY,
        OutputTail.EMPTY);
  }

  static PoolClosedException closed(String message, @Nullable Throwable cause) {
    return new PoolClosedException(message, cause);
  }

  static PoolClosedException closedBeforeItRan() {
    return closed("the pool was closed before the call was sent to a daemon", null);
  }

  static LaunchFailedException diedBeforeItsFirstCall() {
    return new LaunchFailedException(
        "the daemon came up, and ended before it got its first call", OutputTail.EMPTY, null, null);
  }

  private static String lastStartFailure(DaemonGroup group) {
    LaunchFailedException last = group.lastStartFailure;
    return last == null ? "" : "; the last start failed: " + last.getMessage();
  }

  /** A call that runs again and then fails otherwise shows the first death as well. */
  private static <E extends HookdException> E withDeath(
      E failure, @Nullable DaemonDiedException death) {
    if (death != null) {
      failure.addSuppressed(death);
    }
    return failure;
  }
}
