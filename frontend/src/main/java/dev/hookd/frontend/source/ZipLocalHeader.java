package dev.hookd.frontend.source;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.jspecify.annotations.Nullable;

/**
 * The header right before an entry's content (APPNOTE, 4.3.7), which says once more what the zip
 * file's directory says. Readers of a stream go by it, so that an archive whose two differ has
 * other files for them.
 */
final class ZipLocalHeader {

  private static final int BYTES = 30;
  private static final int SIGNATURE = 0x04034B50;
  private static final int SIZES_FOLLOW_CONTENT = 1 << 3;
  private static final long IN_ZIP64_FIELD = 0xFFFF_FFFFL;

  private ZipLocalHeader() {}

  /** In what it differs from the directory, as the rest of a sentence; null when in nothing. */
  static @Nullable String problem(ZipArchiveEntry entry, ZipChannel file) throws IOException {
    long at = entry.getLocalHeaderOffset();
    ByteBuffer header = ByteBuffer.wrap(file.readFully(at, BYTES)).order(ByteOrder.LITTLE_ENDIAN);
    if (header.getInt(0) != SIGNATURE) {
      return "has another header";
    }
    byte[] name = file.readFully(at + BYTES, Short.toUnsignedInt(header.getShort(26)));
    if (!Arrays.equals(name, entry.getRawName())) {
      return "has another name in its own header";
    }
    if (Short.toUnsignedInt(header.getShort(8)) != entry.getMethod()) {
      return "has another method of compression in its own header";
    }
    if ((header.getShort(6) & SIZES_FOLLOW_CONTENT) != 0) {
      return null;
    }
    boolean same =
        Integer.toUnsignedLong(header.getInt(14)) == entry.getCrc()
            && isSize(header.getInt(18), entry.getCompressedSize())
            && isSize(header.getInt(22), entry.getSize());
    return same ? null : "has another size or check sum in its own header";
  }

  private static boolean isSize(int local, long size) {
    long value = Integer.toUnsignedLong(local);
    return value == size || value == IN_ZIP64_FIELD;
  }
}
