package dev.hookd.frontend.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreeStateTest {

  @TempDir Path root;
  private Path file;
  private TreeState before;

  @BeforeEach
  void makeTree() throws IOException {
    file = Files.writeString(Files.createDirectory(root.resolve("package")).resolve("a.py"), "one");
    Files.createSymbolicLink(root.resolve("link"), Path.of("package"));
    Files.setLastModifiedTime(root, FileTime.fromMillis(1_000));
    before = TreeState.of(root);
  }

  @Test
  void changesTo_sameSizeAndTimesSetBack_isAChangeAllTheSame() throws IOException {
    FileTime time = Files.getLastModifiedTime(file);
    Files.writeString(file, "two");
    Files.setLastModifiedTime(file, time);
    assertThat(before.changesTo(TreeState.of(root)))
        .containsOnlyKeys("package/a.py")
        .hasEntrySatisfying("package/a.py", what -> assertThat(what).startsWith("changed: file "));
    assertThat(before.isAllIn(TreeState.of(root))).isFalse();
  }

  @Test
  void changesTo_modeLinkAndRemoval_areNamed() throws IOException {
    Files.setPosixFilePermissions(
        root.resolve("package"), PosixFilePermissions.fromString("rwx------"));
    Files.delete(root.resolve("link"));
    Files.createSymbolicLink(root.resolve("link"), Path.of("elsewhere"));
    Files.delete(file);
    assertThat(before.changesTo(TreeState.of(root)))
        .containsEntry("package", "changed: directory rwx------")
        .containsEntry("link", "changed: link to elsewhere")
        .containsEntry("package/a.py", "removed");
  }

  @Test
  void undo_afterAdditions_isTheSameTreeWithTheSameTimes() throws IOException {
    Files.writeString(Files.createDirectories(root.resolve("build/lib")).resolve("a.py"), "one");
    TreeState after = TreeState.of(root);
    assertThat(before.changesTo(after))
        .containsOnlyKeys("build", "build/lib", "build/lib/a.py")
        .hasEntrySatisfying("build/lib/a.py", what -> assertThat(what).contains(" 7692c3ad"));
    assertThat(before.isAllIn(after)).isTrue();
    assertThat(TreeState.of(root).looksLike(before)).isFalse();
    before.undo(after);
    assertThat(TreeState.of(root).looksLike(before)).isTrue();
    assertThat(Files.getLastModifiedTime(root)).isEqualTo(FileTime.fromMillis(1_000));
  }

  @Test
  void changesTo_byteCodeOfTheSameSource_isNoChange() throws IOException {
    Path code = root.resolve("a.pyc");
    byte[] compiled = new byte[20];
    Files.write(code, compiled);
    TreeState known = TreeState.of(root);
    compiled[17] = 1;
    compiled[8] = 1; // the source's time
    Files.write(code, compiled);
    assertThat(known.changesTo(TreeState.of(root))).isEmpty();
    compiled[12] = 1; // the source's size
    Files.write(code, compiled);
    assertThat(known.changesTo(TreeState.of(root))).containsOnlyKeys("a.pyc");
  }
}
