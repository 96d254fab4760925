package dev.hookd.frontend.source;

import java.io.InputStream;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of an archive's entries once {@link EntryChecks} has found them harmless: they are
 * written to disk, or only looked at. Each name comes once, below a directory that came before it.
 */
interface EntrySink {

  void directory(EntryName name);

  /**
   * A regular file.
   *
   * @param content throws what is wrong with the archive unchecked; what is not read here is read
   *     by the caller
   * @param permissions to be set as they are, whatever the umask; ignored where there are none
   * @param modified null to leave the time as it is
   */
  void file(
      EntryName name,
      InputStream content,
      Set<PosixFilePermission> permissions,
      @Nullable FileTime modified);

  /** A second name for a file that came earlier. */
  void hardLink(EntryName name, EntryName target);

  /** Comes after all files and directories, when no link was found to lead out. */
  void symbolicLink(EntryName name, String target);

  /** Comes at the very end: what is written into a directory changes its time. */
  void directoryTime(EntryName name, FileTime modified);
}
