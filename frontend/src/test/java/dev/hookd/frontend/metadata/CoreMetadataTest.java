package dev.hookd.frontend.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CoreMetadataTest {

  private static final String START = "Metadata-Version: 2.1\nName: Example.Name\nVersion: 1.0\n";

  @Test
  void fields_areFoundWithoutRegardToCase() {
    CoreMetadata metadata = parse("metadata-version: 2.1\nNAME: Example.Name\nversion: 1.0\n");

    assertThat(metadata.name()).isEqualTo("Example.Name");
    assertThat(metadata.version()).isEqualTo("1.0");
    assertThat(metadata.first("METADATA-VERSION")).contains("2.1");
    assertThat(metadata).hasToString("Example.Name 1.0");
    assertThat(metadata.toJson().properties())
        .extracting(entry -> entry.getKey())
        .containsExactlyInAnyOrder("metadata_version", "name", "version");
  }

  @Test
  void everyField_hasItsMethod() {
    CoreMetadata metadata =
        parse(
            """
            Metadata-Version: 2.5
            Name: a
            Version: 1
            Dynamic: License-File
            Summary: in a line
            Description-Content-Type: text/markdown
            Keywords: k1,k2
            Author: A. Author
            Author-email: a@example.org
            Maintainer: M. Maintainer
            Maintainer-email: m@example.org
            License: free
            License-Expression: MIT
            License-File: LICENSE
            Classifier: Private :: Do Not Upload
            Requires-Dist: b >=1
            Requires-Python: >=3.8
            Requires-External: C
            Provides-Extra: x
            Project-URL: Home, https://example.org/
            Import-Name: a
            Import-Namespace: ns

            The body.
            """);

    assertThat(metadata.unparsed()).isEmpty();
    assertThat(metadata.metadataVersion()).contains("2.5");
    assertThat(metadata.dynamic()).containsExactly("license-file");
    assertThat(metadata.summary()).contains("in a line");
    assertThat(metadata.description()).contains("The body.\n");
    assertThat(metadata.descriptionContentType()).contains("text/markdown");
    assertThat(metadata.keywords()).containsExactly("k1", "k2");
    assertThat(metadata.author()).contains("A. Author");
    assertThat(metadata.authorEmail()).contains("a@example.org");
    assertThat(metadata.maintainer()).contains("M. Maintainer");
    assertThat(metadata.maintainerEmail()).contains("m@example.org");
    assertThat(metadata.license()).contains("free");
    assertThat(metadata.licenseExpression()).contains("MIT");
    assertThat(metadata.licenseFiles()).containsExactly("LICENSE");
    assertThat(metadata.classifiers()).containsExactly("Private :: Do Not Upload");
    assertThat(metadata.requiresDist()).containsExactly("b >=1");
    assertThat(metadata.requiresPython()).contains(">=3.8");
    assertThat(metadata.requiresExternal()).containsExactly("C");
    assertThat(metadata.providesExtra()).containsExactly("x");
    assertThat(metadata.projectUrls()).containsExactly(entry("Home", "https://example.org/"));
    assertThat(metadata.importNames()).containsExactly("a");
    assertThat(metadata.importNamespaces()).containsExactly("ns");
  }

  @Test
  void absentField_isEmpty() {
    assertThat(parse(START).first("Summary")).isEmpty();
    assertThat(parse(START).all("Requires-Dist")).isEmpty();
  }

  @Test
  void multipleUseField_keepsItsOrderAndIsAlwaysAList() {
    CoreMetadata metadata =
        parse(START + "Requires-Dist: b\nPlatform: any\nrequires-dist: a\nRequires-Dist: b\n");

    assertThat(metadata.all("Requires-Dist")).containsExactly("b", "a", "b");
    assertThat(json(metadata, "requires_dist")).isEqualTo("[\"b\",\"a\",\"b\"]");
    assertThat(json(metadata, "platform")).isEqualTo("[\"any\"]");
  }

  @Test
  void singleUseFieldTwice_firstCounts() {
    CoreMetadata metadata = parse(START + "Summary: one\nSummary: two\n");

    assertThat(metadata.first("Summary")).contains("one");
    assertThat(metadata.all("Summary")).containsExactly("one", "two");
    assertThat(json(metadata, "summary")).isEqualTo("\"one\"");
  }

  @Test
  void fieldWithAnUnderscore_doesNotPassForTheSpecifiedOne() {
    assertThat(parse(START + "Requires_Dist: evil\n").toJson().has("requires_dist")).isFalse();
    CoreMetadata both = parse(START + "Requires-Dist: a\nRequires_Dist: evil\n");
    assertThat(json(both, "requires_dist")).isEqualTo("[\"a\"]");
    assertThat(both.first("Requires_Dist")).contains("evil");
  }

  @Test
  void keywords_areSplitAtWhiteSpace() {
    assertThat(json(parse(START + "Keywords: a  b\tc\n"), "keywords"))
        .isEqualTo("[\"a\",\"b\",\"c\"]");
    assertThat(json(parse(START + "Keywords: a,b c\n"), "keywords")).isEqualTo("[\"a,b\",\"c\"]");
    assertThat(json(parse(START + "Keywords:\n"), "keywords")).isEqualTo("[]");
  }

  @Test
  void foldedField_losesTheIndentationOfItsWriter() {
    String expected = "one\ntwo\n  deeper\n\nfive";

    assertThat(folded("one\n        two\n          deeper\n        \n        five"))
        .isEqualTo(expected);
    assertThat(folded("one\n       |two\n       |  deeper\n       |\n       |five"))
        .isEqualTo(expected);
    assertThat(folded("one\n\ttwo\n three")).isEqualTo("one\ntwo\nthree");
    assertThat(folded("\n        one\n        two")).isEqualTo("one\ntwo");
  }

  private static String folded(String license) {
    CoreMetadata metadata = parse(START + "License: " + license + "\nSummary: next\n");
    assertThat(metadata.first("Summary")).contains("next");
    return metadata.first("License").orElseThrow();
  }

  @Test
  void body_isTheDescriptionToTheLastByte() {
    assertThat(parse(START + "\n\n  a\n\nb: c\n\n\n").first("Description"))
        .contains("\n  a\n\nb: c\n\n\n");
    assertThat(parse(START + "\n \n\n").first("Description")).isEmpty();
  }

  @Test
  void descriptionField_countsWhereThereIsNoBody() {
    String header = START + "Description: in\n        the header\n";

    assertThat(parse(header).first("Description")).contains("in\nthe header");
    assertThat(parse(header + "\nin the body\n").all("description"))
        .containsExactly("in the body\n");
  }

  @Test
  void carriageReturns_endLinesAsWell() {
    CoreMetadata metadata =
        parse((START + "License: a\n        b\n\nbody\n").replace("\n", "\r\n"));

    assertThat(metadata.version()).isEqualTo("1.0");
    assertThat(metadata.first("License")).contains("a\nb");
    assertThat(metadata.first("Description")).contains("body\n");
    assertThat(metadata.text()).contains("Version: 1.0\r\n");
  }

  @Test
  void utf8_isReadAsItIs() {
    CoreMetadata metadata = parse(START + "Author: Caf\u00e9 \ud83d\ude00\n\n\u2603\n");

    assertThat(metadata.first("Author")).contains("Caf\u00e9 \ud83d\ude00");
    assertThat(metadata.first("Description")).contains("\u2603\n");
  }

  @Test
  void invalidUtf8_isReplaced_andTheFileKept() {
    byte[] file = (START + "Author: Caf\u00e9\n\n\u00fc\n").getBytes(StandardCharsets.ISO_8859_1);

    CoreMetadata metadata = CoreMetadata.parse(file);

    assertThat(metadata.first("Author")).contains("Caf\ufffd");
    assertThat(metadata.first("Description")).contains("\ufffd\n");
    assertThat(metadata.raw()).isEqualTo(file);
  }

  @Test
  void raw_isACopyBothWays() {
    byte[] file = START.getBytes(StandardCharsets.UTF_8);
    CoreMetadata metadata = CoreMetadata.parse(file);

    file[0] = 'X';
    metadata.raw()[1] = 'X';
    metadata.toJson().put("name", "changed");

    assertThat(metadata.text()).isEqualTo(START);
    assertThat(json(metadata, "name")).isEqualTo("\"Example.Name\"");
    assertThatThrownBy(() -> metadata.all("Name").add("x"))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void missingNameOrVersion_isRefusedByName() {
    assertThatThrownBy(() -> parse(""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Name");
    assertThatThrownBy(() -> parse("Name: a\n")).hasMessageContaining("Version");
    assertThatThrownBy(() -> parse("Version: 1\n")).hasMessageContaining("Name");
    assertThatThrownBy(() -> parse("\n" + START)).hasMessageContaining("Name");
    assertThatThrownBy(() -> parse("Name:\nVersion: 1\n")).hasMessageContaining("Name");
  }

  @Test
  void lineThatIsNoHeader_endsTheHeaders() {
    CoreMetadata metadata = parse(START + "an unindented license\nRequires-Dist: no\n");

    assertThat(metadata.all("Requires-Dist")).isEmpty();
    assertThat(metadata.first("Description"))
        .hasValueSatisfying(body -> assertThat(body).contains("Requires-Dist: no"));
  }

  @Test
  void hugeHeaderLineAndManyHeaders_areRead() {
    String line = "x".repeat(1 << 20);
    CoreMetadata metadata =
        parse(START + "Summary: " + line + "\n" + "Classifier: c\n".repeat(20_000));

    assertThat(metadata.first("Summary")).contains(line);
    assertThat(metadata.all("Classifier")).hasSize(20_000);
  }

  @Test
  void json_isThatOfImportlibMetadata(@TempDir Path directory)
      throws IOException, InterruptedException {
    List<String> files =
        List.of(
            START,
            START + "Summary: caf\u00e9 \u2603\n",
            START + "Classifier: B\nClassifier: A\nRequires-Dist: x (>=1); extra == 'a'\n",
            START + "Keywords: one two  three\n",
            START + "License: one\n        two\n          three\nHome-page: h\n",
            START + "Project-URL: A, b\nProject-URL: C, d\nProvides-Extra: e\n",
            START + "Author-email: \"A, B\" <a@example.test>\nRequires-Python: >=3.8\n",
            START + "License-File: a\nLicense-File: b\nDynamic: Version\nDynamic: License\n",
            START + "Description-Content-Type: text/markdown; charset=UTF-8\n\n# T\n\ntext\n",
            START + "Description: short\n        and long\n",
            START + "\n\n\n  the body\n\n",
            START + "\nName: body\n");

    List<JsonNode> expected = EmailPackage.read(directory, files);
    assumeTrue(expected.get(0).get("json").isObject(), "Python's metadata.json came with 3.10");
    for (int i = 0; i < files.size(); i++) {
      ObjectNode wanted = (ObjectNode) expected.get(i).get("json");
      // Python gives the empty payload of a file without a body as an empty description.
      if (wanted.path("description").asText("x").isEmpty()) {
        wanted.remove("description");
      }
      ObjectNode actual = parse(files.get(i)).toJson();
      // Older Pythons do not know these to be lists, or know no such fields at all.
      for (String recent : List.of("dynamic", "license_file")) {
        if (actual.has(recent) && !wanted.path(recent).isArray()) {
          wanted.remove(recent);
          actual.remove(recent);
        }
      }
      assertThat(actual).as(files.get(i)).isEqualTo(wanted);
    }
  }

  private static CoreMetadata parse(String file) {
    return CoreMetadata.parse(file.getBytes(StandardCharsets.UTF_8));
  }

  private static String json(CoreMetadata metadata, String key) {
    return new ObjectMapper().valueToTree(metadata.toJson().get(key)).toString();
  }
}
