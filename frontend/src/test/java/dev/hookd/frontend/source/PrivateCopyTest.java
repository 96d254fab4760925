package dev.hookd.frontend.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hookd.frontend.InvalidProjectException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivateCopyTest {

  private static final FileTime TIME = FileTime.fromMillis(1_600_000_000_123L);

  @TempDir Path temp;
  private Path tree;
  private Path parent;
  private final List<String> warnings = new ArrayList<>();

  @BeforeEach
  void makeTree() throws IOException {
    temp = temp.toRealPath();
    tree = Files.createDirectory(temp.resolve("proj"));
    parent = Files.createDirectory(temp.resolve("work"));
    Files.writeString(tree.resolve("setup.py"), "original");
  }

  @Test
  void copy_isAlikeAndApart_andCloseDeletesIt() throws IOException {
    Path file = Files.writeString(Files.createDirectories(tree.resolve(".git/d")).resolve("f"), "");
    Files.createLink(tree.resolve("hard"), tree.resolve("setup.py"));
    mode(file, "r-x--x---");
    mode(tree.resolve(".git/d"), "r-xr-x---");
    for (String timed : List.of(".git/d/f", ".git/d", "setup.py", "")) {
      Files.setLastModifiedTime(tree.resolve(timed), TIME);
    }

    Path root;
    try (SourceTree copy = copy()) {
      root = copy.root();
      assertThat(root).hasFileName("proj").isEqualTo(root.toRealPath());
      assertThat(root.resolveSibling("").resolveSibling("")).isEqualTo(parent);
      assertThat(mode(root.resolveSibling(""))).isEqualTo("rwx------");
      assertThat(mode(root.resolve(".git/d/f"))).isEqualTo("r-x--x---");
      assertThat(mode(root.resolve(".git/d"))).isEqualTo("r-xr-x---");
      for (String timed : List.of(".git/d/f", ".git/d", "setup.py", "")) {
        assertThat(Files.getLastModifiedTime(root.resolve(timed))).as(timed).isEqualTo(TIME);
      }
      Files.writeString(root.resolve("hard"), "changed");
      assertThat(root.resolve("setup.py")).hasContent("original");
      assertThat(tree.resolve("hard")).hasContent("original");
      assertThat(copy.buildSystem()).isEqualTo(SourceTree.open(tree).buildSystem());
    }
    assertThat(parent).isEmptyDirectory();
    assertThat(tree.resolve("setup.py")).hasContent("original");
    assertThat(warnings).isEmpty();
  }

  @Test
  void copy_linksIntoTheTree_leadIntoTheCopy() throws IOException {
    Files.createDirectory(tree.resolve("d"));
    link("d/relative", "../setup.py");
    link("absolute", tree.resolve("setup.py").toString());
    link("around", "../proj/setup.py");
    link("self", tree.toString());
    link("dangling", "gone");
    link("danglingAbsolute", tree.resolve("gone").toString());
    try (SourceTree copy = copy()) {
      for (String link : List.of("d/relative", "absolute", "around", "self/setup.py")) {
        assertThat(copy.root().resolve(link).toRealPath())
            .as(link)
            .isEqualTo(copy.root().resolve("setup.py"));
      }
      assertThat(aim(copy, "d/relative")).isEqualTo("../setup.py");
      assertThat(aim(copy, "dangling")).isEqualTo("gone");
      assertThat(aim(copy, "danglingAbsolute")).isEqualTo(copy.root().resolve("gone").toString());
    }
  }

  @Test
  void copy_linksOutOfTheTree_leadWhereTheyLed() throws IOException {
    Path outside = Files.writeString(temp.resolve("outside"), "outside");
    link("relative", "../outside");
    link("absolute", outside.toString());
    link("directory", "..");
    link("through", "directory/outside");
    try (SourceTree copy = copy()) {
      for (String link : List.of("relative", "absolute", "through")) {
        assertThat(copy.root().resolve(link).toRealPath()).as(link).isEqualTo(outside);
      }
      assertThat(copy.root().resolve("directory").toRealPath()).isEqualTo(temp);
    }
    assertThat(outside).hasContent("outside");
  }

  @Test
  void copy_leavesOutSocketsWithAWarning() throws IOException {
    Path socket = tree.resolve("socket");
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket));
      try (SourceTree copy = copy()) {
        assertThat(UnpackCase.list(copy.root())).containsExactly("setup.py");
      }
    }
    assertThat(warnings)
        .containsExactly(socket + " was not copied: it is a device, FIFO or socket");
  }

  @Test
  void copy_intoTheTree_doesNotCopyItself() throws IOException {
    Path inside = Files.createDirectories(tree.resolve("cache/work"));
    Files.writeString(inside.resolve("of another"), "");
    try (SourceTree copy = SourceTree.open(tree).privateCopy(inside, limits(9, 99), warnings::add);
        SourceTree other = SourceTree.open(tree).privateCopy(tree, limits(9, 99), warnings::add)) {
      assertThat(copy.root().resolve("cache")).isEmptyDirectory();
      assertThat(UnpackCase.list(other.root())).containsExactly("cache", "setup.py");
    }
    assertThat(UnpackCase.list(tree)).containsExactly("cache", "setup.py");
  }

  @Test
  void copy_ofTooMuch_isRefusedAndLeavesNothing() throws IOException {
    Files.writeString(tree.resolve("f"), "12345678");
    try (SourceTree open = SourceTree.open(tree)) {
      assertThatThrownBy(() -> open.privateCopy(parent, limits(2, 99), warnings::add))
          .isInstanceOf(InvalidProjectException.class)
          .hasMessage(tree + " has more than the 2 entries that a private copy may have");
      assertThatThrownBy(() -> open.privateCopy(parent, limits(9, 15), warnings::add))
          .hasMessage(tree + " has more than the 15 bytes that a private copy may have");
      open.privateCopy(parent, limits(3, 16), warnings::add).close();
    }
    assertThat(parent).isEmptyDirectory();
  }

  @Test
  void copy_ofAnInterruptedThread_endsAndLeavesNothing() throws IOException {
    try (SourceTree open = SourceTree.open(tree)) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> open.privateCopy(parent, CopyLimits.defaults(), warnings::add))
          .hasCauseInstanceOf(ClosedByInterruptException.class);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
    assertThat(parent).isEmptyDirectory();
  }

  private SourceTree copy() {
    return SourceTree.open(tree).privateCopy(parent, CopyLimits.defaults(), warnings::add);
  }

  private static CopyLimits limits(long entries, long bytes) {
    return new CopyLimits(entries, bytes);
  }

  private void link(String name, String target) throws IOException {
    Files.createSymbolicLink(tree.resolve(name), Path.of(target));
  }

  private static String aim(SourceTree tree, String link) throws IOException {
    return Files.readSymbolicLink(tree.root().resolve(link)).toString();
  }

  private static void mode(Path path, String mode) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(
        Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS));
  }
}
