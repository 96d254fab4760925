package dev.hookd.frontend.metadata;

import dev.hookd.frontend.source.SdistFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Files at the top of a tree, by name. */
final class TreeFiles {

  /** Is no metadata, no TOML, and no empty configuration. */
  private static final byte[] UNREADABLE = {0};

  /** Far above any real PKG-INFO. */
  private static final int MAX_BYTES = 16 << 20;

  private TreeFiles() {}

  /**
   * Those of the names that there are. One that is no plain file, is larger than 16 MiB, or cannot
   * be read, has a content that says nothing: it is there, and nothing can be known from it.
   */
  static Map<String, byte[]> read(Path root, Set<String> names) {
    Map<String, byte[]> files = new HashMap<>();
    for (String name : names) {
      Path file = root.resolve(name);
      if (Files.isRegularFile(file)) {
        files.put(name, content(file));
      } else if (Files.exists(file)) {
        files.put(name, UNREADABLE.clone());
      }
    }
    return files;
  }

  /** The same of an sdist: one that was not read has a content that says nothing. */
  static Map<String, byte[]> of(SdistFiles sdist) {
    Map<String, byte[]> files = new HashMap<>(sdist.contents());
    sdist.unread().forEach(name -> files.put(name, UNREADABLE.clone()));
    return files;
  }

  private static byte[] content(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      return bytes.length > MAX_BYTES ? UNREADABLE.clone() : bytes;
    } catch (IOException e) {
      return UNREADABLE.clone(); // whoever builds it says what is wrong
    }
  }
}
