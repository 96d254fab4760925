package dev.hookd.frontend.source;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Counts what one archive unpacks to against its limits, before it is written. Not thread-safe: one
 * thread unpacks one archive.
 */
final class ArchiveBudget {

  private final ArchiveLimits limits;
  private final ArchiveProblems problems;
  private final long archiveBytes;
  private final long ratioBytes;
  private long bytes;
  private long entries;

  ArchiveBudget(ArchiveLimits limits, long archiveBytes, ArchiveProblems problems) {
    this.limits = limits;
    this.problems = problems;
    this.archiveBytes = archiveBytes;
    // Against the whole file, not the part read so far: the same bound, with no state, for streams
    // and for zip files whose entries share their compressed bytes.
    this.ratioBytes = Math.max(limits.ratioGraceBytes(), (long) (limits.maxRatio() * archiveBytes));
  }

  ArchiveLimits limits() {
    return limits;
  }

  /** Counts one file, directory or link. */
  void chargeEntry() {
    if (++entries > limits.maxEntries()) {
      throw problems.archive("has more than the " + limits.maxEntries() + " entries allowed");
    }
  }

  /** Counts bytes that came out of the decompressor. */
  void chargeBytes(long count) {
    bytes += count;
    if (bytes > limits.maxTotalBytes()) {
      throw problems.archive(
          "unpacks to more than the " + limits.maxTotalBytes() + " bytes allowed");
    }
    if (bytes > ratioBytes) {
      throw problems.archive(
          "unpacks to more than "
              + ratioBytes
              + " bytes, out of proportion to its "
              + archiveBytes
              + " bytes (allowed: "
              + limits.maxRatio()
              + " times)");
    }
  }

  /** Refuses a file whose size, as announced, is over the limit. */
  void checkEntryBytes(String name, long size) {
    if (size > limits.maxEntryBytes()) {
      throw problems.entry(
          name, "has " + size + " bytes; a file may have " + limits.maxEntryBytes());
    }
  }

  /** A stream whose bytes are charged as they are read. */
  Metered metered(InputStream in) {
    return new Metered(in);
  }

  /**
   * Charges every byte, skipped ones included, and can bound how many come before the next {@link
   * #allow}: the tar reader holds extended headers in memory at whatever size they claim.
   */
  final class Metered extends FilterInputStream {

    private long allowed = Long.MAX_VALUE;

    private Metered(InputStream in) {
      super(in);
    }

    void allow(long count) {
      allowed = count;
    }

    @Override
    public int read() throws IOException {
      int read = super.read();
      if (read >= 0) {
        charge(1);
      }
      return read;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int read = super.read(buffer, offset, length);
      if (read > 0) {
        charge(read);
      }
      return read;
    }

    @Override
    public long skip(long count) throws IOException {
      long skipped = super.skip(count);
      charge(skipped);
      return skipped;
    }

    private void charge(long count) {
      chargeBytes(count);
      allowed -= count;
      if (allowed < 0) {
        throw problems.archive("has a header of absurd length");
      }
    }
  }
}
