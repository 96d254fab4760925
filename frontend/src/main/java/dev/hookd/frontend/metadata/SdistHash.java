package dev.hookd.frontend.metadata;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What an sdist is known by: the hash of its bytes, and by what one sees that it has not been
 * replaced since.
 *
 * @param sha256 in hexadecimal
 */
record SdistHash(String sha256, String state) {

  private static final int BUFFER_BYTES = 256 << 10;

  /**
   * Reads the whole file.
   *
   * @throws UncheckedIOException when it cannot be read
   */
  static SdistHash of(Path file) {
    try {
      String before = stateOf(file);
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] buffer = new byte[BUFFER_BYTES];
      try (InputStream in = Files.newInputStream(file)) {
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
          digest.update(buffer, 0, read);
        }
      }
      return new SdistHash(HexFormat.of().formatHex(digest.digest()), before);
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be read", e);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  /**
   * Whether the file is still the one that was hashed, as far as can be seen without reading it.
   */
  boolean isStillOf(Path file) {
    try {
      return stateOf(file).equals(state);
    } catch (IOException e) {
      return false;
    }
  }

  /** Changes when the file is written to or replaced. */
  static String stateOf(Path file) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
    return attributes.size() + " " + attributes.lastModifiedTime() + " " + attributes.fileKey();
  }
}
