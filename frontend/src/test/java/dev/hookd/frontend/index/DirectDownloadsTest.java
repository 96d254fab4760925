package dev.hookd.frontend.index;

import static dev.hookd.frontend.index.IndexFixture.bytes;
import static dev.hookd.frontend.index.IndexFixture.sha256;
import static dev.hookd.frontend.index.LoopbackIndex.redirect;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hookd.frontend.DistributionNotFoundException;
import dev.hookd.frontend.HashMismatchException;
import dev.hookd.frontend.IndexException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are named by their URLs, with no page that leads to them. */
class DirectDownloadsTest extends PackageIndexFixture {

  private static final byte[] SDIST = bytes(300_000, "sdist");
  private static final String NAME = "p-1.0.tar.gz";
  private static final String PATH = "/files/" + NAME;

  @BeforeEach
  void serve() {
    server.on(PATH, LoopbackIndex.file(SDIST, "\"one\""));
  }

  @Test
  void download_ofAUrl_isDownloadedThroughRedirects() throws Exception {
    server.on("/latest/p-1.0.tar.gz", redirect(PATH));
    PackageIndex index = fixture.index(builder -> {});
    String url = server.url("/latest/p-1.0.tar.gz") + "#sha256=" + sha256(SDIST);

    assertThat(index.download(index.direct(url)).path())
        .isEqualTo(fixture.cache.path("downloads/" + sha256(SDIST)).resolve(NAME));
  }

  @Test
  void download_ofAUrlWithAPassword_tellsItAgainAfterARedirectToTheSameServer() throws Exception {
    server.requireAuthorization(Credentials.basic("user:secret"));
    server.on("/latest/p-1.0.tar.gz", redirect(PATH));
    PackageIndex index = fixture.index(builder -> {});
    String url = server.url("/latest/p-1.0.tar.gz").replace("//", "//user:secret@");

    Download download = index.download(index.direct(url));

    assertThat(download.path()).hasBinaryContent(SDIST);
    assertThat(server.requests()).hasSize(2);
  }

  @Test
  void download_ofALocalFile_staysWhereItIs() throws Exception {
    Path sdist = directory.resolve("with space").resolve("q-1.0.zip");
    Files.createDirectory(sdist.getParent());
    Files.write(sdist, SDIST);
    PackageIndex index = fixture.index(builder -> builder.offline(true));

    Download download = index.download(index.direct(sdist.toUri() + "#sha256=" + sha256(SDIST)));

    assertThat(download).isEqualTo(new Download(sdist, sha256(SDIST), SDIST.length, false));
    assertThatThrownBy(
            () -> index.download(index.direct(sdist.toUri() + "#sha256=" + "0".repeat(64))))
        .isInstanceOf(HashMismatchException.class);
    assertThatThrownBy(
            () -> index.download(index.direct("file://" + directory + "/missing-1.0.zip")))
        .isInstanceOf(DistributionNotFoundException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "git+https://user:secret@h.example.org/p.git",
        "https://user:secret@h.example.org/p.git",
        "https://h.example.org/archive/p-1.0.rpm",
        "https://h.example.org/",
        "file://elsewhere/srv/p-1.0.zip",
        "https://h.example.org/p-1.0.zip#subdirectory=a",
        "p-1.0.zip",
        "http://["
      })
  void download_ofWhatCannotBeUsed_isRefused(String url) {
    PackageIndex index = fixture.index(builder -> {});

    assertThatThrownBy(() -> index.direct(url))
        .isInstanceOf(IndexException.class)
        .message()
        .doesNotContain("secret");
  }
}
