package dev.hookd.client;

import dev.hookd.protocol.HookError;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Completes calls: with a result, or with the one exception that says why there is none. */
final class CallOutcome {

  private final DaemonChannel channel;

  CallOutcome(DaemonChannel channel) {
    this.channel = channel;
  }

  /**
   * The daemon has answered. An answer that came before the daemon took notice of a cancel is one
   * like any other.
   */
  void answered(PendingCall call, Exchange exchange, HookOutput output, DaemonInfo info) {
    Optional<HookError> error = exchange.error();
    if (error.isEmpty()) {
      call.done()
          .complete(
              new HookResult(
                  exchange.value().orElseThrow(),
                  output,
                  exchange.warnings(),
                  exchange.usage(),
                  info,
                  call.elapsed(System.nanoTime())));
    } else if (error.get().cancelled() && call.isEnding()) {
      call.done().completeExceptionally(call.ending(output, channel.stderrTail()));
    } else {
      CallReport report =
          new CallReport(error.get(), output, exchange.warnings(), exchange.usage(), info);
      call.done().completeExceptionally(report.toException());
    }
  }

  /**
   * The daemon ended without an answer: because the call was being ended, which comes first, or
   * because it broke the protocol, or by itself.
   *
   * @param fatal what {@code FATAL} said
   */
  void ended(
      PendingCall call, DaemonChannel.Ending ending, @Nullable String fatal, HookOutput output) {
    OutputTail stderr = channel.stderrTail();
    CallEndedException failure;
    if (call.isEnding()) {
      failure = call.ending(output, stderr);
    } else if (ending.violation() != null) {
      failure =
          new ProtocolViolationException(
              "the daemon broke the protocol during %s: %s"
                  .formatted(call.what(), ending.violation().getMessage()),
              channel.carried(),
              output,
              stderr,
              ending.violation());
    } else {
      failure =
          new DaemonDiedException(
              "the daemon ended during %s (%s)%s"
                  .formatted(
                      call.what(),
                      LaunchFailure.status(ending.exitStatus()),
                      fatal == null ? "" : ": " + fatal),
              ending.exitStatus(),
              fatal,
              output,
              stderr,
              ending.failure());
    }
    call.done().completeExceptionally(failure);
  }
}
