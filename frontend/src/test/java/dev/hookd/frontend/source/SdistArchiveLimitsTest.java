package dev.hookd.frontend.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.junit.jupiter.api.Test;

class SdistArchiveLimitsTest extends UnpackCase {

  @Test
  void unpack_bombByRatio_isRefused() {
    project().file("pkg-1.0/zeros", "0".repeat(4 << 20)).gzip(archive);
    assertThat(refused(ArchiveLimits.builder().maxRatio(100).ratioGraceBytes(1 << 20).build()))
        .hasMessageContaining("out of proportion to its")
        .hasMessageContaining("allowed: 100.0 times");
  }

  @Test
  void unpack_highRatioOfASmallArchive_passes() {
    project().file("pkg-1.0/zeros", "0".repeat(1 << 19)).gzip(archive);
    try (SourceTree tree =
        SdistArchive.unpack(
            archive,
            parent,
            ArchiveLimits.builder().maxRatio(100).ratioGraceBytes(1 << 20).build())) {
      assertThat(tree.root().resolve("zeros")).hasSize(1 << 19);
    }
  }

  @Test
  void unpack_zipBombByRatio_isRefused() throws IOException {
    try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(archive)) {
      for (int i = 0; i < 4; i++) {
        zip.putArchiveEntry(new ZipArchiveEntry("pkg-1.0/zeros" + i));
        zip.write(new byte[1 << 20]);
        zip.closeArchiveEntry();
      }
    }
    assertThat(refused(ArchiveLimits.builder().maxRatio(100).ratioGraceBytes(1 << 20).build()))
        .hasMessageContaining("out of proportion");
  }

  @Test
  void unpack_totalBytes_areBoundedForTarAndZip() throws IOException {
    project().file("pkg-1.0/a", "x".repeat(3000)).file("pkg-1.0/b", "x".repeat(3000)).gzip(archive);
    assertThat(refused(ArchiveLimits.builder().maxTotalBytes(5000).build()))
        .hasMessageContaining("unpacks to more than the 5000 bytes allowed");
    try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(archive)) {
      zip.putArchiveEntry(new ZipArchiveEntry("pkg-1.0/a"));
      zip.write(new byte[5001]);
      zip.closeArchiveEntry();
    }
    assertThat(refused(ArchiveLimits.builder().maxTotalBytes(5000).build()))
        .hasMessageContaining("unpacks to more than the 5000 bytes allowed");
  }

  @Test
  void unpack_dataBehindTheArchivesEnd_countsToo() {
    byte[] tar = project().bytes();
    byte[] padded = new byte[tar.length + (1 << 20)];
    System.arraycopy(tar, 0, padded, 0, tar.length);
    RawTar.gzip(padded, archive);
    assertThat(refused(ArchiveLimits.builder().maxTotalBytes(1 << 19).build()))
        .hasMessageContaining("unpacks to more than");
  }

  @Test
  void unpack_oneBigEntry_isRefusedByItsHeader() {
    project().file("pkg-1.0/big", "x".repeat(101)).gzip(archive);
    assertThat(refused(ArchiveLimits.builder().maxEntryBytes(100).build()))
        .hasMessageContaining("entry 'pkg-1.0/big' has 101 bytes; a file may have 100");
  }

  @Test
  void unpack_entries_areCountedWithImpliedDirectories() {
    project().file("pkg-1.0/a/b/c", "").gzip(archive);
    try (SourceTree tree =
        SdistArchive.unpack(archive, parent, ArchiveLimits.builder().maxEntries(5).build())) {
      assertThat(tree.root()).isDirectory();
    }
    assertThat(refused(ArchiveLimits.builder().maxEntries(4).build()))
        .hasMessageContaining("has more than the 4 entries allowed");
  }

  @Test
  void unpack_sameEntryAgainAndAgain_isCountedEachTime() {
    RawTar tar = project();
    for (int i = 0; i < 10; i++) {
      tar.directory("pkg-1.0");
    }
    tar.gzip(archive);
    assertThat(refused(ArchiveLimits.builder().maxEntries(8).build()))
        .hasMessageContaining("entries allowed");
  }

  @Test
  void unpack_depthAndPathLength_areBounded() {
    project().pax("path", "pkg-1.0" + "/d".repeat(80)).file("x", "").gzip(archive);
    assertThat(refused()).hasMessageContaining("lies 81 levels deep; allowed are 64");
    String part = "/" + "d".repeat(200);
    project().pax("path", "pkg-1.0" + part.repeat(6)).file("x", "").gzip(archive);
    assertThat(refused()).hasMessageContaining("has a path of 1213 bytes; allowed are 1024");
    project().pax("path", "pkg-1.0/" + "d".repeat(256)).file("x", "").gzip(archive);
    assertThat(refused()).hasMessageContaining("a file name of more than 255 bytes");
  }

  @Test
  void unpack_headersWithoutEnd_areNotHeldInMemory() {
    byte[] name = "n".repeat(3 << 20).getBytes(StandardCharsets.UTF_8);
    project().entry("././@LongLink", 'L', "", 0, 0, name).file("x", "").gzip(archive);
    assertThat(refused()).hasMessageContaining("has a header of absurd length");
    project().pax("comment", "n".repeat(3 << 20)).file("x", "").gzip(archive);
    assertThat(refused()).hasMessageContaining("has a header of absurd length");
  }

  @Test
  void unpack_failureInTheMiddle_leavesNothing() throws IOException {
    project().file("pkg-1.0/a", "x").file("../evil", "x").gzip(archive);
    refused();
    assertThat(list(parent)).isEmpty();
    assertThat(Files.exists(parent.resolveSibling("evil"))).isFalse();
  }

  @Test
  void limits_refuseNonsense() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ArchiveLimits.builder().maxEntries(0).build())
        .withMessage("maxEntries is 0; expected more than 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ArchiveLimits.builder().maxTotalBytes(-1).build());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ArchiveLimits.builder().maxEntryBytes(0).build());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ArchiveLimits.builder().maxRatio(Double.NaN).ratioGraceBytes(0).build());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ArchiveLimits.builder().maxRatio(2).ratioGraceBytes(-1).build());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ArchiveLimits.builder().maxPathBytes(0).build());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ArchiveLimits.builder().maxDepth(0).build());
  }

  private static RawTar project() {
    return new RawTar().directory("pkg-1.0").file("pkg-1.0/setup.py", "");
  }
}
