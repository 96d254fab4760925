package dev.hookd.protocol;

/** Which of the two dialects a daemon and its client speak; see {@code docs/protocol.md}. */
public enum Dialect {
  /** The hookd line protocol as specified: one line for each {@code EXPECT}. */
  CLASSIC,
  /** What a daemon speaks after it answered {@code hello}: JSON payloads, one write a call. */
  EXTENDED
}
