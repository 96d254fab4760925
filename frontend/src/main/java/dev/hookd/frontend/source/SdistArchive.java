package dev.hookd.frontend.source;

import dev.hookd.frontend.InvalidProjectException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;

/**
 * Unpacks sdists: {@code .tar.gz}, {@code .zip} and {@code .tar.bz2}, told apart by content.
 *
 * <p>The archive is a stranger's. Entries follow the rules of "Source distribution archive
 * features" (PEP 721) and of PEP 706's data filter: nothing is placed or linked to outside the
 * tree, devices and FIFOs are refused, setuid, setgid, sticky bits and write permission of group
 * and others are cleared, owners are ignored; times are kept. {@link ArchiveLimits} bound what it
 * may unpack to. Either the whole archive is there, its check sums verified, or nothing is.
 */
public final class SdistArchive {

  private static final int BUFFER_BYTES = 64 << 10;

  private SdistArchive() {}

  /**
   * Unpacks an sdist into a new private directory (mode 0700). Closing the tree deletes it.
   *
   * @param parentOfPrivateDirectory an existing directory
   * @throws InvalidProjectException when the archive is damaged, breaks a rule or a limit, or holds
   *     no project; the private directory is gone by then
   * @throws UncheckedIOException when the disk fails: no such parent, no space left
   */
  public static SourceTree unpack(
      Path archive, Path parentOfPrivateDirectory, ArchiveLimits limits) {
    ArchiveProblems problems = new ArchiveProblems(archive);
    long size = size(archive, problems);
    ArchiveFormat format = ArchiveFormat.of(archive, problems);
    ArchiveBudget budget = new ArchiveBudget(limits, size, problems);
    PrivateDirectory directory = PrivateDirectory.create(parentOfPrivateDirectory, "sdist-");
    try {
      TreeWriter writer = new TreeWriter(directory.path(), budget, problems);
      if (format == ArchiveFormat.ZIP) {
        new ZipUnpacker(writer, budget, problems).unpack(archive);
      } else {
        unpackTar(archive, format, new TarUnpacker(writer, budget, problems), problems);
      }
      return SourceTree.ofUnpacked(
          writer.finish(), directory, archive + ": its top-level directory");
    } catch (Throwable failure) { // an OutOfMemoryError must not leave files behind, either
      try {
        directory.close();
      } catch (UncheckedIOException e) {
        failure.addSuppressed(e);
      }
      throw failure;
    }
  }

  private static void unpackTar(
      Path archive, ArchiveFormat format, TarUnpacker unpacker, ArchiveProblems problems) {
    try (InputStream file = new BufferedInputStream(Files.newInputStream(archive), BUFFER_BYTES);
        InputStream decompressed = decompress(file, format)) {
      unpacker.unpack(new BufferedInputStream(decompressed, BUFFER_BYTES));
    } catch (IOException e) {
      throw problems.damaged(e);
    }
  }

  private static InputStream decompress(InputStream in, ArchiveFormat format) throws IOException {
    // Both read members that are strung together, as Python's modules do.
    return format == ArchiveFormat.TAR_GZ
        ? new GZIPInputStream(in, BUFFER_BYTES)
        : new BZip2CompressorInputStream(in, true);
  }

  private static long size(Path archive, ArchiveProblems problems) {
    try {
      if (Files.isDirectory(archive)) {
        throw problems.archive("is a directory; expected an sdist");
      }
      if (Files.exists(archive) && !Files.isRegularFile(archive)) {
        throw problems.archive("is not a regular file; expected an sdist");
      }
      return Files.size(archive);
    } catch (NoSuchFileException e) {
      throw problems.archive("does not exist", null, e);
    } catch (IOException e) {
      throw problems.archive("cannot be read: " + e, null, e);
    }
  }
}
