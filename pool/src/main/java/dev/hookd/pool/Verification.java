package dev.hookd.pool;

import java.util.List;
import java.util.Locale;

/**
 * How it went to run a call warm and fresh, side by side, before the call itself.
 *
 * @param outcome what it came to
 * @param detail for a person, in bounded length: both answers where they differ, the reason where
 *     there is none to compare; empty for {@link Outcome#EQUAL}
 * @param differences what differs: for {@link Outcome#DIFFERENT} that which is not the backend's
 *     own randomness; empty for any other outcome than that one and {@link Outcome#RANDOM}
 */
public record Verification(Outcome outcome, String detail, List<Difference> differences) {

  /** What a verification came to. */
  public enum Outcome {
    /** Warm and fresh are the same. */
    EQUAL,
    /** The warm answer is not what a fresh process says: its backend is sent to fresh ones. */
    DIFFERENT,
    /** Fresh processes differ from each other in the same places: the backend is not repeatable. */
    RANDOM,
    /** Nothing was compared, because it could not be, or was not wanted any more. */
    SKIPPED,
    /** The verification itself failed; that is nothing to the call. */
    FAILED;

    /** The name in lower case, as in metrics. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * One place where two runs differ.
   *
   * @param subject what differs, for example {@code answer} or {@code source tree: setup.cfg}
   * @param warm how it is after the warm run, in bounded length
   * @param fresh how it is after the fresh one
   */
  public record Difference(String subject, String warm, String fresh) {

    @Override
    public String toString() {
      return subject + ": warm " + warm + ", fresh " + fresh;
    }
  }

  static final Verification EQUAL = new Verification(Outcome.EQUAL, "", List.of());

  public Verification {
    differences = List.copyOf(differences);
  }

  static Verification skipped(String reason) {
    return new Verification(Outcome.SKIPPED, reason, List.of());
  }

  static Verification failed(String reason) {
    return new Verification(Outcome.FAILED, reason, List.of());
  }
}
