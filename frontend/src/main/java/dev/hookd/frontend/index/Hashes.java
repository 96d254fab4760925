package dev.hookd.frontend.index;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which hashes are checked: the strongest of those that stand there. MD5 and SHA-1 find accidents
 * only, so they count last and are warned about.
 */
final class Hashes {

  /** By their names in the Simple API, which are Python's. */
  private static final Map<String, String> ALGORITHMS =
      Map.of(
          "sha256", "SHA-256",
          "sha512", "SHA-512",
          "sha384", "SHA-384",
          "sha224", "SHA-224",
          "sha1", "SHA-1",
          "md5", "MD5");

  /** Best first: files are kept by their SHA-256. */
  private static final List<String> ORDER =
      List.of("sha256", "sha512", "sha384", "sha224", "sha1", "md5");

  /** The hash to check. */
  record Expected(String algorithm, String hex) {
    boolean isWeak() {
      return algorithm.equals("md5") || algorithm.equals("sha1");
    }

    @Override
    public String toString() {
      return algorithm + "=" + hex;
    }
  }

  private Hashes() {}

  static boolean isKnown(String algorithm) {
    return ALGORITHMS.containsKey(algorithm);
  }

  /** The strongest of these; empty where none is known. */
  static Optional<Expected> best(Map<String, String> hashes) {
    return ORDER.stream()
        .filter(hashes::containsKey)
        .findFirst()
        .map(algorithm -> new Expected(algorithm, hashes.getOrDefault(algorithm, "")));
  }

  static MessageDigest digest(String algorithm) {
    try {
      return MessageDigest.getInstance(ALGORITHMS.getOrDefault(algorithm, algorithm));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has " + algorithm, e);
    }
  }

  static String hex(byte[] digest) {
    return HexFormat.of().formatHex(digest);
  }
}
