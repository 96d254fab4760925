package dev.hookd.pool;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is in a directory: each entry by its path, with kind, permissions, and the hash of what is
 * in it or the aim of a link. Times are left out: they differ from run to run.
 *
 * <p>Left out as well is what says nothing about a hook. {@code __pycache__}: the bytes of compiled
 * code depend on how often its constants are referred to elsewhere in the process. {@code
 * .git/index}: git notes the inodes of files in it, when it is only asked for a version.
 */
final class TreeState extends SimpleFileVisitor<Path> {

  private static final String INDEX = ".git/index";
  private static final String COMPILED = "__pycache__";

  private final Path root;
  private final CancelSignal cancel;
  private final Map<String, String> entries = new TreeMap<>();

  private TreeState(Path root, CancelSignal cancel) {
    this.root = root;
    this.cancel = cancel;
  }

  /**
   * Each entry below the directory by its relative path.
   *
   * @throws NotVerifiedException if it is not wanted any more
   */
  static Map<String, String> of(Path directory, CancelSignal cancel)
      throws IOException, NotVerifiedException {
    TreeState state = new TreeState(directory, cancel);
    if (Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) { // a hook may delete its tree
      Files.walkFileTree(directory, state);
    }
    cancel.check();
    return state.entries;
  }

  @Override
  public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
      throws IOException {
    if (cancel.isRaised()) {
      return FileVisitResult.TERMINATE;
    }
    if (String.valueOf(directory.getFileName()).equals(COMPILED)) {
      return FileVisitResult.SKIP_SUBTREE;
    }
    entries.put(name(directory), "directory " + permissions(directory));
    return FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
    if (cancel.isRaised()) {
      return FileVisitResult.TERMINATE;
    }
    String name = name(file);
    if (attributes.isSymbolicLink()) {
      entries.put(name, "link to " + Files.readSymbolicLink(file));
    } else if (!attributes.isRegularFile()) {
      entries.put(name, "special file");
    } else if (!name.equals(INDEX)) {
      try (InputStream content = Files.newInputStream(file)) {
        String hash = Sha256.of(content, cancel);
        entries.put(
            name,
            "file %s %d bytes sha256:%s".formatted(permissions(file), attributes.size(), hash));
      }
    }
    return FileVisitResult.CONTINUE;
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(
        Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS));
  }

  private String name(Path path) {
    return root.relativize(path).toString();
  }
}
