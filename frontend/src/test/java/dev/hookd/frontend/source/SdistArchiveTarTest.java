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
import java.util.List;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

class SdistArchiveTarTest extends UnpackCase {

  @Test
  void unpack_plainSdist_givesTreeThatCloseDeletes() throws IOException {
    project().file("pkg-1.0/src/deep/mod.py", "x = 1\n").gzip(archive);

    SourceTree closed;
    try (SourceTree tree = unpack()) {
      closed = tree;
      assertThat(tree.root()).isAbsolute().hasFileName("pkg-1.0");
      assertThat(tree.root()).isEqualTo(tree.root().toRealPath());
      assertThat(tree.root().resolve("src/deep/mod.py")).hasContent("x = 1\n");
      assertThat(tree.buildSystem().origin()).isEqualTo(BuildSystem.Origin.DEFAULT_TABLE_MISSING);
      assertThat(mode(tree.root().resolveSibling(""))).isEqualTo("rwx------");
    }
    assertThat(closed.root().resolveSibling("")).doesNotExist();
  }

  @Test
  void unpack_bzip2UnderAnotherName_isRecognisedByContent() throws IOException {
    try (var out = new BZip2CompressorOutputStream(Files.newOutputStream(archive))) {
      out.write(project().bytes());
    }
    try (SourceTree tree = unpack()) {
      assertThat(tree.root().resolve("pyproject.toml")).exists();
    }
  }

  @Test
  void unpack_xzUnderAnotherName_isRecognisedByContent() throws IOException {
    byte[] tar = project().bytes();
    try (var file = Files.newOutputStream(archive)) {
      for (int part = 0; part < 2; part++) { // two streams, strung together
        XZOutputStream out = new XZOutputStream(file, new LZMA2Options(0));
        out.write(tar, part * tar.length / 2, tar.length / 2);
        out.finish();
      }
    }
    try (SourceTree tree = unpack()) {
      assertThat(tree.root().resolve("pyproject.toml")).exists();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0644, rw-r--r--",
    "0755, rwxr-xr-x",
    "0777, rwxr-xr-x", // write of group and others
    "06755, rwxr-xr-x", // setuid, setgid
    "01644, rw-r--r--", // sticky
    "0000, rw-------", // the owner can always read and write
    "0611, rw-------", // execute only where the owner has it
    "0700, rwx------",
    "0444, rw-r--r--"
  })
  void unpack_modes_areFilteredAsPep706Says(String mode, String expected) throws IOException {
    project().file("pkg-1.0/f", Integer.parseInt(mode, 8), "").gzip(archive);
    try (SourceTree tree = unpack()) {
      assertThat(mode(tree.root().resolve("f"))).isEqualTo(expected);
    }
  }

  @Test
  void unpack_directoryModes_areIgnored() throws IOException {
    project()
        .entry("pkg-1.0/d", '5', "", 0, RawTar.TIME, new byte[0])
        .file("pkg-1.0/d/f", "")
        .gzip(archive);
    try (SourceTree tree = unpack()) {
      assertThat(mode(tree.root().resolve("d"))).startsWith("rwx");
    }
  }

  @Test
  void unpack_times_areKeptForFilesAndDirectories() throws IOException {
    new RawTar()
        .directory("pkg-1.0")
        .entry("pkg-1.0/d", '5', "", 0755, 1_500_000_000L, new byte[0])
        .file("pkg-1.0/d/f", "")
        .file("pkg-1.0/pyproject.toml", "")
        .pax("mtime", "1234567890.5")
        .file("pkg-1.0/fraction", "")
        .pax("mtime", "99999999999999")
        .file("pkg-1.0/absurd", "")
        .gzip(archive);
    try (SourceTree tree = unpack()) {
      assertThat(time(tree.root())).isEqualTo(FileTime.from(Instant.ofEpochSecond(RawTar.TIME)));
      assertThat(time(tree.root().resolve("d")))
          .isEqualTo(FileTime.from(Instant.ofEpochSecond(1_500_000_000L)));
      assertThat(time(tree.root().resolve("d/f")))
          .isEqualTo(FileTime.from(Instant.ofEpochSecond(RawTar.TIME)));
      assertThat(time(tree.root().resolve("fraction")))
          .isEqualTo(FileTime.fromMillis(1_234_567_890_500L));
      assertThat(time(tree.root().resolve("absurd")).toInstant())
          .isBefore(Instant.ofEpochSecond(99999999999L));
    }
  }

