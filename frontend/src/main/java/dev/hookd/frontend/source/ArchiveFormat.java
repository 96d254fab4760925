package dev.hookd.frontend.source;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What a file is by its first bytes, whatever its name says. */
enum ArchiveFormat {
  TAR_GZ,
  TAR_BZ2,
  TAR_XZ,
  ZIP;

  private static final int TAR_MAGIC_AT = 257;
  private static final int HEAD_BYTES = TAR_MAGIC_AT + 5;
  private static final int SHOWN_BYTES = 16;
  private static final String HINT =
      "An sdist is a .tar.gz (PEP 517, \"Source distributions\"); .zip, .tar.bz2 and .tar.xz are read as well.";

  /**
   * @param archive at its beginning; left behind it
   */
  @SuppressWarnings("resource") // would close what the caller closes
  static ArchiveFormat of(ReadableByteChannel archive, ArchiveProblems problems)
      throws IOException {
    byte[] head = Channels.newInputStream(archive).readNBytes(HEAD_BYTES);
    if (startsWith(head, 0, 0x1F, 0x8B)) {
      return TAR_GZ;
    }
    if (startsWith(head, 0, 'P', 'K', 3, 4) || startsWith(head, 0, 'P', 'K', 5, 6)) {
      return ZIP;
    }
    if (startsWith(head, 0, 'B', 'Z', 'h')) {
      return TAR_BZ2;
    }
    if (startsWith(head, 0, 0xFD, '7', 'z', 'X', 'Z', 0)) {
      return TAR_XZ;
    }
    throw problems.archive(describe(head), HINT, null);
  }

  private static String describe(byte[] head) {
    if (head.length == 0) {
      return "is empty";
    }
    if (startsWith(head, 0, 0x28, 0xB5, 0x2F, 0xFD)) {
      return "is compressed with zstd, which is not supported";
    }
    if (startsWith(head, TAR_MAGIC_AT, 'u', 's', 't', 'a', 'r')) {
      return "is a tar archive without compression, which is not supported";
    }
    byte[] shown = Arrays.copyOf(head, Math.min(head.length, SHOWN_BYTES));
    return "is not an archive: it begins with "
        + Quoted.of(new String(shown, StandardCharsets.ISO_8859_1));
  }

  private static boolean startsWith(byte[] bytes, int at, int... magic) {
    if (bytes.length < at + magic.length) {
      return false;
    }
    for (int i = 0; i < magic.length; i++) {
      if ((bytes[at + i] & 0xFF) != magic[i]) {
        return false;
      }
    }
    return true;
  }
}
