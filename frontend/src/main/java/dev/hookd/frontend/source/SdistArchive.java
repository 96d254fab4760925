package dev.hookd.frontend.source;

import dev.hookd.frontend.InvalidProjectException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;

/**
 * Unpacks and reads sdists: {@code .tar.gz} (also {@code .tgz}), {@code .zip}, {@code .tar.bz2} and
 * {@code .tar.xz}, told apart by content.
 *
 * <p>The archive is a stranger's. Entries follow the rules of "Source distribution archive
 * features" (PEP 721) and of PEP 706's data filter: nothing is placed or linked to outside the
 * tree, devices and FIFOs are refused, setuid, setgid, sticky bits and write permission of group
 * and others are cleared, owners are ignored; times are kept. More strictly than there, a name may
 * come only once, and not again in other case or Unicode form. {@link ArchiveLimits} bound what it
 * may unpack to. Either the whole archive is there, its check sums verified, or nothing is.
 */
public final class SdistArchive {

  private SdistArchive() {}

  /**
   * Unpacks an sdist into a new private directory (mode 0700). Closing the tree deletes it.
   *
   * @param parentOfPrivateDirectory an existing directory
   * @throws InvalidProjectException when the archive is damaged, breaks a rule or a limit, or holds
   *     no project; the private directory is gone by then
   * @throws UncheckedIOException when the disk fails (no such parent, no space left), or this
   *     thread is interrupted: the cause is a {@link java.nio.channels.ClosedByInterruptException}
   *     then
   */
  public static SourceTree unpack(
      Path archive, Path parentOfPrivateDirectory, ArchiveLimits limits) {
    SdistReader reader = new SdistReader(archive, limits);
    PrivateDirectory directory = PrivateDirectory.create(parentOfPrivateDirectory, "sdist-");
    try {
      String top = reader.readInto(new TreeWriter(directory.path(), reader.problems()), null);
      return SourceTree.ofPrivate(directory.path().resolve(top), archive.toString(), directory);
    } catch (Throwable failure) { // an OutOfMemoryError must not leave files behind, either
      try {
        directory.close();
      } catch (UncheckedIOException e) {
        failure.addSuppressed(e);
      }
      throw failure;
    }
  }

  /**
   * Reads files of an sdist's top-level directory and writes nothing. The whole archive is read and
   * checked all the same: one that {@link #unpack} refuses is refused here, in the same words.
   *
   * @param names file names without a path, such as {@code PKG-INFO}; those that are not there are
   *     not in the result
   * @throws InvalidProjectException as {@link #unpack} does
   */
  public static SdistFiles read(Path archive, Set<String> names, ArchiveLimits limits) {
    FilePicker picker = new FilePicker(names, limits.maxReadBytes());
    MessageDigest sha256 = sha256();
    String top = new SdistReader(archive, limits).readInto(picker, sha256);
    return new SdistFiles(
        top, picker.contents(), picker.unread(), HexFormat.of().formatHex(sha256.digest()));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
