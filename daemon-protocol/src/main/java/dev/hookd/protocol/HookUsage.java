package dev.hookd.protocol;

import java.time.Duration;

/**
 * What a hook's process used, as {@code wait4} says.
 *
 * @param maxRssBytes the largest resident set, in bytes
 * @param isolation how the process was really made: {@link Isolation#FRESH} also where the daemon
 *     could not fork safely
 */
public record HookUsage(
    Duration wall, Duration user, Duration system, long maxRssBytes, Isolation isolation) {}