  @Test
  void unpack_longNames_ofPaxAndGnu() throws IOException {
    String deep = "pkg-1.0/" + "d".repeat(90) + "/" + "f".repeat(90);
    project()
        .pax("path", deep + "1")
        .file("short", "pax")
        .gnuLong('L', deep + "2")
        .file("short", "gnu")
        .gnuLong('K', "f".repeat(90) + "1")
        .symbolicLink("pkg-1.0/" + "d".repeat(80), "x")
        .gzip(archive);
    try (SourceTree tree = unpack()) {
      Path top = tree.root().resolveSibling("");
      assertThat(top.resolve(deep + "1")).hasContent("pax");
      assertThat(top.resolve(deep + "2")).hasContent("gnu");
      assertThat(Files.readSymbolicLink(tree.root().resolve("d".repeat(80))))
          .hasToString("f".repeat(90) + "1");
    }
  }

  @Test
  void unpack_namesWithDotsAndSlashes_areNormalised() throws IOException {
    new RawTar()
        .directory("./")
        .directory("./pkg-1.0/")
        .file("/pkg-1.0//a/./f", "x") // PEP 706: leading slashes are stripped
        .file("././pkg-1.0/setup.py", "")
        .gzip(archive);
    try (SourceTree tree = unpack()) {
      assertThat(tree.root().resolve("a/f")).hasContent("x");
    }
  }

  @Test
  void unpack_slashAtTheEndOfAnOldStyleName_isADirectory() throws IOException {
    project().entry("pkg-1.0/d/", '\0', "", 0755, RawTar.TIME, new byte[0]).gzip(archive);
    try (SourceTree tree = unpack()) {
      assertThat(tree.root().resolve("d")).isDirectory();
    }
  }

  @Test
  void unpack_nameThatComesTwice_isRefused() {
    project().file("pkg-1.0/f", "first").file("./pkg-1.0//f", "second").gzip(archive);
    assertThat(refused()).hasMessageContaining("entry 'pkg-1.0/f' is in the archive twice");
    project()
        .file("pkg-1.0/a", "first")
        .hardLink("pkg-1.0/b", "pkg-1.0/a")
        .file("pkg-1.0/b", "second")
        .gzip(archive);
    assertThat(refused()).hasMessageContaining("entry 'pkg-1.0/b' is in the archive twice");
    project().symbolicLink("pkg-1.0/l", "x").symbolicLink("pkg-1.0/l", "y").gzip(archive);
    assertThat(refused()).hasMessageContaining("entry 'pkg-1.0/l' is in the archive twice");
    project().file("pkg-1.0/l", "x").symbolicLink("pkg-1.0/l", "y").gzip(archive);
    assertThat(refused()).hasMessageContaining("is a symbolic link, and was a file earlier");
  }

  @Test
  void unpack_directoryThatComesTwice_isOne() throws IOException {
    project()
        .file("pkg-1.0/d/f", "x")
        .directory("pkg-1.0/d")
        .directory("pkg-1.0/d/")
        .file("pkg-1.0/d/g", "x")
        .gzip(archive);
    try (SourceTree tree = unpack()) {
      assertThat(list(tree.root().resolve("d"))).containsExactly("f", "g");
    }
  }

  /** So that an archive means the same everywhere: also on file systems that tell the two apart. */
  @ParameterizedTest
  @CsvSource({
    "README, readme, entry 'pkg-1.0/readme' differs from 'pkg-1.0/README' only in case",
    "Docs/a, docs/b, entry 'pkg-1.0/docs' differs from 'pkg-1.0/Docs' only",
    "\u00c9, \u00e9, only in case or Unicode form",
    "e\u0301, \u00e9, only in case or Unicode form",
    "\u03c3, \u03c2, only in case or Unicode form",
  })
  void unpack_namesThatDifferInCaseOrUnicodeForm_areRefused(
      String first, String second, String message) {
    project().file("pkg-1.0/" + first, "1").file("pkg-1.0/" + second, "2").gzip(archive);
    assertThat(refused()).hasMessageContaining(message);
  }

  @Test
  void unpack_nonAsciiName_isKept() throws IOException {
    project().file("pkg-1.0/gr\u00fc\u00df-\uD83D\uDC0D", "x").gzip(archive);
    try (SourceTree tree = unpack()) {
      assertThat(tree.root().resolve("gr\u00fc\u00df-\uD83D\uDC0D")).hasContent("x");
    }
  }

