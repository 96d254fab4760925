package dev.hookd.frontend;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Sdists of trees. */
final class Sdists {

  private Sdists() {}

  /** The files of a tree without subdirectories, as {@code example-1.0.tar.gz} in a directory. */
  static Path of(Path tree, Path directory) {
    try {
      Path file = Files.createDirectories(directory).resolve("example-1.0.tar.gz");
      List<Path> content;
      try (Stream<Path> files = Files.list(tree)) {
        content = files.sorted().toList();
      }
      try (TarArchiveOutputStream tar =
          new TarArchiveOutputStream(
              new GZIPOutputStream(new BufferedOutputStream(Files.newOutputStream(file))))) {
        for (Path each : content) {
          byte[] bytes = Files.readAllBytes(each);
          TarArchiveEntry entry = new TarArchiveEntry("example-1.0/" + each.getFileName());
          entry.setSize(bytes.length);
          tar.putArchiveEntry(entry);
          tar.write(bytes);
          tar.closeArchiveEntry();
        }
      }
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
