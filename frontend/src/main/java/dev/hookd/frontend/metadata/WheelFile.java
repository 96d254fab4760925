package dev.hookd.frontend.metadata;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** A wheel on disk, as far as its metadata goes (binary distribution format, "File contents"). */
public final class WheelFile {

  /** Far above any real METADATA, and far below what hurts. */
  private static final int MAX_METADATA_BYTES = 64 << 20;

  private WheelFile() {}

  /**
   * The {@code METADATA} of a wheel.
   *
   * @throws IOException if it is not a wheel: no zip file, or not exactly one {@code
   *     *.dist-info/METADATA} at its top
   */
  public static byte[] readMetadata(Path wheel) throws IOException {
    try (ZipFile zip = new ZipFile(wheel.toFile())) {
      List<? extends ZipEntry> found =
          zip.stream().filter(entry -> isMetadata(entry.getName())).toList();
      if (found.size() != 1) {
        throw new IOException(
            "%s has %d *.dist-info/METADATA files at its top, a wheel has one"
                .formatted(wheel.getFileName(), found.size()));
      }
      try (InputStream in = zip.getInputStream(found.get(0))) {
        return readBounded(in);
      }
    }
  }

  /**
   * The whole of a {@code METADATA} file, whose size its author decides.
   *
   * @throws IOException if it is far larger than metadata are
   */
  static byte[] readBounded(InputStream file) throws IOException {
    byte[] bytes = file.readNBytes(MAX_METADATA_BYTES + 1);
    if (bytes.length > MAX_METADATA_BYTES) {
      throw new IOException("METADATA has more than " + MAX_METADATA_BYTES + " bytes");
    }
    return bytes;
  }

  private static boolean isMetadata(String name) {
    int slash = name.indexOf('/');
    int distribution = slash - ".dist-info".length();
    return distribution > 0
        && name.startsWith(".dist-info", distribution)
        && name.substring(slash + 1).equals("METADATA");
  }
}
