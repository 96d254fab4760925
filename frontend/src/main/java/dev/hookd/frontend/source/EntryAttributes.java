package dev.hookd.frontend.source;

import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What of an entry's attributes is kept. Ownership is not: files belong to who unpacks them. */
final class EntryAttributes {

  /** The end of the year 9999, in seconds: the last that every file system and tool can print. */
  private static final long LAST_SECOND = 253_402_300_799L;

  /** In the order of the bits, highest first. */
  private static final PosixFilePermission[] BITS = {
    PosixFilePermission.OWNER_READ,
    PosixFilePermission.OWNER_WRITE,
    PosixFilePermission.OWNER_EXECUTE,
    PosixFilePermission.GROUP_READ,
    PosixFilePermission.GROUP_WRITE,
    PosixFilePermission.GROUP_EXECUTE,
    PosixFilePermission.OTHERS_READ,
    PosixFilePermission.OTHERS_WRITE,
    PosixFilePermission.OTHERS_EXECUTE,
  };

  private EntryAttributes() {}

  /**
   * The permissions of a regular file by PEP 706's data filter: no setuid, setgid, sticky, no write
   * for others than the owner; always read and write for the owner; execute for anybody only where
   * the owner has it.
   */
  static Set<PosixFilePermission> permissions(int mode) {
    int kept = (mode & 0755) | 0600;
    if ((kept & 0100) == 0) {
      kept &= ~0111;
    }
    Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
    for (int i = 0; i < BITS.length; i++) {
      if ((kept & (0400 >> i)) != 0) {
        permissions.add(BITS[i]);
      }
    }
    return permissions;
  }

  /**
   * The time, if it is one that a file can have here; null otherwise, as tarfile ignores others.
   */
  static @Nullable FileTime modified(@Nullable FileTime time) {
    if (time == null) {
      return null;
    }
    long seconds = time.to(TimeUnit.SECONDS);
    return seconds < 0 || seconds > LAST_SECOND ? null : time;
  }
}
