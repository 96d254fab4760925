package dev.hookd.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hookd.protocol.BuildBackend;
import dev.hookd.protocol.Dialect;
import dev.hookd.protocol.FeaturesRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnnouncedFilesTest {

  @TempDir private Path directory;

  /** A daemon that sees another file system, as one in a container does. */
  private record Elsewhere(Optional<Path> found) implements DaemonProcess {

    @Override
    public long pid() {
      return -1;
    }

    @Override
    public OutputStream stdin() {
      return OutputStream.nullOutputStream();
    }

    @Override
    public InputStream stdout() {
      return InputStream.nullInputStream();
    }

    @Override
    public InputStream stderr() {
      return InputStream.nullInputStream();
    }

    @Override
    public CompletableFuture<Integer> onExit() {
      return CompletableFuture.completedFuture(0);
    }

    @Override
    public void killTree() {}

    @Override
    public Optional<Path> hostPath(String announced) {
      return found;
    }
  }

  private static OutputTail take(Optional<Path> found, int tailBytes) {
    Exchange exchange =
        new Exchange(FeaturesRequest.of(Path.of("/tree"), BuildBackend.of("b")), Dialect.EXTENDED);
    exchange.stdout("/announced");
    return new AnnouncedFiles(new Elsewhere(found), tailBytes).take(exchange).stdout();
  }

  @Test
  void file_isReadAndDeleted_withItsPrivateDirectory() throws IOException {
    Path folder = Files.createDirectory(directory.resolve("hookd-1"));
    Path file = Files.writeString(folder.resolve("stdout"), "text");

    assertThat(take(Optional.of(file), 100)).isEqualTo(new OutputTail("text", 4, false));
    assertThat(folder).doesNotExist();
    assertThat(directory).exists();
  }

  @Test
  void directory_thatIsNotPrivateOrNotEmpty_isKept() throws IOException {
    Path folder = Files.createDirectory(directory.resolve("hookd-1"));
    Path file = Files.writeString(folder.resolve("stdout"), "text");
    Path other = Files.writeString(folder.resolve("other"), "text");
    take(Optional.of(file), 100);
    Path shared = Files.createDirectory(directory.resolve("shared"));
    take(Optional.of(Files.writeString(shared.resolve("stdout"), "")), 100);

    assertThat(other).exists();
    assertThat(shared).isEmptyDirectory();
  }

  @Test
  void longFile_isCutBetweenCharacters() throws IOException {
    Path file = Files.writeString(directory.resolve("out"), "äöü€");

    assertThat(take(Optional.of(file), 4)).isEqualTo(new OutputTail("€", 9, true));
  }

  @Test
  void tailOfNothing_isNothing() throws IOException {
    Path file = Files.writeString(directory.resolve("out"), "abc");

    assertThat(take(Optional.of(file), 0)).isEqualTo(new OutputTail("", 3, true));
    assertThat(file).doesNotExist();
  }

  @Test
  void symbolicLink_isDeletedAndNotFollowed() throws IOException {
    Path secret = Files.writeString(directory.resolve("secret"), "secret");
    Path link = Files.createSymbolicLink(directory.resolve("out"), secret);

    assertThat(take(Optional.of(link), 100).text())
        .doesNotContain("secret\n")
        .contains("no regular file");
    assertThat(link).doesNotExist();
    assertThat(secret).hasContent("secret");
  }

  @Test
  void fileThatIsNotOnThisMachine_isTold() {
    assertThat(take(Optional.empty(), 100).text())
        .startsWith("[hookd cannot read /announced: it is not an absolute path");
  }
}