  @Test
  void unpack_linksInside_areMade() throws IOException {
    project()
        .symbolicLink("pkg-1.0/first", "d/../d/f") // its target comes later
        .file("pkg-1.0/d/f", "x")
        .symbolicLink("pkg-1.0/dir", "d")
        .symbolicLink("pkg-1.0/through", "dir/f")
        .symbolicLink("pkg-1.0/d/up", "../pyproject.toml")
        .symbolicLink("pkg-1.0/self", ".")
        .symbolicLink("pkg-1.0/dangling", "gone")
        .symbolicLink("pkg-1.0/loop", "loop")
        .hardLink("pkg-1.0/hard", "pkg-1.0/d/f")
        .hardLink("pkg-1.0/d/hardUp", "pkg-1.0/dir")
        .gzip(archive);
    try (SourceTree tree = unpack()) {
      assertThat(tree.root().resolve("first")).hasContent("x").isSymbolicLink();
      assertThat(tree.root().resolve("through")).hasContent("x");
      assertThat(tree.root().resolve("hard")).hasContent("x");
      assertThat(tree.root().resolve("d/up")).isSymbolicLink().exists();
      assertThat(tree.root().resolve("d/hardUp")).isSymbolicLink();
      assertThat(tree.root().resolve("dangling")).isSymbolicLink();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/etc/passwd", "..", "../../bystander", "d/../../x", "d/../..", "../pkg-1.0"})
  void unpack_symbolicLinkOutOfTheTree_isRefused(String target) {
    project().directory("pkg-1.0/d").symbolicLink("pkg-1.0/link", target).gzip(archive);
    assertThat(refused()).hasMessageContaining("entry 'pkg-1.0/link' is a symbolic link to");
  }

  @Test
  void unpack_chainOfLinksOutOfTheTree_isRefusedInEitherOrder() {
    // b alone stays inside; once a is a link to the top, a/.. is the parent of the top.
    project().symbolicLink("pkg-1.0/d/b", "../a/../x").symbolicLink("pkg-1.0/a", ".").gzip(archive);
    assertThat(refused()).hasMessageContaining("'pkg-1.0/d/b' is a symbolic link to '../a/../x'");
    project().symbolicLink("pkg-1.0/a", ".").symbolicLink("pkg-1.0/d/b", "../a/../x").gzip(archive);
    assertThat(refused()).hasMessageContaining("leads out of the archive's top directory");
  }

  @Test
  void unpack_fileBelowALink_isRefused() {
    project().symbolicLink("pkg-1.0/l", "d").file("pkg-1.0/l/f", "x").gzip(archive);
    assertThat(refused())
        .hasMessageContaining(
            "entry 'pkg-1.0/l/f' lies below 'pkg-1.0/l', which is a symbolic link");
  }

  @Test
  void unpack_fileOverALink_isRefused() {
    project().symbolicLink("pkg-1.0/l", "f").file("pkg-1.0/l", "x").gzip(archive);
    assertThat(refused()).hasMessageContaining("is a file, and was a symbolic link earlier");
  }

  @Test
  void unpack_directoryOverALink_isRefused() {
    project().symbolicLink("pkg-1.0/l", "d").directory("pkg-1.0/l").gzip(archive);
    assertThat(refused()).hasMessageContaining("is a directory, and was a symbolic link earlier");
  }

  @ParameterizedTest
  @CsvSource({
    "/etc/passwd, absolute path",
    "../bystander, '..'",
    "pkg-1.0/gone, not in the archive before it",
    "pkg-1.0, which is a directory",
    "pkg-1.0/link, hard link to itself"
  })
  void unpack_hardLinkToWhatIsNoFileOfTheArchive_isRefused(String target, String message) {
    project().file("pkg-1.0/link", "x").hardLink("pkg-1.0/link", target).gzip(archive);
    assertThat(refused()).hasMessageContaining(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"../evil", "pkg-1.0/../../evil", "pkg-1.0/..", "pkg-1.0/a/../b", ".."})
  void unpack_dotDotInAName_isRefused(String name) {
    project().file(name, "x").gzip(archive);
    assertThat(refused()).hasMessageContaining("has '..' in its path");
  }

  @Test
  void unpack_absoluteName_staysInsideAndIsRefusedAsASecondTop() {
    project().file(temp + "/evil", "x").gzip(archive);
    assertThat(refused()).hasMessageContaining("2 entries at its top: 'pkg-1.0', '");
  }

  @ParameterizedTest
  @CsvSource({
    "3, is a device",
    "4, is a device",
    "6, is a FIFO",
    "S, is a sparse file",
    "V, is of the unknown type 'V'",
    "9, is of the unknown type '9'"
  })
  void unpack_specialFile_isRefused(char type, String message) {
    project().entry("pkg-1.0/special", type, "", 0644, RawTar.TIME, new byte[0]).gzip(archive);
    assertThat(refused()).hasMessageContaining("'pkg-1.0/special' " + message);
  }

  @Test
  void unpack_sparsePaxFile_isRefused() {
    for (String key : List.of("map", "size", "major", "name", "realsize")) {
      project().pax("GNU.sparse." + key, "1").file("pkg-1.0/special", "x").gzip(archive);
      assertThat(refused()).as(key).hasMessageMatching("(?s).*(sparse|damaged).*");
    }
  }

  @Test
  void unpack_nameThatIsNotUtf8_isRefused() {
    byte[] name = "pkg-1.0/caf\u00e9".getBytes(StandardCharsets.ISO_8859_1);
    project().entry(name, '0', "", 0644, RawTar.TIME, 0, new byte[0]).gzip(archive);
    assertThat(refused()).hasMessageContaining("has a name that is not UTF-8");
  }

  @Test
  void unpack_linkToANameThatIsNotUtf8_isRefused() throws IOException {
    byte[] tar = project().symbolicLink("pkg-1.0/l", "caf1").bytes();
    int at = new String(tar, StandardCharsets.ISO_8859_1).indexOf("caf1");
    tar[at + 3] = (byte) 0xE9;
    int sum = at - 157 + 148; // where the header has its check sum, RawTar writes 6 digits
    String digits = new String(tar, sum, 6, StandardCharsets.US_ASCII);
    String changed =
        String.format(java.util.Locale.ROOT, "%06o", Integer.parseInt(digits, 8) + (0xE9 - '1'));
    System.arraycopy(changed.getBytes(StandardCharsets.US_ASCII), 0, tar, sum, 6);
    RawTar.gzip(tar, archive);
    assertThat(refused()).hasMessageContaining("'pkg-1.0/l' has a name that is not UTF-8");
  }

  @Test
  void unpack_questionMarkInAName_isNoSignOfThat() throws IOException {
    project()
        .file("pkg-1.0/what?", "")
        .pax("path", "pkg-1.0/caf\u00e9")
        .entry(
            "pkg-1.0/caf\u00e9".getBytes(StandardCharsets.ISO_8859_1),
            '0',
            "",
            0644,
            RawTar.TIME,
            0,
            new byte[0])
        .gzip(archive);
    try (SourceTree tree = unpack()) {
      assertThat(list(tree.root())).containsExactly("caf\u00e9", "pyproject.toml", "what?");
    }
  }

  @Test
  void unpack_nulInAPaxName_isRefused() {
    project().pax("path", "pkg-1.0/a\0b").file("pkg-1.0/a", "").gzip(archive);
    assertThat(refused()).hasMessageContaining("no file name here: Nul character");
  }

  @Test
  void unpack_noTopDirectory_namesWhatWasFound() {
    new RawTar().file("setup.py", "").gzip(archive);
    assertThat(refused()).hasMessageContaining("has at its top a file, 'setup.py'");
    new RawTar().file("setup.py", "").file("pkg/x.py", "").file("README", "").gzip(archive);
    assertThat(refused())
        .hasMessageContaining(
            "has 3 entries at its top: 'setup.py', 'pkg', 'README'; expected the one");
  }

  @Test
  void unpack_noProjectInIt_saysSo() {
    new RawTar().file("pkg-1.0/README", "").gzip(archive);
    assertThat(refused()).hasMessageContaining("neither pyproject.toml nor setup.py");
  }

  @Test
  void unpack_directoryWithContent_isRefused() {
    project().entry("pkg-1.0/d", '5', "", 0755, RawTar.TIME, new byte[600]).gzip(archive);
    assertThat(refused()).hasMessageContaining("is a directory or link, and yet has 600 bytes");
  }

  @Test
  void unpack_fileOverADirectory_isRefused() {
    project().directory("pkg-1.0/d").file("pkg-1.0/d", "").gzip(archive);
    assertThat(refused()).hasMessageContaining("is a file, and was a directory earlier");
  }

  private static RawTar project() {
    return new RawTar().directory("pkg-1.0").file("pkg-1.0/pyproject.toml", "");
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(
        Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS));
  }

  private static FileTime time(Path path) throws IOException {
    return Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS);
  }
}
