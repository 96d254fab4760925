package dev.hookd.frontend.source;

import dev.hookd.client.HookdException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.attribute.FileTime;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import org.apache.commons.compress.archivers.zip.UnixStat;
import org.apache.commons.compress.archivers.zip.X5455_ExtendedTimestamp;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/** Reads the entries of a zip file, in the order of its directory, into a {@link EntryChecks}. */
final class ZipUnpacker {

  private static final int EXECUTABLE = 0755;
  private static final int NOT_EXECUTABLE = 0644;

  private final EntryChecks checks;
  private final ArchiveBudget budget;
  private final ArchiveProblems problems;

  ZipUnpacker(EntryChecks checks, ArchiveBudget budget, ArchiveProblems problems) {
    this.checks = checks;
    this.budget = budget;
    this.problems = problems;
  }

  /**
   * @param archive closed by this
   */
  void unpack(SeekableByteChannel archive) {
    ZipChannel file = new ZipChannel(archive, budget.limits(), problems);
    try (ZipFile zip = open(file)) {
      file.opened();
      for (ZipArchiveEntry entry : Collections.list(zip.getEntries())) {
        checkLocalHeader(entry, file);
        unpack(zip, entry);
      }
    } catch (IOException e) { // of close()
      throw problems.damaged(e);
    }
  }

  private ZipFile open(ZipChannel archive) {
    try {
      return ZipFile.builder().setSeekableByteChannel(archive).setCharset(legacyCharset()).get();
    } catch (IOException e) {
      throw problems.damaged(e);
    } catch (HookdException e) {
      throw e;
    } catch (RuntimeException e) {
      throw problems.damaged(e); // commons-compress: some damaged directories fail its own checks
    }
  }

  private void checkLocalHeader(ZipArchiveEntry entry, ZipChannel file) {
    String problem;
    try {
      problem = ZipLocalHeader.problem(entry, file);
    } catch (IOException | IllegalArgumentException e) { // a place before or behind the file
      throw problems.damaged(e);
    }
    if (problem != null) {
      throw problems.entry(entry.getName(), problem + " than in the directory of the zip file");
    }
  }

  /**
   * The encoding of names without the UTF-8 flag (APPNOTE, appendix D), as Python's zipfile has it.
   */
  private static Charset legacyCharset() {
    return Charset.isSupported("IBM437") ? Charset.forName("IBM437") : StandardCharsets.UTF_8;
  }

  private void unpack(ZipFile zip, ZipArchiveEntry entry) {
    String name = entry.getName();
    if (entry.getGeneralPurposeBit().usesUTF8ForNames() && !Utf8.isValid(entry.getRawName())) {
      throw problems.entry(name, "has a name that is not UTF-8, which it is said to be");
    }
    FileTime modified = EntryAttributes.modified(modified(entry));
    int type = entry.getUnixMode() & UnixStat.FILE_TYPE_FLAG;
    if (entry.isDirectory()) {
      checks.directory(name, modified);
    } else if (type == UnixStat.LINK_FLAG) {
      checks.symbolicLink(name, readLink(zip, entry));
    } else if (type == 0 || type == UnixStat.FILE_FLAG) {
      boolean executable = (entry.getUnixMode() & 0111) != 0; // pip's rule for zip files
      CRC32 crc = new CRC32();
      try (InputStream in = content(zip, entry)) {
        checks.file(
            name,
            new CheckedInputStream(in, crc),
            entry.getSize(),
            EntryAttributes.permissions(executable ? EXECUTABLE : NOT_EXECUTABLE),
            modified);
      } catch (IOException e) { // of close()
        throw problems.damaged(e);
      }
      checkCrc(entry, crc);
    } else {
      throw problems.entry(
          name, "is a device, FIFO or socket; an sdist holds files, directories and links");
    }
  }

  private InputStream content(ZipFile zip, ZipArchiveEntry entry) {
    if (entry.getGeneralPurposeBit().usesEncryption()) {
      throw problems.entry(entry.getName(), "is encrypted");
    }
    if (!zip.canReadEntryData(entry)) {
      throw problems.entry(
          entry.getName(),
          "is compressed by method " + entry.getMethod() + "; expected stored or deflated");
    }
    try {
      InputStream in = zip.getInputStream(entry);
      if (in == null) {
        throw problems.entry(entry.getName(), "has no content in this file");
      }
      return budget.metered(in);
    } catch (IOException e) {
      throw problems.damaged(e);
    } catch (HookdException e) {
      throw e;
    } catch (RuntimeException e) {
      throw problems.damaged(e);
    }
  }

  private String readLink(ZipFile zip, ZipArchiveEntry entry) {
    int limit = budget.limits().maxPathBytes();
    CRC32 crc = new CRC32();
    byte[] target;
    try (InputStream in = new CheckedInputStream(content(zip, entry), crc)) {
      target = in.readNBytes(limit + 1);
    } catch (IOException e) {
      throw problems.damaged(e);
    }
    if (target.length > limit) {
      throw problems.entry(
          entry.getName(), "is a symbolic link to a path of more than " + limit + " bytes");
    }
    checkCrc(entry, crc);
    return new String(target, StandardCharsets.UTF_8);
  }

  private void checkCrc(ZipArchiveEntry entry, CRC32 crc) {
    if (crc.getValue() != entry.getCrc()) {
      throw problems.entry(
          entry.getName(), "is damaged: its check sum is wrong", "Fetch the file again.", null);
    }
  }

  /** The extended time stamp where there is one; else the DOS time, which knows no zone, as UTC. */
  private static @Nullable FileTime modified(ZipArchiveEntry entry) {
    if (entry.getExtraField(X5455_ExtendedTimestamp.HEADER_ID) != null) {
      return entry.getLastModifiedTime();
    }
    return FileTime.from(entry.getTimeLocal().toInstant(ZoneOffset.UTC));
  }
}
