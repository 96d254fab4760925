package dev.hookd.frontend.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Set;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** That reading refuses what unpacking refuses is asserted by {@link UnpackCase#refused}. */
class SdistReadTest extends UnpackCase {

  private static final Set<String> NAMES = Set.of("PKG-INFO", "pyproject.toml");

  @Test
  void read_givesTheTopLevelFilesAlone() throws Exception {
    new RawTar()
        .file("pkg-1.0/pkg.egg-info/PKG-INFO", "deep")
        .file("pkg-1.0/PKG-INFO", "top")
        .file("pkg-1.0/setup.py", "unwanted")
        .gzip(archive);

    SdistFiles files = SdistArchive.read(archive, NAMES, ArchiveLimits.defaults());

    assertThat(files.topDirectory()).isEqualTo("pkg-1.0");
    assertThat(files.contents()).containsOnlyKeys("PKG-INFO");
    assertThat(files.contents().get("PKG-INFO")).isEqualTo("top".getBytes(UTF_8));
    assertThat(files.unread()).isEmpty();
    assertThat(files.sha256()).isEqualTo(sha256());
  }

  @Test
  void read_ofAZip_givesTheSame() throws Exception {
    try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(archive)) {
      zip.putArchiveEntry(new ZipArchiveEntry("pkg-1.0/pyproject.toml"));
      zip.write("[project]".getBytes(UTF_8));
      zip.closeArchiveEntry();
    }

    SdistFiles files = SdistArchive.read(archive, NAMES, ArchiveLimits.defaults());

    assertThat(files.contents()).containsOnlyKeys("pyproject.toml");
    assertThat(files.contents().get("pyproject.toml")).asString(UTF_8).isEqualTo("[project]");
    assertThat(files.sha256()).isEqualTo(sha256());
  }

  @Test
  void read_whatTheDecompressorDoesNotLookAt_isInTheHash() throws Exception {
    new RawTar().file("pkg-1.0/setup.py", "").gzip(archive);
    Files.write(archive, new byte[200_000], StandardOpenOption.APPEND);

    assertThat(SdistArchive.read(archive, NAMES, ArchiveLimits.defaults()).sha256())
        .isEqualTo(sha256());
  }

  @Test
  void read_whatIsNoPlainFileOfABearableSize_isNamed() {
    new RawTar()
        .file("pkg-1.0/setup.py", "")
        .symbolicLink("pkg-1.0/PKG-INFO", "meta/PKG-INFO")
        .file("pkg-1.0/pyproject.toml", "x".repeat(11))
        .hardLink("pkg-1.0/hard", "pkg-1.0/setup.py")
        .directory("pkg-1.0/dir")
        .gzip(archive);

    SdistFiles files =
        SdistArchive.read(
            archive,
            Set.of("PKG-INFO", "pyproject.toml", "hard", "dir", "setup.py", "gone"),
            ArchiveLimits.builder().maxReadBytes(10).build());

    assertThat(files.contents()).containsOnlyKeys("setup.py");
    assertThat(files.unread())
        .containsExactlyInAnyOrder("PKG-INFO", "pyproject.toml", "hard", "dir");
  }

  @Test
  void read_projectByALink_isOneAsOnDisk() throws IOException {
    new RawTar()
        .file("pkg-1.0/etc/p.toml", "")
        .symbolicLink("pkg-1.0/cfg", "etc/../etc/.")
        .symbolicLink("pkg-1.0/pyproject.toml", "cfg/p.toml")
        .gzip(archive);
    assertThat(SdistArchive.read(archive, NAMES, ArchiveLimits.defaults()).unread())
        .containsExactly("pyproject.toml");
    try (SourceTree tree = unpack()) {
      assertThat(tree.isProject()).isTrue();
    }
  }

  /** What the kernel would not open: refused, since a link that leads nowhere is no file. */
  @Test
  void read_projectByALinkThatLeadsNowhere_isNone() {
    for (String target : new String[] {"gone", "pyproject.toml", "gone/../f", "f/../f", "f/"}) {
      new RawTar()
          .file("pkg-1.0/f", "")
          .symbolicLink("pkg-1.0/pyproject.toml", target)
          .gzip(archive);
      assertThat(refused()).as(target).hasMessageContaining("neither pyproject.toml nor setup.py");
    }
  }

  /** Or else the archive would be remembered as a damaged one. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void read_ofAnInterruptedThread_isNotTheArchivesFault(boolean isZip) throws IOException {
    if (isZip) {
      new ZipArchiveOutputStream(archive).close();
    } else {
      new RawTar().file("pkg-1.0/setup.py", "").gzip(archive);
    }
    for (boolean writing : new boolean[] {true, false}) {
      Thread.currentThread().interrupt();
      try {
        assertThatThrownBy(
                () -> {
                  if (writing) {
                    unpack().close();
                  } else {
                    SdistArchive.read(archive, NAMES, ArchiveLimits.defaults());
                  }
                })
            .isInstanceOf(UncheckedIOException.class)
            .hasMessage("interrupted while reading " + archive)
            .hasCauseInstanceOf(ClosedByInterruptException.class);
      } finally {
        assertThat(Thread.interrupted()).isTrue();
      }
    }
  }

  private String sha256() throws Exception {
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(archive));
    return HexFormat.of().formatHex(digest);
  }
}
