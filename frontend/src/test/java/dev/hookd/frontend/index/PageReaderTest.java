package dev.hookd.frontend.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hookd.frontend.index.PageReader.MalformedPageException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageReaderTest {

  private static final String JSON = "application/vnd.pypi.simple.v1+json";
  private static final String HASH = "ab".repeat(32);

  private final List<String> warnings = new ArrayList<>();

  private ProjectPage read(String type, String content) throws MalformedPageException {
    PageReader.Context context =
        new PageReader.Context(
            "my-project",
            URI.create("https://index.example.org/simple/my-project/"),
            "the index",
            warnings::add);
    return PageReader.read(content.getBytes(StandardCharsets.UTF_8), type, context);
  }

  private ProjectFile one(String type, String content) throws MalformedPageException {
    List<ProjectFile> files = read(type, content).files();
    assertThat(files).hasSize(1);
    return files.get(0);
  }

  private static String json(String file) {
    return "{\"files\": [" + file + "], \"meta\": {\"api-version\": \"1.1\"}}";
  }

  @Test
  void json_withEverything_isReadAsTheStandardsHaveIt() throws Exception {
    ProjectPage page =
        read(
            JSON,
            """
            {"name": "my-project", "unknown": {"files": [1, {"a": []}]},
             "versions": ["1.0", "2.0"],
             "files": [{
               "filename": "my_project-1.0-py3-none-any.whl",
               "url": "/files/my_project-1.0-py3-none-any.whl#x",
               "hashes": {"sha256": "%1$s", "blake2b_256": "%1$s", "bad": "zz"},
               "requires-python": ">=3.8", "size": 1234567890123,
               "upload-time": "2026-01-02T03:04:05.678Z",
               "yanked": "broken build",
               "core-metadata": {"sha256": "%1$s"}, "dist-info-metadata": false}],
             "meta": {"api-version": "1.1"}}
            """
                .formatted(HASH));

    assertThat(page.versions()).containsExactly("1.0", "2.0");
    assertThat(page.files())
        .containsExactly(
            new ProjectFile(
                "my_project-1.0-py3-none-any.whl",
                URI.create("https://index.example.org/files/my_project-1.0-py3-none-any.whl"),
                Map.of("sha256", HASH, "blake2b_256", HASH),
                Optional.of(">=3.8"),
                Optional.of("broken build"),
                OptionalLong.of(1234567890123L),
                Optional.of(Instant.parse("2026-01-02T03:04:05.678Z")),
                Optional.of(Map.of("sha256", HASH)),
                "the index"));
    assertThat(warnings).isEmpty();
  }

  @Test
  void json_withNothingOptional_isRead() throws Exception {
    ProjectFile file =
        one(
            JSON + "; charset=utf-8",
            json(
                """
                {"filename": "my.project-1.0.tar.gz", "url": "https://cdn.example.org/1.tgz",
                 "hashes": {}, "requires-python": null, "yanked": false, "size": null}
                """));

    assertThat(file.url()).hasToString("https://cdn.example.org/1.tgz");
    assertThat(file.requiresPython()).isEmpty();
    assertThat(file.yanked()).isEmpty();
    assertThat(file.size()).isEmpty();
    assertThat(file.coreMetadata()).isEmpty();
  }

  @Test
  void json_metadataByItsOldName_countsWhereTheNewOneIsMissing() throws Exception {
    String file = "{\"filename\": \"my_project-1-py3-none-any.whl\", \"url\": \"x\", %s}";

    assertThat(one(JSON, json(file.formatted("\"dist-info-metadata\": true"))).coreMetadata())
        .contains(Map.of());
    assertThat(
            one(
                    JSON,
                    json(file.formatted("\"core-metadata\": false, \"dist-info-metadata\": true")))
                .coreMetadata())
        .isEmpty();
  }

  @Test
  void json_yankedWithoutReason_isYanked() throws Exception {
    String file = "{\"filename\": \"my-project-1.zip\", \"url\": \"x\", \"yanked\": true}";

    assertThat(one(JSON, json(file)).yanked()).contains("");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"filename\": \"my-project-1.egg\", \"url\": \"x\"}",
        "{\"filename\": \"../my-project-1.tar.gz\", \"url\": \"x\"}",
        "{\"filename\": \"other-1.tar.gz\", \"url\": \"x\"}",
        "{\"filename\": \"my-project-1.tar.gz\"}",
        "{\"filename\": \"my-project-1.tar.gz\", \"url\": \"file:///etc/passwd\"}",
        "{\"filename\": \"my-project-1.tar.gz\", \"url\": \"ftp://h.example.org/x\"}",
        "{\"filename\": 5, \"url\": 7}",
        "null",
        "[]"
      })
  void json_entryThatIsNoFileOfTheProject_isLeftOut(String entry) throws Exception {
    assertThat(read(JSON, json(entry)).files()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{",
        "{\"files\": [",
        "{\"files\": [{}",
        "{\"meta\": {\"api-version\": \"1.0\"}}",
        "{\"files\": []}",
        "{\"files\": [], \"meta\": {\"api-version\": 1}}",
        "{\"files\": [], \"meta\": {\"api-version\": \"2.0\"}}"
      })
  void json_thatIsNoPage_isRefused(String content) {
    assertThatThrownBy(() -> read(JSON, content)).isInstanceOf(MalformedPageException.class);
  }

  @Test
  void apiVersion_ofANewerMinor_isWarnedAbout() throws Exception {
    read(JSON, "{\"files\": [], \"meta\": {\"api-version\": \"1.99\"}}");

    assertThat(warnings).singleElement().asString().contains("the index speaks version 1.99");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"application/vnd.pypi.simple.v2+json", "application/json", "text/plain", ""})
  void contentType_thatIsNotKnown_isRefused(String type) {
    assertThatThrownBy(() -> read(type, json("")))
        .isInstanceOf(MalformedPageException.class)
        .hasMessageMatching(".*(only v1 is known|its content type is).*");
  }

  @Test
  void html_withEverything_isReadAsTheStandardsHaveIt() throws Exception {
    ProjectPage page =
        read(
            "text/html",
            """
            <!DOCTYPE html><html><head>
            <meta name="pypi:repository-version" content="1.0">
            <base href="https://files.example.org/a/"></head><body>
            <h1>Links</h1><a href="../">up</a><a name="x">no link</a>
            <a href="my_project-1.0%%2Blocal-py3-none-any.whl#sha256=%1$s"
               data-requires-python="&gt;=3.8,&lt;4" data-yanked=""
               data-core-metadata="sha256=%1$s" data-dist-info-metadata="true">any text</a>
            </body></html>
            """
                .formatted(HASH));

    assertThat(page.versions()).isEmpty();
    assertThat(page.files())
        .containsExactly(
            new ProjectFile(
                "my_project-1.0+local-py3-none-any.whl",
                URI.create("https://files.example.org/a/my_project-1.0%2Blocal-py3-none-any.whl"),
                Map.of("sha256", HASH),
                Optional.of(">=3.8,<4"),
                Optional.of(""),
                OptionalLong.empty(),
                Optional.empty(),
                Optional.of(Map.of("sha256", HASH)),
                "the index"));
  }

  @Test
  void html_linkWithoutAFilesName_goesByItsText() throws Exception {
    ProjectFile file =
        one(
            "application/vnd.pypi.simple.v1+html",
            "<a href='/download/17?name=a b&x=[1]#md5="
                + "c".repeat(32)
                + "'>My.Project-1.0.zip</a>");

    assertThat(file.fileName()).isEqualTo("My.Project-1.0.zip");
    assertThat(file.url())
        .hasToString("https://index.example.org/download/17?name=a%20b&x=%5B1%5D");
    assertThat(file.hashes()).containsOnlyKeys("md5");
  }

  @Test
  void html_inAnotherCharacterSet_isReadAsItSays() throws Exception {
    byte[] content =
        "<a href='my-project-1.tar.gz' data-yanked='für immer'>x</a>"
            .getBytes(StandardCharsets.ISO_8859_1);
    PageReader.Context context =
        new PageReader.Context(
            "my-project", URI.create("https://index.example.org/"), "the index", warnings::add);

    assertThat(PageReader.read(content, "text/html; charset=\"iso-8859-1\"", context).files())
        .singleElement()
        .satisfies(file -> assertThat(file.yanked()).contains("für immer"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<a href='file:///srv/my-project-1.tar.gz'>x</a>",
        "<a href='javascript:my-project-1.tar.gz'>x</a>",
        "<a href='http://['>my-project-1.tar.gz</a>",
        "<a href='my-project-1.tar.gz"
      })
  void html_linkThatLeadsNowhere_isLeftOut(String link) throws Exception {
    assertThat(read("text/html", link).files()).isEmpty();
  }

  @Test
  void html_ofAnotherMajorVersion_isRefused() {
    assertThatThrownBy(
            () ->
                read(
                    "text/html",
                    "<meta name='pypi:repository-version' content='2.0'><a href=x>x</a>"))
        .isInstanceOf(MalformedPageException.class)
        .hasMessageContaining("speaks version 2.0");
  }
}
