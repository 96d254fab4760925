package dev.hookd.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hookd.frontend.BuildSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SourceReviewTest extends ExamplesFixture {

  private static final String METADATA =
      """
      Metadata-Version: 2.4
      Name: vendoring
      Version: 1
      License-Expression: MIT
      License-File: LICENSE
      Classifier: License :: OSI Approved :: BSD License
      Classifier: Topic :: Utilities
      Author-email: Ann <ann@example.org>
      Home-page: https://example.org/home
      Project-URL: Source, https://example.org/source
      Requires-Dist: a>1
      """;

  @Test
  void review_showsWhatIsDeclaredAndWhatIsThere() throws Exception {
    Map<String, String> files =
        Map.of(
            "METADATA.in", METADATA,
            "LICENSE", "terms\n",
            "src/vendored/COPYING.txt", "other terms\n",
            "src/licensed.py", "");
    Path sdist = sdist("vendoring", "1", "pass", files);

    JsonNode report = review(sdist, birdlog()).get(0);

    assertThat(report.path("file").asText()).isEqualTo(sdist.toString());
    assertThat(report.path("sha256").asText()).hasSize(64);
    assertThat(report.path("build"))
        .isEqualTo(json("{'backend': 'backend', 'backend_in_sdist': true, 'requires': []}"));
    assertThat(report.path("license"))
        .isEqualTo(
            json(
                """
                {'files': {
                   'LICENSE':
                     '2da4c41ab9e5822edc730c75efd88a69bffce9994fd90cfd8252b96f29fb7d7c',
                   'src/vendored/COPYING.txt':
                     '73825f677a8a0e82091252510ed72a9e77c54feae21daf6ae9ed0806e8892b37'},
                 'license_expression': 'MIT',
                 'classifiers': ['License :: OSI Approved :: BSD License'],
                 'declared_files': ['LICENSE']}
                """));
    assertThat(report.path("author_email").asText()).isEqualTo("Ann <ann@example.org>");
    assertThat(report.path("urls"))
        .isEqualTo(
            json(
                "{'Home-page': 'https://example.org/home', 'Source': 'https://example.org/source'}"));
    assertThat(report.path("requires_dist")).isEqualTo(json("['a>1']"));
    assertThat(report.path("ran_code").asBoolean()).isTrue();
    assertThat(report.has("error")).isFalse();
  }

  @Test
  void review_ofWhatFails_saysAllThatCanBeSaid() throws Exception {
    Path fails = sdist("fails", "1", "raise OSError('no compiler')", Map.of("LICENSE", ""));
    Path junk = Files.writeString(directory.resolve("junk-1.tar.gz"), "junk");

    JsonNode reports = review(fails, junk);

    assertThat(reports.get(0).path("error").path("kind").asText()).isEqualTo("HookRuntimeError");
    assertThat(reports.get(0).path("license").path("files").has("LICENSE")).isTrue();
    assertThat(reports.get(0).path("build").path("backend").asText()).isEqualTo("backend");
    assertThat(reports.get(1).path("error").path("kind").asText()).isEqualTo("InvalidProject");
    assertThat(reports.get(1).path("file").asText()).isEqualTo(junk.toString());
  }

  private JsonNode review(Path... sdists) throws Exception {
    return new SourceReview(hookd, BuildSettings.DEFAULT).review(List.of(sdists));
  }

  private static JsonNode json(String text) throws Exception {
    return new ObjectMapper().readTree(text.replace('\'', '"'));
  }
}
