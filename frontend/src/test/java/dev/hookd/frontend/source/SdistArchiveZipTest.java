package dev.hookd.frontend.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.zip.CRC32;
import org.apache.commons.compress.archivers.zip.UnixStat;
import org.apache.commons.compress.archivers.zip.Zip64Mode;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SdistArchiveZipTest extends UnpackCase {

  /** Adds to an archive that holds a project already. */
  private interface Entries {
    void writeTo(ZipArchiveOutputStream zip) throws IOException;
  }

  @Test
  void unpack_plainZip_givesTree() throws IOException {
    zip(
        zip -> {
          put(zip, "pkg-1.0/empty/", 0, "");
          put(zip, "pkg-1.0/src/mod.py", 0, "x = 1\n");
        });
    try (SourceTree tree = unpack()) {
      assertThat(tree.root().resolve("src/mod.py")).hasContent("x = 1\n");
      assertThat(tree.root().resolve("empty")).isEmptyDirectory();
    }
  }

  @ParameterizedTest
  @CsvSource({"0, rw-r--r--", "0600, rw-r--r--", "0700, rwxr-xr-x", "06777, rwxr-xr-x"})
  void unpack_modes_keepTheExecuteBitAlone(String mode, String expected) throws IOException {
    int bits = Integer.parseInt(mode, 8);
    zip(zip -> put(zip, "pkg-1.0/f", bits == 0 ? 0 : UnixStat.FILE_FLAG | bits, ""));
    try (SourceTree tree = unpack()) {
      assertThat(
              PosixFilePermissions.toString(
                  Files.getPosixFilePermissions(tree.root().resolve("f"))))
          .isEqualTo(expected);
    }
  }

  @Test
  void unpack_times_ofBothKindsAreTheSameEverywhere() throws IOException {
    zip(
        zip -> {
          ZipArchiveEntry dos = new ZipArchiveEntry("pkg-1.0/dos");
          dos.setTimeLocal(LocalDateTime.of(2020, 2, 3, 4, 5, 6));
          put(zip, dos, "");
          ZipArchiveEntry extended = new ZipArchiveEntry("pkg-1.0/extended");
          extended.setLastModifiedTime(FileTime.from(Instant.ofEpochSecond(1_600_000_001L)));
          put(zip, extended, "");
        });
    try (SourceTree tree = unpack()) {
      assertThat(Files.getLastModifiedTime(tree.root().resolve("dos")))
          .isEqualTo(FileTime.from(Instant.parse("2020-02-03T04:05:06Z")));
      assertThat(Files.getLastModifiedTime(tree.root().resolve("extended")))
          .isEqualTo(FileTime.from(Instant.ofEpochSecond(1_600_000_001L)));
    }
  }

  @Test
  void unpack_linkInside_isMade() throws IOException {
    zip(zip -> put(zip, "pkg-1.0/link", UnixStat.LINK_FLAG | 0777, "pyproject.toml"));
    try (SourceTree tree = unpack()) {
      assertThat(Files.readSymbolicLink(tree.root().resolve("link"))).hasToString("pyproject.toml");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/etc/passwd", "../..", "../../x"})
  void unpack_linkOutside_isRefused(String target) throws IOException {
    zip(zip -> put(zip, "pkg-1.0/link", UnixStat.LINK_FLAG | 0777, target));
    assertThat(refused()).hasMessageContaining("'pkg-1.0/link' is a symbolic link to");
  }

  @Test
  void unpack_linkWithEndlessTarget_isRefused() throws IOException {
    zip(zip -> put(zip, "pkg-1.0/link", UnixStat.LINK_FLAG | 0777, "a/".repeat(5000)));
    assertThat(refused()).hasMessageContaining("to a path of more than 1024 bytes");
  }

  @Test
  void unpack_fileBelowALink_isRefused() throws IOException {
    zip(
        zip -> {
          put(zip, "pkg-1.0/l", UnixStat.LINK_FLAG | 0777, "d");
          put(zip, "pkg-1.0/l/f", 0, "x");
        });
    assertThat(refused()).hasMessageContaining("lies below 'pkg-1.0/l', which is a symbolic link");
  }

  @Test
  void unpack_device_isRefused() throws IOException {
    zip(zip -> put(zip, "pkg-1.0/dev", 0060000 | 0644, ""));
    assertThat(refused()).hasMessageContaining("is a device, FIFO or socket");
  }

  @Test
  void unpack_dotDot_isRefused() throws IOException {
    zip(zip -> put(zip, "pkg-1.0/../../evil", 0, "x"));
    assertThat(refused()).hasMessageContaining("has '..' in its path");
  }

  @Test
  void unpack_absoluteName_isNotWrittenThere() throws IOException {
    zip(zip -> put(zip, temp + "/evil", 0, "x"));
    refused();
    assertThat(temp.resolve("evil")).doesNotExist();
  }

  @Test
  void unpack_sameNameTwice_isRefused() throws IOException {
    zip(
        zip -> {
          put(zip, "pkg-1.0/f", 0, "first");
          put(zip, "pkg-1.0/f", 0, "second");
        });
    assertThat(refused()).hasMessageContaining("entry 'pkg-1.0/f' is in the archive twice");
  }

  @Test
  void unpack_wrongCheckSum_isRefused() throws IOException {
    zip(zip -> putStored(zip, "pkg-1.0/f", "needle"));
    alter("needle", "nEEdle");
    assertThat(refused())
        .hasMessageContaining("entry 'pkg-1.0/f' is damaged: its check sum is wrong");
  }

  @Test
  void unpack_sizeInTheDirectorySmallerThanTheContent_isRefused() throws IOException {
    zip(zip -> put(zip, "pkg-1.0/f", 0, "x".repeat(1000)));
    byte[] bytes = Files.readAllBytes(archive);
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    int directoryEntry = text.lastIndexOf("PK\1\2");
    bytes[directoryEntry + 24] = 10; // uncompressed size, little-endian: 1000 -> 10
    bytes[directoryEntry + 25] = 0;
    int header = text.lastIndexOf("PK\3\4");
    bytes[header + 22] = 10;
    bytes[header + 23] = 0;
    Files.write(archive, bytes);
    assertThat(refused()).hasMessageContaining("has more than the 10 bytes it announces");
    bytes[directoryEntry + 25] = 40;
    bytes[header + 23] = 40;
    Files.write(archive, bytes);
    assertThat(refused()).hasMessageContaining("has 1000 bytes; it announces 10250");
  }

  @ParameterizedTest
  @CsvSource({
    "8, 8, another method of compression", // stored -> deflated
    "14, 1, another size or check sum",
    "18, 1, another size or check sum",
    "22, 1, another size or check sum",
    "30, 113, another name", // qkg-1.0
    "0, 1, another header",
  })
  void unpack_headerThatDiffersFromTheDirectory_isRefused(int at, int value, String message)
      throws IOException {
    zip(zip -> putStored(zip, "pkg-1.0/f", "needle"));
    byte[] bytes = Files.readAllBytes(archive);
    int header = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("pkg-1.0/f") - 30;
    bytes[header + at] = (byte) value;
    Files.write(archive, bytes);
    assertThat(refused())
        .hasMessageContaining("entry 'pkg-1.0/f' has " + message)
        .hasMessageEndingWith("than in the directory of the zip file");
  }

  /** Sizes of eight bytes, of which the directory may claim any: zip64. */
  @Test
  void unpack_absurdSizesInAZip64Field_areRefused() throws IOException {
    try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(archive)) {
      zip.setUseZip64(Zip64Mode.Always);
      put(zip, "pkg-1.0/f", 0, "needle");
    }
    byte[] bytes = Files.readAllBytes(archive);
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    int field = text.indexOf("pkg-1.0/f", text.lastIndexOf("PK\1\2")) + "pkg-1.0/f".length() + 4;
    bytes[field + 5] = 1; // the content's size: 6 bytes -> 1 TiB
    Files.write(archive, bytes);
    assertThat(refused()).hasMessageContaining("has 1099511627782 bytes; a file may have");
    bytes[field + 7] = -1; // a negative one
    Files.write(archive, bytes);
    refused();
    bytes[field + 5] = 0;
    bytes[field + 7] = 0;
    bytes[field + 8 + 5] = 1; // the deflated size
    Files.write(archive, bytes);
    refused();
  }

  @Test
  void unpack_nameFlaggedAsUtf8ThatIsNot_isRefused() throws IOException {
    zip(zip -> put(zip, "pkg-1.0/caf\u00e9", 0, ""));
    alter("caf\u00c3\u00a9", "caf\u00e9\u00e9");
    assertThat(refused()).hasMessageContaining("has a name that is not UTF-8");
  }

  @Test
  void unpack_encrypted_isRefused() throws IOException {
    zip(zip -> putStored(zip, "pkg-1.0/f", "x"));
    byte[] bytes = Files.readAllBytes(archive);
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    bytes[text.lastIndexOf("PK\1\2") + 8] |= 1;
    Files.write(archive, bytes);
    assertThat(refused()).hasMessageContaining("'pkg-1.0/f' is encrypted");
  }

  @Test
  void unpack_unknownMethod_isRefused() throws IOException {
    zip(zip -> putStored(zip, "pkg-1.0/f", "x"));
    byte[] bytes = Files.readAllBytes(archive);
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    bytes[text.lastIndexOf("PK\1\2") + 10] = 98;
    bytes[text.lastIndexOf("PK\3\4") + 8] = 98;
    Files.write(archive, bytes);
    assertThat(refused()).hasMessageContaining("compressed by method 98");
  }

  @Test
  void unpack_nonAsciiNames_withAndWithoutTheUtf8Flag() throws IOException {
    zip(zip -> put(zip, "pkg-1.0/\u00e9\uD83D\uDC0D", 0, "flagged"));
    try (SourceTree tree = unpack()) {
      assertThat(tree.root().resolve("\u00e9\uD83D\uDC0D")).hasContent("flagged");
    }
    try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(archive)) {
      zip.setEncoding("IBM437");
      zip.setUseLanguageEncodingFlag(false);
      put(zip, "pkg-1.0/setup.py", 0, "");
      put(zip, "pkg-1.0/\u00e9", 0, "cp437");
    }
    try (SourceTree tree = unpack()) {
      assertThat(tree.root().resolve("\u00e9")).hasContent("cp437");
    }
  }

  @Test
  void unpack_wheel_saysSo() throws IOException {
    try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(archive)) {
      put(zip, "pkg/__init__.py", 0, "");
      put(zip, "pkg-1.0.dist-info/METADATA", 0, "");
    }
    assertThat(refused().hint()).hasValue("This looks like a wheel, which is built already.");
  }

  @Test
  void unpack_emptyZip_isRefused() throws IOException {
    new ZipArchiveOutputStream(archive).close();
    assertThat(refused()).hasMessageContaining("holds no files");
  }

  private void zip(Entries entries) throws IOException {
    try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(archive)) {
      put(zip, "pkg-1.0/pyproject.toml", 0, "");
      entries.writeTo(zip);
    }
    assertThat(Files.isRegularFile(archive, LinkOption.NOFOLLOW_LINKS)).isTrue();
  }

  private static void put(ZipArchiveOutputStream zip, String name, int mode, String content)
      throws IOException {
    ZipArchiveEntry entry = new ZipArchiveEntry(name);
    if (mode != 0) {
      entry.setUnixMode(mode);
    }
    put(zip, entry, content);
  }

  private static void put(ZipArchiveOutputStream zip, ZipArchiveEntry entry, String content)
      throws IOException {
    zip.putArchiveEntry(entry);
    zip.write(content.getBytes(StandardCharsets.UTF_8));
    zip.closeArchiveEntry();
  }

  private static void putStored(ZipArchiveOutputStream zip, String name, String content)
      throws IOException {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    CRC32 crc = new CRC32();
    crc.update(bytes);
    ZipArchiveEntry entry = new ZipArchiveEntry(name);
    entry.setMethod(ZipArchiveEntry.STORED);
    entry.setSize(bytes.length);
    entry.setCrc(crc.getValue());
    put(zip, entry, content);
  }

  private void alter(String from, String to) throws IOException {
    Path file = archive;
    String text = Files.readString(file, StandardCharsets.ISO_8859_1);
    assertThat(text).contains(from);
    Files.writeString(file, text.replace(from, to), StandardCharsets.ISO_8859_1);
  }
}
