package dev.hookd.frontend.index;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.GZIPInputStream;

/** Keeps an answer in memory, up to a limit. */
final class MemorySink implements BodySink {

  private final ByteArrayOutputStream content = new ByteArrayOutputStream();
  private final long limit;

  /**
   * @param limit in bytes, before and after decompression
   */
  MemorySink(long limit) {
    this.limit = limit;
  }

  @Override
  public void accept(ByteBuffer bytes) throws IOException {
    if (content.size() + (long) bytes.remaining() > limit) {
      throw new BodyTooLargeException(limit);
    }
    byte[] chunk = new byte[bytes.remaining()];
    bytes.get(chunk);
    content.writeBytes(chunk);
  }

  /**
   * What came, decompressed where the answer says that it is compressed.
   *
   * @throws IOException when it cannot be decompressed
   */
  byte[] content(String encoding) throws IOException {
    byte[] raw = content.toByteArray();
    switch (encoding) {
      case "", "identity" -> {
        return raw;
      }
      case "gzip", "x-gzip" -> {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(raw))) {
          byte[] plain = in.readNBytes((int) limit + 1);
          if (plain.length > limit) {
            throw new BodyTooLargeException(limit);
          }
          return plain;
        }
      }
      default -> throw new IOException("its encoding '" + encoding + "' was not asked for");
    }
  }
}
