package dev.hookd.pool;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Hashes of contents. */
final class Sha256 {

  private static final int BUFFER = 64 << 10;

  private Sha256() {}

  /** The hash of all that is left in the stream, in hex; of a part of it once that is cancelled. */
  static String of(InputStream content, CancelSignal cancel) throws IOException {
    MessageDigest digest = digest();
    byte[] buffer = new byte[BUFFER];
    for (int read = content.read(buffer);
        read >= 0 && !cancel.isRaised();
        read = content.read(buffer)) {
      digest.update(buffer, 0, read);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
