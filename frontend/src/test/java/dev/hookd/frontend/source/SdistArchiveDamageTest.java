package dev.hookd.frontend.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hookd.frontend.InvalidProjectException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is no archive, or no longer one. */
class SdistArchiveDamageTest extends UnpackCase {

  private static final String NOISE = noise(1500);

  @Test
  void unpack_gzipCutAnywhere_isRefused() throws IOException {
    everyCut(Files.readAllBytes(tar().gzip(archive)));
  }

  /** Between two entries a cut cannot be told from an end: tarfile takes that, too. */
  @Test
  void unpack_tarCutAnywhereInsideGzip_neverGivesAPartOfAFile() {
    byte[] whole = tar().unfinished();
    for (int length = 0; length < whole.length; length += 100) {
      RawTar.gzip(Arrays.copyOf(whole, length), archive);
      try (SourceTree tree = unpack()) {
        assertThat(tree.root().resolve("a")).hasContent(NOISE);
        assertThat(tree.root().resolve("z")).doesNotExist();
      } catch (InvalidProjectException e) {
        nothingStayed();
      }
    }
    RawTar.gzip(whole, archive);
    assertThat(attempt()).isOne();
  }

  @Test
  void unpack_zipCutAnywhere_isRefused() throws IOException {
    everyCut(zip());
  }

  private void everyCut(byte[] whole) throws IOException {
    for (int length = 0; length < whole.length; length += 100) {
      Files.write(archive, Arrays.copyOf(whole, length));
      assertThat(attempt()).as("cut after %s of %s bytes", length, whole.length).isZero();
    }
    Files.write(archive, whole);
    assertThat(attempt()).isOne();
  }

  @Test
  void unpack_anyByteOfGzipAltered_isRefusedOrComplete() throws IOException {
    byte[] whole = Files.readAllBytes(tar().gzip(archive));
    for (int at = 0; at < whole.length; at += 37) {
      byte[] altered = whole.clone();
      altered[at] ^= (byte) 0x81;
      Files.write(archive, altered);
      attempt(); // whatever is unpacked is complete: gzip's check sum sees the rest
    }
  }

  @Test
  void unpack_anyByteOfTarAltered_isRefusedOrCompleteForm() {
    byte[] whole = tar().bytes();
    for (int at = 0; at < whole.length; at += 29) {
      byte[] altered = whole.clone();
      altered[at] ^= (byte) 0x81;
      RawTar.gzip(altered, archive);
      attemptAnything();
    }
  }

  @Test
  void unpack_anyByteOfZipAltered_isRefusedOrCompleteForm() throws IOException {
    flipEach(zip(), 7);
  }

  private void flipEach(byte[] whole, int step) throws IOException {
    for (int at = 0; at < whole.length; at += step) {
      byte[] altered = whole.clone();
      altered[at] ^= (byte) 0x81;
      Files.write(archive, altered);
      attemptAnything();
    }
  }

  @Test
  void unpack_sizeBeyondTheEnd_isRefused() {
    new RawTar()
        .file("pkg-1.0/setup.py", "")
        .entry(name("pkg-1.0/f"), '0', "", 0644, RawTar.TIME, 1 << 20, new byte[1024])
        .gzip(archive);
    assertThat(refused()).hasMessageContaining("is damaged");
  }

  @Test
  void unpack_sizeThatSwallowsTheNextHeader_isRefused() {
    // 600 bytes announced, 88 there: the following header is read as content, and then nonsense.
    new RawTar()
        .entry(name("pkg-1.0/f"), '0', "", 0644, RawTar.TIME, 600, new byte[88])
        .file("pkg-1.0/setup.py", "x".repeat(600))
        .gzip(archive);
    assertThat(refused()).hasMessageContaining("is damaged");
  }

  @Test
  void unpack_wrongHeaderCheckSum_isRefused() {
    byte[] tar = tar().bytes();
    tar[0] = 'q';
    RawTar.gzip(tar, archive);
    assertThat(refused()).hasMessageContaining("header with a wrong check sum");
  }

