package dev.hookd.frontend;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/**
 * How long it counts what requirements were resolved to. Immutable.
 *
 * @param days for how many days in UTC, that of the resolution included; {@link Integer#MAX_VALUE}
 *     is for good
 * @param notBefore a resolution that was made before this moment never counts
 */
public record Freshness(int days, Instant notBefore) {

  /** On the day of the resolution, so that a new release of a backend is used the next day. */
  public static final Freshness DEFAULT = days(1);

  /** Once resolved, resolved for good. */
  public static final Freshness FOREVER = days(Integer.MAX_VALUE);

  /**
   * @throws IllegalArgumentException if there is not one day at least
   */
  public Freshness {
    if (days < 1) {
      throw new IllegalArgumentException("freshness must be at least one day, got: " + days);
    }
  }

  /** So many days, that of the resolution included. */
  public static Freshness days(int days) {
    return new Freshness(days, Instant.MIN);
  }

  /** The same, but what was resolved before that moment is resolved once again. */
  public Freshness after(Instant moment) {
    return new Freshness(days, moment);
  }

  /** Whether what was resolved then still counts now. */
  public boolean fresh(Instant resolved, Instant now) {
    if (resolved.isBefore(notBefore)) {
      return false;
    }
    // A day that is still to come is a clock that was wrong.
    long age =
        ChronoUnit.DAYS.between(
            resolved.atZone(ZoneOffset.UTC).toLocalDate(),
            now.atZone(ZoneOffset.UTC).toLocalDate());
    return days == Integer.MAX_VALUE || (age >= 0 && age < days);
  }
}
