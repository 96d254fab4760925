package dev.hookd.client;

import java.nio.charset.StandardCharsets;

/**
 * The last part of what was written to an output.
 *
 * @param text decoded as UTF-8, a character cut at the front left out
 * @param totalBytes how much was written in all
 * @param truncated whether the front is missing
 */
public record OutputTail(String text, long totalBytes, boolean truncated) {

  public static final OutputTail EMPTY = new OutputTail("", 0, false);

  /** The text of the last bytes of an output; what is no UTF-8 is replaced. */
  static OutputTail decode(byte[] bytes, int length, long totalBytes) {
    boolean truncated = totalBytes > length;
    int start = 0;
    while (truncated && start < Math.min(3, length) && (bytes[start] & 0xC0) == 0x80) {
      start++;
    }
    String text = new String(bytes, start, length - start, StandardCharsets.UTF_8);
    return new OutputTail(text, totalBytes, truncated);
  }
}
