package dev.hookd.protocol;

import java.time.Duration;

/**
 * What a hook's process used, as {@code wait4} says, and what it found ready.
 *
 * @param maxRssBytes the largest resident set, in bytes
 * @param isolation how the process was really made: {@link Isolation#FRESH} also where the daemon
 *     could not fork safely
 * @param preloaded how many modules that the daemon had imported ahead the hook made use of; 0 from
 *     a daemon that does not say
 * @param saved how long importing these took when they were imported ahead; zero from a daemon that
 *     does not say
 */
public record HookUsage(
    Duration wall,
    Duration user,
    Duration system,
    long maxRssBytes,
    Isolation isolation,
    int preloaded,
    Duration saved) {

  /** Of a hook that made use of no module imported ahead. */
  public HookUsage(
      Duration wall, Duration user, Duration system, long maxRssBytes, Isolation isolation) {
    this(wall, user, system, maxRssBytes, isolation, 0, Duration.ZERO);
  }
}
