package dev.hookd.client;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** The first 4 KiB that a daemon said since it was last ready. Thread-safe. */
final class CarriedOutput {

  private static final int KEPT_BYTES = 4096;

  private final ByteArrayOutputStream kept = new ByteArrayOutputStream(256);

  synchronized void append(byte[] bytes, int length) {
    kept.write(bytes, 0, Math.min(length, KEPT_BYTES - kept.size()));
  }

  synchronized void clear() {
    kept.reset();
  }

  synchronized String text() {
    return kept.toString(StandardCharsets.UTF_8);
  }
}
