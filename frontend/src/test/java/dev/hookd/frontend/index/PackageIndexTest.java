package dev.hookd.frontend.index;

import static dev.hookd.frontend.index.IndexFixture.file;
import static dev.hookd.frontend.index.IndexFixture.page;
import static dev.hookd.frontend.index.IndexFixture.sha256;
import static dev.hookd.frontend.index.IndexFixture.utf8;
import static dev.hookd.frontend.index.LoopbackIndex.body;
import static dev.hookd.frontend.index.LoopbackIndex.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.hookd.frontend.DistributionNotFoundException;
import dev.hookd.frontend.HashMismatchException;
import dev.hookd.frontend.IndexUnreachableException;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What several indexes and pages of links have of a project. */
class PackageIndexTest extends PackageIndexFixture {

  @Test
  void select_asksForThePageOfTheNormalizedName() throws Exception {
    server.json("foo-bar", page(file("foo_bar-1.0.tar.gz", utf8("x"))));

    Selection selection = index().select("Foo__Bar", ONE, false);

    assertThat(selection.best().url()).hasToString(server.url("/files/foo_bar-1.0.tar.gz"));
    assertThat(selection.indexes()).containsExactly(server.simple());
    assertThat(server.requests("/simple/foo-bar/"))
        .singleElement()
        .satisfies(
            request -> {
              assertThat(request.header("Accept")).startsWith(TYPE + ",").contains("text/html;q=");
              assertThat(request.header("User-Agent")).isEqualTo("hookd");
            });
  }

  @Test
  void select_whenTheServerHasHtmlOnly_readsThat() throws Exception {
    server.html("p", "<a href='/files/p-1.0.zip' data-yanked='leaks'>p-1.0.zip</a>");

    assertThat(index().select("p", ONE, false).best().fileName()).isEqualTo("p-1.0.zip");
    assertThat(fixture.warnings).containsExactly("p-1.0.zip is yanked: leaks");
  }

  @Test
  void select_whenNothingHasTheProject_namesAllThatWereAsked() throws Exception {
    Path links = Files.createDirectory(directory.resolve("links"));
    try (LoopbackIndex second = new LoopbackIndex()) {
      PackageIndex index =
          fixture.index(
              server.simple().replace("//", "//user:secret@"),
              builder -> builder.extraIndex(second.simple()).findLinks(links.toString()));

      DistributionNotFoundException failure =
          catchThrowableOfType(
              DistributionNotFoundException.class, () -> index.select("p", ONE, false));

      assertThat(failure.indexes())
          .containsExactly(links.toString(), server.simple(), second.simple());
      assertThat(failure.getMessage()).doesNotContain("secret");
    }
  }

  @Test
  void pages_withSeveralIndexesAndFindLinks_haveAllInTheirOrder() throws Exception {
    Path links = Files.createDirectory(directory.resolve("links"));
    Files.write(links.resolve("p-1.0.tar.gz"), utf8("local"));
    Files.write(links.resolve("q-1.0.tar.gz"), utf8("other"));
    server.html("p", "<a href='/files/p-1.0.zip'>x</a>");
    server.on("/links.html", body("text/html", "<a href='p-3.0.zip'>x</a><a href='q-1.zip'>x</a>"));
    try (LoopbackIndex second = new LoopbackIndex()) {
      second.html("p", "<a href='/files/p-2.0.zip'>x</a>");
      PackageIndex index =
          fixture.index(
              server.simple(),
              builder ->
                  builder
                      .extraIndex(second.simple())
                      .findLinks(links.toString())
                      .findLinks(server.url("/links.html")));

      List<ProjectPage> pages = index.pages("p");

      assertThat(pages)
          .flatExtracting(ProjectPage::files)
          .extracting(ProjectFile::fileName)
          .containsExactly("p-1.0.tar.gz", "p-3.0.zip", "p-1.0.zip", "p-2.0.zip");
      Download local = index.download(pages.get(0).files().get(0));
      assertThat(local.path()).isEqualTo(links.resolve("p-1.0.tar.gz"));
      assertThat(local.sha256()).isEqualTo(sha256(utf8("local")));
    }
  }

  @Test
  void findLinks_thatAreMissing_areWarnedAbout() throws Exception {
    server.html("p", "<a href='/files/p-1.0.zip'>x</a>");
    String missing = directory.resolve("missing").toString();

    assertThat(fixture.index(server.simple(), builder -> builder.findLinks(missing)).pages("p"))
        .hasSize(1);
    assertThat(fixture.warnings).containsExactly("find-links names no directory: " + missing);
  }

  @Test
  void pages_whenOneIndexIsDown_failRatherThanAnswerWithoutIt() throws Exception {
    server.html("p", "<a href='/files/p-1.0.zip'>x</a>");
    String closed = "http://127.0.0.1:" + closedPort();
    PackageIndex index = fixture.index(server.simple(), builder -> builder.extraIndex(closed));

    assertThatThrownBy(() -> index.pages("p"))
        .isInstanceOf(IndexUnreachableException.class)
        .hasMessageContaining("no connection");
  }

  private static int closedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  @Test
  void offline_asksNobody() {
    PackageIndex index = fixture.index(server.simple(), builder -> builder.offline(true));

    assertThatThrownBy(() -> index.pages("p"))
        .isInstanceOf(IndexUnreachableException.class)
        .hasMessageContaining("offline");
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void coreMetadata_ofAWheel_isFetchedAloneAndChecked() throws Exception {
    byte[] metadata = utf8("Metadata-Version: 2.4\nName: p\nVersion: 1.0\n");
    String wheel =
        """
        {"filename": "p-1.0-py3-none-any.whl", "url": "/files/p-1.0-py3-none-any.whl",
         "hashes": {}, "core-metadata": {"sha256": "%s"}}"""
            .formatted(sha256(metadata));
    server.json("p", page(wheel));
    server.on("/files/p-1.0-py3-none-any.whl.metadata", bytes(metadata));
    PackageIndex index = index();
    ProjectFile file = index.select("p", ONE, true).wheelWithMetadata().orElseThrow();

    assertThat(index.coreMetadata(file)).isEqualTo(metadata);

    server.on("/files/p-1.0-py3-none-any.whl.metadata", bytes(utf8("Name: evil")));
    assertThatThrownBy(() -> index.coreMetadata(file)).isInstanceOf(HashMismatchException.class);
  }
}
