package dev.hookd.client;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The daemon that the jar carries, unpacked into a directory named by its content. Several JVMs may
 * share it: each file is written beside the directory and renamed, and two writers write the same.
 */
final class DaemonScripts {

  private static final String RESOURCES = "daemon/";
  private static final String SCRIPT = "hookd.py";

  /** Python's own, beside the sources. */
  private static final String BYTE_CODE = "__pycache__";

  private final Path directory;
  private @Nullable Map<String, byte[]> files;
  private @Nullable Path target;

  DaemonScripts(Path directory) {
    this.directory = directory.toAbsolutePath();
  }

  /**
   * Writes what is missing or differs, and returns {@code hookd.py}.
   *
   * @throws IOException if it cannot be written, or if there is a file that does not belong there:
   *     Python would import it
   */
  synchronized Path unpack() throws IOException {
    if (files == null || target == null) {
      files = carried();
      target = directory.resolve("daemon-" + hash(files).substring(0, 16));
    }
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Path path = target.resolve(file.getKey());
      write(requireNonNull(path.getParent()), path, file.getValue());
    }
    refuseOthers(target, files.keySet());
    return target.resolve(SCRIPT);
  }

  /** By their names relative to the script's directory, with slashes. */
  static Map<String, byte[]> carried() {
    Map<String, byte[]> files = new TreeMap<>();
    for (String name : new String(resource("index"), StandardCharsets.UTF_8).lines().toList()) {
      files.put(name, resource(name));
    }
    return files;
  }

  private static byte[] resource(String name) {
    try (InputStream in = DaemonScripts.class.getResourceAsStream(RESOURCES + name)) {
      if (in == null) {
        throw new IllegalStateException("the daemon is not in the jar: " + RESOURCES + name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String hash(Map<String, byte[]> files) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      files.forEach(
          (name, content) -> {
            digest.update((name + '\n' + content.length + '\n').getBytes(StandardCharsets.UTF_8));
            digest.update(content);
          });
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }

  private void write(Path folder, Path file, byte[] content) throws IOException {
    if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
        && Arrays.equals(Files.readAllBytes(file), content)) {
      return;
    }
    Files.createDirectories(folder, onlyForOwner());
    Path temporary = Files.createTempFile(directory, ".new-", "");
    try {
      Files.write(temporary, content);
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private static FileAttribute<?>[] onlyForOwner() {
    return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
        }
        : new FileAttribute<?>[0];
  }

  /** The byte code is not looked at: its files come and go, and the directory is private. */
  private static void refuseOthers(Path target, Set<String> expected) throws IOException {
    Set<Path> allowed = new HashSet<>();
    Set<Path> folders = new HashSet<>(Set.of(target));
    for (String name : expected) {
      allowed.add(target.resolve(name));
      for (int slash = name.indexOf('/'); slash >= 0; slash = name.indexOf('/', slash + 1)) {
        folders.add(target.resolve(name.substring(0, slash)));
      }
    }
    allowed.addAll(folders);
    for (Path folder : folders) {
      allowed.add(folder.resolve(BYTE_CODE));
      try (DirectoryStream<Path> found = Files.newDirectoryStream(folder)) {
        for (Path path : found) {
          if (!allowed.contains(path)) {
            throw new FileAlreadyExistsException(
                path.toString(), null, "it does not belong to the daemon; delete it");
          }
        }
      }
    }
  }
}
