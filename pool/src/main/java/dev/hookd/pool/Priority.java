package dev.hookd.pool;

/**
 * Which waiting call goes first. Strict: a call of a lower priority is served when none of a higher
 * one, that a daemon could serve, waits.
 */
public enum Priority {
  HIGH,
  NORMAL,
  LOW
}
