package dev.hookd.frontend.source;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.jspecify.annotations.Nullable;

/** Reads one archive from its first byte to its last, whatever becomes of what is in it. */
final class SdistReader {

  private static final int BUFFER_BYTES = 64 << 10;

  private final Path archive;
  private final ArchiveLimits limits;
  private final ArchiveProblems problems;

  SdistReader(Path archive, ArchiveLimits limits) {
    this.archive = archive;
    this.limits = limits;
    this.problems = new ArchiveProblems(archive);
  }

  ArchiveProblems problems() {
    return problems;
  }

  /**
   * Hands every entry to the sink.
   *
   * @param digest is given all bytes of the file, where it is wanted
   * @return the name of the archive's one top-level directory
   */
  String readInto(EntrySink sink, @Nullable MessageDigest digest) {
    checkIsFile();
    // One descriptor for all of it: the file's name may mean another file at any time.
    try (SeekableByteChannel file = Files.newByteChannel(archive)) {
      ArchiveFormat format = ArchiveFormat.of(file, problems);
      ArchiveBudget budget = new ArchiveBudget(limits, file.size(), problems);
      EntryChecks checks = new EntryChecks(sink, budget, problems);
      if (format == ArchiveFormat.ZIP) {
        if (digest != null) {
          digestAll(file, digest);
        }
        new ZipUnpacker(checks, budget, problems).unpack(file);
      } else {
        unpackTar(file, format, new TarUnpacker(checks, budget, problems), digest);
      }
      return checks.finish();
    } catch (NoSuchFileException e) {
      throw problems.archive("does not exist", null, e);
    } catch (ClosedByInterruptException e) {
      throw problems.damaged(e);
    } catch (IOException e) {
      throw problems.archive("cannot be read: " + e, null, e);
    }
  }

  private void checkIsFile() {
    if (Files.isDirectory(archive)) {
      throw problems.archive("is a directory; expected an sdist");
    }
    if (Files.exists(archive) && !Files.isRegularFile(archive)) {
      throw problems.archive("is not a regular file; expected an sdist");
    }
  }

  private void unpackTar(
      SeekableByteChannel file,
      ArchiveFormat format,
      TarUnpacker unpacker,
      @Nullable MessageDigest digest)
      throws IOException {
    file.position(0);
    InputStream bytes = Channels.newInputStream(file);
    if (digest != null) {
      bytes = new DigestInputStream(bytes, digest);
    }
    bytes = new BufferedInputStream(bytes, BUFFER_BYTES);
    try (InputStream decompressed = decompress(bytes, format)) {
      unpacker.unpack(new BufferedInputStream(decompressed, BUFFER_BYTES));
      if (digest != null) {
        bytes.transferTo(OutputStream.nullOutputStream()); // what the decompressor did not look at
      }
    } catch (IOException e) {
      throw problems.damaged(e);
    }
  }

  /** Each reads members that are strung together, as Python's modules do. */
  private InputStream decompress(InputStream in, ArchiveFormat format) throws IOException {
    return switch (format) {
      case TAR_GZ -> new GzipMembers(in);
      case TAR_BZ2 -> new BZip2CompressorInputStream(in, true);
      case TAR_XZ -> new XzDecoder(in, limits.maxDecoderBytes(), problems);
      case ZIP -> throw new IllegalStateException("a zip file is read by its directory");
    };
  }

  @SuppressWarnings("resource") // would close the channel
  private static void digestAll(SeekableByteChannel file, MessageDigest digest) throws IOException {
    file.position(0);
    new DigestInputStream(Channels.newInputStream(file), digest)
        .transferTo(OutputStream.nullOutputStream());
  }
}
