package dev.hookd.pool;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/**
 * What is in a wheel or an sdist: each entry's mode and the hash of its content. Two archives that
 * hold the same may differ in their bytes, for backends write the time of the build into them.
 */
final class ArchiveContents {

  /** A hook's product is not trusted: what unpacks to more is compared by its bytes alone. */
  private static final int MAX_ENTRIES = 200_000;

  private static final long MAX_BYTES = 4L << 30;

  private final CancelSignal cancel;
  private final Map<String, String> entries = new TreeMap<>();
  private long bytes;

  private ArchiveContents(CancelSignal cancel) {
    this.cancel = cancel;
  }

  /**
   * Each entry by its name; empty if the file is no archive that can be read to its end.
   *
   * @throws NotVerifiedException if it is not wanted any more
   */
  static Optional<Map<String, String>> of(Path file, CancelSignal cancel)
      throws NotVerifiedException {
    String name = String.valueOf(file.getFileName());
    ArchiveContents contents = new ArchiveContents(cancel);
    try {
      if (name.endsWith(".whl") || name.endsWith(".zip")) {
        contents.readZip(file);
      } else if (name.endsWith(".tar.gz") || name.endsWith(".tgz")) {
        contents.readTar(file);
      } else {
        return Optional.empty();
      }
    } catch (IOException | RuntimeException e) { // the library has both for what it cannot read
      return Optional.empty();
    }
    cancel.check();
    return Optional.of(contents.entries);
  }

  private void readZip(Path file) throws IOException {
    try (ZipFile zip = ZipFile.builder().setPath(file).get()) {
      Enumeration<ZipArchiveEntry> all = zip.getEntries();
      while (all.hasMoreElements()) {
        ZipArchiveEntry entry = all.nextElement();
        try (InputStream content = zip.getInputStream(entry)) {
          add(entry.getName(), "%06o".formatted(entry.getUnixMode()), entry.getSize(), content);
        }
      }
    }
  }

  private void readTar(Path file) throws IOException {
    try (InputStream bytesOfFile = Files.newInputStream(file);
        InputStream unzipped = new GZIPInputStream(bytesOfFile);
        TarArchiveInputStream tar = new TarArchiveInputStream(unzipped)) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        String kind =
            "%c %06o %s".formatted(entry.getLinkFlag(), entry.getMode(), entry.getLinkName());
        add(entry.getName(), kind.strip(), entry.getSize(), tar);
      }
    }
  }

  private void add(String name, String kind, long size, InputStream content) throws IOException {
    bytes += Math.max(size, 0);
    if (entries.size() >= MAX_ENTRIES || bytes > MAX_BYTES || cancel.isRaised()) {
      throw new IOException("not read to its end");
    }
    // The bytes of compiled code differ from process to process, see TreeState.
    String hash = name.endsWith(".pyc") ? "compiled" : "sha256:" + Sha256.of(content, cancel);
    entries.merge(name, kind + " " + hash, (one, other) -> one + ", " + other);
  }
}
