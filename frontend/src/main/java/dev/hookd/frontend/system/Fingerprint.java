package dev.hookd.frontend.system;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/**
 * A hash of named values. Every value goes in with its length, so that two different lists of
 * values are never the same bytes.
 */
public final class Fingerprint {

  /**
   * 128 bits: enough that nobody meets a collision, short enough for a shebang line (127 bytes on
   * some kernels) below a home directory.
   */
  private static final int HEX_DIGITS = 32;

  private final MessageDigest digest = sha256();

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  /** Adds a named text. */
  public Fingerprint add(String name, String value) {
    put(name.getBytes(StandardCharsets.UTF_8));
    put(value.getBytes(StandardCharsets.UTF_8));
    return this;
  }

  /** Adds named bytes. */
  public Fingerprint add(String name, byte[] value) {
    put(name.getBytes(StandardCharsets.UTF_8));
    put(value);
    return this;
  }

  /** In the order of the keys, whatever the map's own order is. */
  public Fingerprint add(String name, Map<String, String> values) {
    put(name.getBytes(StandardCharsets.UTF_8));
    new TreeMap<>(values).forEach(this::add);
    return add("end of " + name, "");
  }

  private void put(byte[] bytes) {
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
    digest.update(bytes);
  }

  /** The hash of what was added, as 32 hexadecimal digits; nothing can be added any more. */
  public String hex() {
    return HexFormat.of().formatHex(digest.digest()).substring(0, HEX_DIGITS);
  }
}
