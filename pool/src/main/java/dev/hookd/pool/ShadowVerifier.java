package dev.hookd.pool;

import dev.hookd.client.HookCancelledException;
import dev.hookd.client.HookFailedException;
import dev.hookd.client.HookdException;
import dev.hookd.client.UnsupportedRequestException;
import dev.hookd.pool.Verification.Difference;
import dev.hookd.pool.Verification.Outcome;
import dev.hookd.protocol.Isolation;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The verification of one call: runs it warm and fresh in a private copy of its tree, and compares.
 * The caller's tree is only read. Runs on one thread, which it blocks; {@link #cancel} comes from
 * any.
 *
 * <p>Two runs may differ without anybody lying: by a time, a random number, the order of a set
 * (which hangs on the interpreter's hash seed). So before a warm answer is called wrong, fresh
 * processes are asked again, the first one not before the clock has moved on: where they differ
 * from each other, their difference from the warm one proves nothing. Of a set of two strings every
 * other process has the same order; with five further runs the order is taken for a lie once in 32.
 */
final class ShadowVerifier {

  /** Runs a call of the verifier's own; its future completes without the callbacks' threads. */
  interface Runs {

    void submit(PendingCall shadow);

    void cancel(PendingCall shadow);
  }

  /**
   * @param scratch where copies are made; an existing directory
   * @param copies how much is copied at most
   * @param furtherRuns how often a difference is looked at again in a fresh process
   * @param clockStep how long the first of these waits: more than the unit of the times that
   *     backends write, which is a second mostly and two in wheels
   */
  record Settings(Path scratch, TreeCopy.Limits copies, int furtherRuns, Duration clockStep) {
    static Settings in(Path scratch) {
      return new Settings(scratch, TreeCopy.Limits.DEFAULT, 5, Duration.ofMillis(2100));
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger(ShadowVerifier.class);
  private static final int SHOWN_CHARACTERS = 1000;

  private final PendingCall call;
  private final Settings settings;
  private final Runs runs;
  private final CancelSignal cancel = new CancelSignal();
  private Duration spent = Duration.ZERO;
  private volatile @Nullable PendingCall running;

  ShadowVerifier(PendingCall call, Settings settings, Runs runs) {
    this.call = call;
    this.settings = settings;
    this.runs = runs;
  }

  /** Ends it soon. Idempotent. */
  void cancel() {
    cancel.raise();
    PendingCall shadow = running;
    if (shadow != null) {
      runs.cancel(shadow);
    }
  }

  /** Runs and compares; nothing of it is left on the disk then. */
  Verification verify() {
    return outcomeOf(
        () -> {
          Scratch scratch =
              Scratch.create(settings.scratch(), call.request, settings.copies(), cancel);
          try {
            return compare(scratch);
          } finally {
            delete(scratch);
          }
        });
  }

  /** What was found out counts, whether or not something is left behind. */
  private static void delete(Scratch scratch) {
    try {
      scratch.close();
    } catch (IOException e) {
      LOG.error("The private directory of a verification could not be deleted", e);
    }
  }

  private interface Work {
    Verification work() throws IOException, InterruptedException, NotVerifiedException;
  }

  private Verification outcomeOf(Work work) {
    try {
      return work.work();
    } catch (NotVerifiedException e) {
      return e.verification();
    } catch (IOException | RuntimeException e) {
      LOG.warn("A verification failed: {}", call.key, e);
      return Verification.failed(e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Verification.skipped("its thread was interrupted");
    }
  }

  private Verification compare(Scratch scratch)
      throws IOException, InterruptedException, NotVerifiedException {
    scratch.keepPristine();
    ShadowRecord warm = run(scratch, Isolation.FORK);
    if (warm.answer().wasFresh()) {
      throw NotVerifiedException.skipped("the daemon runs this call in a fresh process anyway");
    }
    ShadowRecord fresh = run(scratch, Isolation.FRESH);
    List<Difference> differences = ShadowComparison.of(warm, fresh, cancel);
    if (differences.isEmpty()) {
      return Verification.EQUAL;
    }
    List<Difference> unexplained = unexplained(differences, fresh, scratch);
    return unexplained.isEmpty()
        ? new Verification(Outcome.RANDOM, "fresh processes differ in the same places", differences)
        : new Verification(
            Outcome.DIFFERENT,
            "warm: %s; fresh: %s"
                .formatted(shown(warm.answer().text()), shown(fresh.answer().text())),
            unexplained);
  }

  /** Those of the differences that fresh processes do not show among themselves. */
  private List<Difference> unexplained(
      List<Difference> differences, ShadowRecord fresh, Scratch scratch)
      throws IOException, InterruptedException, NotVerifiedException {
    cancel.sleep(settings.clockStep());
    List<Difference> left = differences;
    for (int i = 0; i < settings.furtherRuns() && !left.isEmpty(); i++) {
      ShadowRecord again;
      try {
        again = run(scratch, Isolation.FRESH);
      } catch (NotVerifiedException e) {
        cancel.check();
        LOG.info("A difference could not be looked at again: {}", e.getMessage());
        return left; // to distrust a backend that is only random costs time, and no answer
      }
      Set<String> random =
          ShadowComparison.of(again, fresh, cancel).stream()
              .map(Difference::subject)
              .collect(Collectors.toSet());
      left = left.stream().filter(difference -> !random.contains(difference.subject())).toList();
    }
    return left;
  }

  private ShadowRecord run(Scratch scratch, Isolation isolation)
      throws IOException, InterruptedException, NotVerifiedException {
    scratch.restore();
    PendingCall shadow =
        call.shadow(scratch.request(isolation), call.options.withTimeout(timeLeft()));
    running = shadow;
    runs.submit(shadow);
    if (cancel.isRaised()) {
      runs.cancel(shadow); // a cancel() that came before it could not reach the shadow
    }
    ShadowAnswer answer = answer(shadow);
    running = null;
    Duration ran = shadow.ran;
    spent = ran == null ? spent : spent.plus(ran);
    return ShadowRecord.of(answer, scratch, cancel);
  }

  /** All runs together may take what the call may. */
  private @Nullable Duration timeLeft() throws NotVerifiedException {
    Duration timeout = call.options.timeout();
    if (timeout == null) {
      return null;
    }
    Duration left = timeout.minus(spent);
    if (left.isZero() || left.isNegative()) {
      throw NotVerifiedException.failed("the runs took longer than the call may take");
    }
    return left;
  }

  private ShadowAnswer answer(PendingCall shadow)
      throws InterruptedException, NotVerifiedException {
    try {
      return ShadowAnswer.of(shadow.future.get());
    } catch (InterruptedException e) {
      runs.cancel(shadow);
      throw e;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof HookFailedException failure) {
        return ShadowAnswer.of(failure);
      }
      throw refusal(e.getCause());
    }
  }

  private NotVerifiedException refusal(@Nullable Throwable failure) {
    if (failure instanceof HookCancelledException) {
      return cancel.asRefusal();
    } else if (failure instanceof PoolClosedException) {
      return NotVerifiedException.skipped("the pool closes");
    } else if (failure instanceof UnsupportedRequestException) {
      return NotVerifiedException.skipped(String.valueOf(failure.getMessage()));
    }
    String kind = failure instanceof HookdException known ? known.kind() : "Other";
    return NotVerifiedException.failed(
        "a run got no answer: %s: %s".formatted(kind, failure == null ? "" : failure.getMessage()));
  }

  private static String shown(String text) {
    return text.length() <= SHOWN_CHARACTERS ? text : text.substring(0, SHOWN_CHARACTERS) + "...";
  }
}
