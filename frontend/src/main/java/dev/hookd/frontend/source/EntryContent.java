package dev.hookd.frontend.source;

import dev.hookd.client.HookdException;
import java.io.IOException;
import java.io.InputStream;

/**
 * The content of one entry, which must have exactly the bytes that were announced. Faults of the
 * archive come out unchecked, so that an {@link IOException} of whoever copies it is the disk's.
 */
final class EntryContent extends InputStream {

  private final InputStream in;
  private final EntryName name;
  private final long size;
  private final ArchiveProblems problems;
  private long left;

  EntryContent(InputStream in, EntryName name, long size, ArchiveProblems problems) {
    this.in = in;
    this.name = name;
    this.size = size;
    this.problems = problems;
    this.left = size;
  }

  @Override
  public int read() {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) {
    int read;
    try {
      read = in.read(buffer, offset, length);
    } catch (IOException e) {
      throw problems.damaged(e);
    } catch (HookdException e) {
      throw e;
    } catch (RuntimeException e) {
      throw problems.damaged(e); // commons-compress: some damaged archives fail its own checks
    }
    if (read < 0) {
      if (left > 0) {
        throw problems.entry(name.path(), "has " + (size - left) + " bytes; it announces " + size);
      }
      return read;
    }
    left -= read;
    if (left < 0) {
      throw problems.entry(name.path(), "has more than the " + size + " bytes it announces");
    }
    return read;
  }

  /** Reads what is left, so that its length and check sums are verified. */
  void drain(byte[] buffer) {
    while (read(buffer, 0, buffer.length) >= 0) {
      // Nobody wants it.
    }
  }
}
