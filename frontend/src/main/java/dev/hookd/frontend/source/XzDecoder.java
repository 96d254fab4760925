package dev.hookd.frontend.source;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.tukaani.xz.MemoryLimitException;
import org.tukaani.xz.XZInputStream;

/** Decompresses xz with a bound on the memory, whose amount the archive chooses: up to 4 GiB. */
final class XzDecoder extends FilterInputStream {

  private final ArchiveProblems problems;

  XzDecoder(InputStream in, long maxBytes, ArchiveProblems problems) throws IOException {
    super(new XZInputStream(in, (int) Math.min(Integer.MAX_VALUE, Math.max(1, maxBytes >> 10))));
    this.problems = problems;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    try {
      return super.read(buffer, offset, length);
    } catch (MemoryLimitException e) {
      throw problems.archive(
          "needs "
              + e.getMemoryNeeded()
              + " KiB of memory to be decompressed; allowed are "
              + e.getMemoryLimit()
              + " KiB",
          null,
          e);
    }
  }
}
