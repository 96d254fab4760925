package dev.hookd.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.hookd.pool.Verification.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TreeCopyTest {

  private static final FileTime EXACT =
      FileTime.from(Instant.parse("2001-02-03T04:05:06.123456789Z"));

  @TempDir Path temporary = Path.of("set by JUnit");

  @SuppressWarnings("NullAway.Init")
  private Path tree;

  @SuppressWarnings("NullAway.Init")
  private Path copy;

  private final CancelSignal cancel = new CancelSignal();

  @BeforeEach
  void makeTree() throws IOException {
    tree = Files.createDirectory(temporary.resolve("tree"));
    copy = temporary.resolve("copy");
  }

  private void copyTree() throws IOException, NotVerifiedException {
    TreeCopy.copy(tree, copy, TreeCopy.Limits.DEFAULT, cancel);
  }

  private static void mode(Path path, String mode) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  private static FileTime modified(Path path) throws IOException {
    return Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS);
  }

  @Test
  void copy_keepsContentsModesAndExactTimes() throws Exception {
    Path directory = Files.createDirectories(tree.resolve("a/b"));
    Path file = Files.writeString(directory.resolve("run.sh"), "x");
    mode(file, "r-xr-x--x");
    Files.setLastModifiedTime(file, EXACT);
    mode(directory, "r-xr-xr-x"); // into which the copy has to be written all the same
    Files.setLastModifiedTime(directory, EXACT);
    Files.setLastModifiedTime(tree, EXACT);

    copyTree();

    assertThat(copy.resolve("a/b/run.sh")).hasContent("x");
    assertThat(mode(copy.resolve("a/b/run.sh"))).isEqualTo("r-xr-x--x");
    assertThat(mode(copy.resolve("a/b"))).isEqualTo("r-xr-xr-x");
    assertThat(modified(copy.resolve("a/b/run.sh"))).isEqualTo(EXACT);
    assertThat(modified(copy.resolve("a/b"))).isEqualTo(EXACT);
    assertThat(modified(copy)).isEqualTo(EXACT);
    TreeRemoval.delete(copy);
    assertThat(copy).doesNotExist();
  }

  @Test
  void copy_keepsLinksAsTheyAre() throws Exception {
    Files.writeString(tree.resolve("file"), "x");
    Files.createDirectory(tree.resolve("sub"));
    Files.createSymbolicLink(tree.resolve("sub/inside"), Path.of("../file"));
    Files.createSymbolicLink(tree.resolve("dangling"), Path.of("nowhere"));
    Files.createSymbolicLink(tree.resolve("system"), Path.of("/dev/null"));

    copyTree();

    assertThat(Files.readSymbolicLink(copy.resolve("sub/inside"))).isEqualTo(Path.of("../file"));
    assertThat(Files.readSymbolicLink(copy.resolve("dangling"))).isEqualTo(Path.of("nowhere"));
    assertThat(Files.readSymbolicLink(copy.resolve("system"))).isEqualTo(Path.of("/dev/null"));
    assertThat(modified(copy.resolve("dangling")).toMillis())
        .isEqualTo(modified(tree.resolve("dangling")).toMillis());
  }

  @Test
  void copy_separatesHardLinks() throws Exception {
    Files.writeString(tree.resolve("one"), "x");
    Files.createLink(tree.resolve("other"), tree.resolve("one"));

    copyTree();
    Files.writeString(copy.resolve("one"), "changed");

    assertThat(tree.resolve("one")).hasContent("x");
    assertThat(copy.resolve("other")).hasContent("x");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../outside", "sub/../../outside", "ABSOLUTE"})
  void linkThatLeadsElsewhereInACopy_isRefused(String aim) throws IOException {
    Files.createDirectory(tree.resolve("sub"));
    Path to = aim.equals("ABSOLUTE") ? tree.resolve("sub/../file") : Path.of(aim);
    Files.createSymbolicLink(tree.resolve("link"), to);

    assertThatExceptionOfType(NotVerifiedException.class)
        .isThrownBy(this::copyTree)
        .withMessageContaining("symbolic link link")
        .matches(e -> e.verification().outcome() == Outcome.SKIPPED);
  }

  @Test
  void treeGivenByALink_isCopiedItself() throws Exception {
    Files.writeString(tree.resolve("file"), "x");
    Path link = Files.createSymbolicLink(temporary.resolve("link"), tree);

    TreeCopy.copy(link, copy, TreeCopy.Limits.DEFAULT, cancel);

    assertThat(Files.isSymbolicLink(copy)).isFalse();
    assertThat(copy.resolve("file")).hasContent("x");
    Files.createSymbolicLink(tree.resolve("back"), link.resolve("file"));
    TreeRemoval.delete(copy);
    assertThatExceptionOfType(NotVerifiedException.class)
        .isThrownBy(() -> TreeCopy.copy(link, copy, TreeCopy.Limits.DEFAULT, cancel));
  }

  @Test
  void tooManyEntries_areRefused() throws IOException {
    Files.writeString(tree.resolve("one"), "");
    Files.writeString(tree.resolve("two"), "");

    assertThatExceptionOfType(NotVerifiedException.class)
        .isThrownBy(() -> TreeCopy.copy(tree, copy, new TreeCopy.Limits(2, 10), cancel))
        .withMessageContaining("more than 2 entries");
  }

  @Test
  void limits_areWhatMayStillBeCopied() throws Exception {
    Files.writeString(tree.resolve("one"), "0123456789");

    TreeCopy.copy(tree, copy, new TreeCopy.Limits(2, 10), cancel);

    assertThat(copy.resolve("one")).hasContent("0123456789");
  }

  @Test
  void cancel_endsTheCopy() throws IOException {
    Files.writeString(tree.resolve("one"), "");
    cancel.raise();

    assertThatExceptionOfType(NotVerifiedException.class)
        .isThrownBy(this::copyTree)
        .withMessageContaining("cancelled");
    assertThat(copy).doesNotExist();
  }

  @Test
  void state_isOfContentModeAndLinks_butNotOfTimesAndCompiledCode() throws Exception {
    Files.writeString(tree.resolve("file"), "x");
    Files.createSymbolicLink(tree.resolve("link"), Path.of("file"));
    Map<String, String> before = TreeState.of(tree, cancel);

    Files.setLastModifiedTime(tree.resolve("file"), EXACT);
    Files.createDirectory(tree.resolve("__pycache__"));
    Files.writeString(tree.resolve("__pycache__/file.pyc"), "y");
    assertThat(TreeState.of(tree, cancel)).isEqualTo(before).containsKeys("", "file", "link");

    mode(tree.resolve("file"), "rwx------");
    Map<String, String> after = TreeState.of(tree, cancel);
    assertThat(after.get("file")).isNotEqualTo(before.get("file"));
    Files.delete(tree.resolve("link"));
    Files.createSymbolicLink(tree.resolve("link"), Path.of("elsewhere"));
    assertThat(TreeState.of(tree, cancel).get("link")).isNotEqualTo(before.get("link"));
    assertThat(TreeState.of(tree.resolve("gone"), cancel)).isEmpty();
  }
}
