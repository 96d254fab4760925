package dev.hookd.frontend.source;

import dev.hookd.client.HookdException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.attribute.FileTime;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.jspecify.annotations.Nullable;

/**
 * Reads the entries of a tar stream into a {@link EntryChecks}: ustar, pax and GNU long names; what
 * PEP 706's data filter refuses is refused.
 */
final class TarUnpacker {

  /** Names, link names and pax records of one entry; the reader holds them in memory. */
  private static final long MAX_HEADER_BYTES = 1 << 20;

  private static final int DEFAULT_MODE = 0644;

  private final EntryChecks checks;
  private final ArchiveBudget budget;
  private final ArchiveProblems problems;

  TarUnpacker(EntryChecks checks, ArchiveBudget budget, ArchiveProblems problems) {
    this.checks = checks;
    this.budget = budget;
    this.problems = problems;
  }

  /**
   * Reads the stream to its very end, so that a check sum that follows the last entry is verified,
   * too.
   *
   * @param decompressed not closed here
   */
  void unpack(InputStream decompressed) {
    ArchiveBudget.Metered metered = budget.metered(decompressed);
    @SuppressWarnings("resource") // would close what the caller closes
    TarReader tar = new TarReader(metered);
    boolean any = false;
    while (true) {
      metered.allow(MAX_HEADER_BYTES);
      TarArchiveEntry entry = next(tar);
      if (entry == null) {
        break;
      }
      any = true;
      metered.allow(Long.MAX_VALUE);
      unpack(entry, tar);
    }
    metered.allow(Long.MAX_VALUE);
    if (!any) {
      throw problems.archive("is not a tar archive inside, or an empty one");
    }
    drain(metered);
  }

  private void unpack(TarArchiveEntry entry, TarReader tar) {
    String name = entry.getName();
    if (!entry.isCheckSumOK()) {
      throw problems.entry(
          name, "has a header with a wrong check sum", "Fetch the file again.", null);
    }
    if (tar.hasUndecodableName(entry)) {
      throw problems.entry(name, "has a name that is not UTF-8 (shown as ?)");
    }
    if (entry.isSparse() || hasSparseHeader(entry)) {
      throw problems.entry(name, "is a sparse file; an sdist holds plain ones");
    }
    FileTime modified = EntryAttributes.modified(entry.getLastModifiedTime());
    switch (entry.getLinkFlag()) {
      case TarConstants.LF_DIR -> {
        requireNoContent(entry);
        checks.directory(name, modified);
      }
      case TarConstants.LF_NORMAL, TarConstants.LF_OLDNORM, TarConstants.LF_CONTIG -> {
        if (entry.isDirectory()) { // before ustar, a slash at the end made it one
          requireNoContent(entry);
          checks.directory(name, modified);
        } else {
          int mode = entry.getMode() < 0 ? DEFAULT_MODE : entry.getMode();
          checks.file(name, tar, entry.getSize(), EntryAttributes.permissions(mode), modified);
        }
      }
      case TarConstants.LF_SYMLINK -> {
        requireNoContent(entry);
        checks.symbolicLink(name, entry.getLinkName());
      }
      case TarConstants.LF_LINK -> {
        requireNoContent(entry);
        checks.hardLink(name, entry.getLinkName());
      }
      case TarConstants.LF_CHR, TarConstants.LF_BLK ->
          throw problems.entry(name, "is a device; an sdist holds files, directories and links");
      case TarConstants.LF_FIFO ->
          throw problems.entry(name, "is a FIFO; an sdist holds files, directories and links");
      default ->
          throw problems.entry(
              name,
              "is of the unknown type "
                  + Quoted.of(String.valueOf((char) (entry.getLinkFlag() & 0xFF)))
                  + "; an sdist holds files, directories and links");
    }
  }

  /** Also where the reader, for want of the other keys, does not take it for one. */
  private static boolean hasSparseHeader(TarArchiveEntry entry) {
    return entry.getExtraPaxHeaders().keySet().stream()
        .anyMatch(key -> key.startsWith("GNU.sparse."));
  }

  /** Readers differ in whether content follows such an entry, so it could hide others. */
  private void requireNoContent(TarArchiveEntry entry) {
    if (entry.getSize() != 0) {
      throw problems.entry(
          entry.getName(), "is a directory or link, and yet has " + entry.getSize() + " bytes");
    }
  }

  private @Nullable TarArchiveEntry next(TarReader tar) {
    try {
      return tar.nextEntry();
    } catch (IOException e) {
      throw problems.damaged(e);
    } catch (HookdException e) {
      throw e;
    } catch (RuntimeException e) {
      throw problems.damaged(e); // commons-compress: some damaged headers fail its own checks
    }
  }

  private void drain(InputStream in) {
    byte[] buffer = new byte[8 << 10];
    try {
      while (in.read(buffer) >= 0) {
        // Padding, or what nobody reads.
      }
    } catch (IOException e) {
      throw problems.damaged(e);
    }
  }
}
