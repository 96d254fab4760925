package dev.hookd.frontend.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrivateDirectoryTest {

  @TempDir Path temp;

  @Test
  void close_doesNotFollowLinks() throws IOException {
    Path outside = Files.createDirectory(temp.resolve("outside"));
    Files.writeString(outside.resolve("f"), "untouched");
    PrivateDirectory directory = PrivateDirectory.create(temp, "p-");
    Files.createSymbolicLink(directory.path().resolve("link"), outside);
    Files.createSymbolicLink(directory.path().resolve("dangling"), Path.of("gone"));

    directory.close();

    assertThat(directory.path()).doesNotExist();
    assertThat(outside.resolve("f")).hasContent("untouched");
  }

  /** As root, who may do all, this shows only that nothing breaks. */
  @ParameterizedTest
  @ValueSource(strings = {"r-xr-xr-x", "rw-------", "---------"})
  void close_deletesDirectoriesThatAHookLocked(String mode) throws IOException {
    PrivateDirectory directory = PrivateDirectory.create(temp, "p-");
    Path locked = Files.createDirectories(directory.path().resolve("a/locked"));
    Files.writeString(locked.resolve("f"), "");
    Files.setPosixFilePermissions(locked, PosixFilePermissions.fromString(mode));

    directory.close();

    assertThat(directory.path()).doesNotExist();
  }

  @Test
  void close_twice_isNoFailure() {
    PrivateDirectory directory = PrivateDirectory.create(temp, "p-");
    directory.close();
    assertThatCode(directory::close).doesNotThrowAnyException();
  }

  /**
   * What a case-insensitive file system does: the name is taken, though the writer did not take it.
   */
  @Test
  void write_nameThatTheFileSystemHasAlready_isACollision() throws IOException {
    TreeWriter writer = new TreeWriter(temp, new ArchiveProblems(Path.of("x.tar.gz")));
    EntryName directory = new EntryName(List.of("top"));
    EntryName file = new EntryName(List.of("top", "f"));
    Files.createDirectory(temp.resolve("top"));
    Files.writeString(temp.resolve("top/f"), "kept");

    assertThatCode(() -> writer.directory(directory))
        .hasMessageContaining("entry 'top' has a name that this file system takes for that of");
    assertThatCode(() -> writer.file(file, InputStream.nullInputStream(), Set.of(), null))
        .hasMessageContaining("entry 'top/f' has a name that this file system takes for that of");
    assertThat(temp.resolve("top/f")).hasContent("kept");
  }
}
