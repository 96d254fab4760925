package dev.hookd.frontend.source;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;

/**
 * The channel of a zip file, which bounds what is read of it until {@link #opened}: the zip reader
 * holds the whole directory in memory, and does not believe how many entries it announces.
 */
final class ZipChannel implements SeekableByteChannel {

  /**
   * More than any entry takes: its own header, name, extra field and comment, and the local one.
   */
  private static final int READS_PER_ENTRY = 8;

  /** To search for the end of the directory, which a comment of 64 KiB may follow. */
  private static final int OTHER_READS = 70_000;

  /** On average; a name of 1 KiB is rare. */
  private static final long BYTES_PER_ENTRY = 320;

  private static final long OTHER_BYTES = 4 << 20;

  private final SeekableByteChannel file;
  private final ArchiveLimits limits;
  private final ArchiveProblems problems;
  private boolean open;
  private long reads;
  private long bytes;

  /**
   * @param file closed with this
   */
  ZipChannel(SeekableByteChannel file, ArchiveLimits limits, ArchiveProblems problems) {
    this.file = file;
    this.limits = limits;
    this.problems = problems;
  }

  /** From here on nothing is counted. */
  void opened() {
    open = true;
  }

  /** Reads exactly so many bytes from there. */
  byte[] readFully(long from, int count) throws IOException {
    ByteBuffer target = ByteBuffer.allocate(count);
    file.position(from);
    while (target.hasRemaining()) {
      if (file.read(target) < 0) {
        throw new EOFException();
      }
    }
    return target.array();
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    int read = file.read(target);
    if (!open) {
      reads++;
      bytes += Math.max(0, read);
      // Divided, because the limit may be as large as a long.
      if ((reads - OTHER_READS) / READS_PER_ENTRY > limits.maxEntries()) {
        throw problems.archive("has more than the " + limits.maxEntries() + " entries allowed");
      }
      if ((bytes - OTHER_BYTES) / BYTES_PER_ENTRY > limits.maxEntries()) {
        throw problems.archive(
            "has a directory of more than " + (bytes >> 20) + " MiB, too much for its entries");
      }
    }
    return read;
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    return file.write(source);
  }

  @Override
  public long position() throws IOException {
    return file.position();
  }

  @Override
  public SeekableByteChannel position(long position) throws IOException {
    file.position(position);
    return this;
  }

  @Override
  public long size() throws IOException {
    return file.size();
  }

  @Override
  public SeekableByteChannel truncate(long size) throws IOException {
    file.truncate(size);
    return this;
  }

  @Override
  public boolean isOpen() {
    return file.isOpen();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
