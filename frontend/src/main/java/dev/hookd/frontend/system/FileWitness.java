package dev.hookd.frontend.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * What a file was like when it was looked at: its change makes what was learned from it worthless.
 * A missing file is a state as well.
 *
 * @param state size and time of the file that the path leads to; compared as text
 */
public record FileWitness(Path path, String state) {

  /** The file as it is now. */
  public static FileWitness of(Path path) {
    try {
      BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
      return new FileWitness(path, attributes.size() + "@" + attributes.lastModifiedTime());
    } catch (IOException e) {
      return new FileWitness(path, "absent");
    }
  }

  /** Whether the file is still as it was. */
  public boolean unchanged() {
    return of(path).equals(this);
  }
}
