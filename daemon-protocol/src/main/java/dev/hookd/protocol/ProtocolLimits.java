package dev.hookd.protocol;

/**
 * How long a line may be, in bytes without its line feed.
 *
 * @param maxPayloadLine for lines that carry a result, an error or a text: {@code OK}, {@code
 *     ERROR}, {@code FATAL}, {@code TRACEBACK}, {@code DEBUG}, {@code WARNING}
 * @param maxControlLine for every other line, whatever it says: a stranger that is no hookd daemon
 *     is noticed early
 */
public record ProtocolLimits(int maxPayloadLine, int maxControlLine) {

  /** 64 MiB and 64 KiB. */
  public static final ProtocolLimits DEFAULT = new ProtocolLimits(64 << 20, 64 << 10);

  public ProtocolLimits {
    if (maxControlLine < 16 || maxPayloadLine < maxControlLine) {
      throw new IllegalArgumentException(
          "line limits must be 16 <= control <= payload, got: %d and %d"
              .formatted(maxControlLine, maxPayloadLine));
    }
  }
}