  @Test
  void unpack_wrongGzipCheckSum_isRefusedThoughAllEntriesWereRead() throws IOException {
    byte[] gzip = Files.readAllBytes(tar().gzip(archive));
    gzip[gzip.length - 6] ^= 1;
    Files.write(archive, gzip);
    assertThat(refused()).hasMessageContaining("is damaged");
  }

  @ParameterizedTest
  @CsvSource({
    "'', is empty",
    "'<!DOCTYPE html><title>404</title>', 'is not an archive: it begins with ''<!DOCTYPE html><'''",
    "'(\u00b5/\u00fd', is compressed with zstd"
  })
  void unpack_notAnArchive_saysWhatItIs(String content, String message) throws IOException {
    Files.write(archive, content.getBytes(StandardCharsets.ISO_8859_1));
    InvalidProjectException failure = refused();
    assertThat(failure).hasMessageContaining(message);
    assertThat(failure.hint()).isPresent();
  }

  @Test
  void unpack_tarWithoutCompression_saysSo() throws IOException {
    Files.write(archive, tar().bytes());
    assertThat(refused()).hasMessageContaining("is a tar archive without compression");
  }

  @Test
  void unpack_gzipOfSomethingElse_isRefused() {
    RawTar.gzip("just text, and no tar".getBytes(StandardCharsets.UTF_8), archive);
    refused();
    RawTar.gzip(new byte[0], archive);
    assertThat(refused()).hasMessageContaining("not a tar archive inside, or an empty one");
    RawTar.gzip(new byte[10240], archive);
    assertThat(refused()).hasMessageContaining("not a tar archive inside, or an empty one");
  }

  @Test
  void unpack_noSuchFile_saysSo() {
    assertThat(refused()).hasMessageContaining("does not exist");
  }

  @Test
  void unpack_directory_saysSo() {
    archive = parent;
    assertThat(refused()).hasMessageContaining("is a directory; expected an sdist");
  }

  @Test
  void unpack_missingParent_isNotTheArchivesFault() {
    tar().gzip(archive);
    Path missing = parent.resolve("missing");
    assertThatThrownBy(() -> SdistArchive.unpack(archive, missing, ArchiveLimits.defaults()))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining(missing.toString());
  }

  /** 1 when it unpacks completely, 0 when it is refused; anything else fails the test. */
  private int attempt() {
    try (SourceTree tree = unpack()) {
      assertThat(tree.root().resolve("a")).hasContent(NOISE);
      assertThat(tree.root().resolve("z")).hasContent(NOISE);
      return 1;
    } catch (InvalidProjectException e) {
      nothingStayed();
      return 0;
    }
  }

  /** An altered byte may sit where nobody looks (a time), so the content may be a different one. */
  private void attemptAnything() {
    try (SourceTree tree = unpack()) {
      assertThat(tree.root()).isDirectory().startsWith(realParent());
    } catch (InvalidProjectException e) {
      nothingStayed();
    }
  }

  private void nothingStayed() {
    assertThat(list(parent)).isEmpty();
  }

  private Path realParent() {
    try {
      return parent.toRealPath();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static RawTar tar() {
    return new RawTar()
        .directory("pkg-1.0")
        .file("pkg-1.0/a", NOISE)
        .file("pkg-1.0/setup.py", "")
        .symbolicLink("pkg-1.0/l", "a")
        .pax("path", "pkg-1.0/z")
        .file("short", NOISE);
  }

  private byte[] zip() throws IOException {
    try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(archive)) {
      for (String name : new String[] {"pkg-1.0/a", "pkg-1.0/setup.py", "pkg-1.0/z"}) {
        zip.putArchiveEntry(new ZipArchiveEntry(name));
        zip.write(NOISE.getBytes(StandardCharsets.UTF_8));
        zip.closeArchiveEntry();
      }
    }
    return Files.readAllBytes(archive);
  }

  private static byte[] name(String name) {
    return name.getBytes(StandardCharsets.UTF_8);
  }

  private static String noise(int length) {
    Random random = new Random(517);
    StringBuilder noise = new StringBuilder();
    for (int i = 0; i < length; i++) {
      noise.append((char) ('!' + random.nextInt(90)));
    }
    return noise.toString();
  }
}
