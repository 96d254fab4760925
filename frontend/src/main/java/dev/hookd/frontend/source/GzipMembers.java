package dev.hookd.frontend.source;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipException;

/**
 * Decompresses gzip (RFC 1952): all members that are strung together, check sums verified. What
 * follows them and is not gzip is ignored.
 *
 * <p>Why not the JDK's: it calls itself for each empty member, so that 2 MB of them overflow the
 * stack. Why not commons-compress's: it holds a file's name and comment in memory, at any length.
 */
final class GzipMembers extends InputStream {

  private static final int BUFFER_BYTES = 64 << 10;
  private static final int MAGIC_1 = 0x1F;
  private static final int MAGIC_2 = 0x8B;
  private static final int HEADER_CHECK_SUM = 0x02;
  private static final int EXTRA = 0x04;
  private static final int NAME = 0x08;
  private static final int COMMENT = 0x10;
  private static final int RESERVED = 0xE0;

  private final InputStream in;
  private final Inflater inflater = new Inflater(true);
  private final CRC32 headerSum = new CRC32();
  private final CRC32 contentSum = new CRC32();
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int position;
  private int limit;
  private boolean first = true;
  private boolean inMember;
  private boolean ended;

  /**
   * @param in closed with this; need not be buffered
   */
  GzipMembers(InputStream in) {
    this.in = in;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (!ended) {
      if (!inMember && !startMember()) {
        ended = true;
        break;
      }
      int read = inflate(target, offset, length);
      if (read > 0) {
        contentSum.update(target, offset, read);
        return read;
      }
      if (inflater.finished()) {
        endMember();
      } else if (inflater.needsInput()) {
        if (position == limit && !fill()) {
          throw new EOFException("unexpected end of gzip data");
        }
        inflater.setInput(buffer, position, limit - position);
        position = limit;
      } else {
        throw new ZipException("a preset dictionary, which gzip does not have");
      }
    }
    return -1;
  }

  @Override
  public void close() throws IOException {
    ended = true;
    inflater.end();
    in.close();
  }

  private int inflate(byte[] target, int offset, int length) throws ZipException {
    try {
      return inflater.inflate(target, offset, length);
    } catch (DataFormatException e) {
      ZipException failure = new ZipException("invalid deflated data: " + e.getMessage());
      failure.initCause(e);
      throw failure;
    }
  }

  /** Reads a member's header; false where there is none, which the first member may not lack. */
  private boolean startMember() throws IOException {
    headerSum.reset();
    if (!first && (nextOrEnd() != MAGIC_1 || nextOrEnd() != MAGIC_2)) {
      return false;
    }
    if (first && (next() != MAGIC_1 || next() != MAGIC_2)) {
      throw new ZipException("not in gzip format");
    }
    first = false;
    if (next() != 8) {
      throw new ZipException("compressed by a method other than deflate");
    }
    int flags = next();
    if ((flags & RESERVED) != 0) {
      throw new ZipException("a gzip header with reserved flags");
    }
    skip(6); // time, extra flags, operating system
    if ((flags & EXTRA) != 0) {
      skip(next() | next() << 8);
    }
    if ((flags & NAME) != 0) {
      skipText();
    }
    if ((flags & COMMENT) != 0) {
      skipText();
    }
    if ((flags & HEADER_CHECK_SUM) != 0) {
      long expected = headerSum.getValue() & 0xFFFF;
      if ((next() | next() << 8) != expected) {
        throw new ZipException("a gzip header with a wrong check sum");
      }
    }
    inMember = true;
    return true;
  }

  private void endMember() throws IOException {
    position = limit - inflater.getRemaining();
    long sum = contentSum.getValue();
    long length = inflater.getBytesWritten() & 0xFFFF_FFFFL;
    if (nextWord() != sum) {
      throw new ZipException("wrong gzip check sum");
    }
    if (nextWord() != length) {
      throw new ZipException("wrong length at the end of gzip data");
    }
    inflater.reset();
    contentSum.reset();
    inMember = false;
  }

  private void skip(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      next();
    }
  }

  private void skipText() throws IOException {
    while (next() != 0) {
      // A name or a remark, which nobody wants.
    }
  }

  private long nextWord() throws IOException {
    long word = 0;
    for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
      word |= (long) next() << shift;
    }
    return word;
  }

  private int next() throws IOException {
    int next = nextOrEnd();
    if (next < 0) {
      throw new EOFException("unexpected end of gzip data");
    }
    return next;
  }

  private int nextOrEnd() throws IOException {
    if (position == limit && !fill()) {
      return -1;
    }
    int next = buffer[position++] & 0xFF;
    headerSum.update(next);
    return next;
  }

  private boolean fill() throws IOException {
    position = 0;
    limit = Math.max(0, in.read(buffer, 0, buffer.length));
    return limit > 0;
  }
}
