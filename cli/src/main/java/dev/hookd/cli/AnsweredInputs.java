package dev.hookd.cli;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * A set of inputs, by the first 128 bits of their SHA-256: so that a million take 32 MB whatever
 * they look like, and nobody can make up two that are taken for one. Not thread-safe.
 */
final class AnsweredInputs {

  private final MessageDigest digest = Sha256.digest();

  /** Pairs, found by linear probing from the first; a pair of zeros is a free place. */
  private long[] table = new long[2 * 1024];

  private int size;

  /**
   * Adds an input.
   *
   * @return whether it was not there
   */
  boolean add(String text, @Nullable String python) {
    update(text);
    if (python != null) {
      update(python);
    }
    ByteBuffer hash = ByteBuffer.wrap(digest.digest());
    long first = hash.getLong();
    long second = hash.getLong() | 1; // never a pair of zeros
    int place = place(table, first, second);
    if (table[place + 1] != 0) {
      return false;
    }
    table[place] = first;
    table[place + 1] = second;
    if (++size > table.length / 2 * 3 / 4) {
      grow();
    }
    return true;
  }

  /** Where the pair is, or would be. */
  private static int place(long[] table, long first, long second) {
    int mask = table.length - 1;
    int place = (int) (first << 1) & mask;
    while (table[place + 1] != 0 && (table[place] != first || table[place + 1] != second)) {
      place = (place + 2) & mask;
    }
    return place;
  }

  private void grow() {
    long[] larger = new long[2 * table.length];
    for (int i = 0; i < table.length; i += 2) {
      if (table[i + 1] != 0) {
        int place = place(larger, table[i], table[i + 1]);
        larger[place] = table[i];
        larger[place + 1] = table[i + 1];
      }
    }
    table = larger;
  }

  /** As UTF-16, for an encoder would make all lone surrogates alike: {@link InputLine} has them. */
  private void update(String text) {
    ByteBuffer bytes = ByteBuffer.allocate(4 + 2 * text.length()).putInt(text.length());
    bytes.asCharBuffer().put(text);
    digest.update(bytes.array());
  }
}
