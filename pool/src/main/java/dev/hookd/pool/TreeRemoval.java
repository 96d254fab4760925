package dev.hookd.pool;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Deletes what a hook may have made, however it has made it. */
final class TreeRemoval {

  private TreeRemoval() {}

  /**
   * Deletes the path and all below it, if it is there. Symbolic links are deleted, never followed;
   * a directory that was made unwritable is made writable first.
   *
   * @throws IOException for the first thing that stayed; everything that can be deleted is
   */
  static void delete(Path path) throws IOException {
    List<IOException> failures = new ArrayList<>();
    Deque<Path> left = new ArrayDeque<>(List.of(path));
    Deque<Path> emptied = new ArrayDeque<>();
    while (!left.isEmpty()) {
      Path next = left.pop();
      try {
        if (Files.isDirectory(next, LinkOption.NOFOLLOW_LINKS)) {
          emptied.push(next);
          children(next).forEach(left::push);
        } else {
          Files.deleteIfExists(next);
        }
      } catch (IOException e) {
        failures.add(e);
      }
    }
    for (Path directory : emptied) { // those found last come first: no parent before its children
      try {
        Files.deleteIfExists(directory);
      } catch (IOException e) {
        failures.add(e);
      }
    }
    if (!failures.isEmpty()) {
      throw failures.get(0);
    }
  }

  private static List<Path> children(Path directory) throws IOException {
    if (!Files.isWritable(directory)
        || !Files.isExecutable(directory)
        || !Files.isReadable(directory)) {
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    }
    List<Path> children = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
      stream.forEach(children::add);
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return children;
  }
}
