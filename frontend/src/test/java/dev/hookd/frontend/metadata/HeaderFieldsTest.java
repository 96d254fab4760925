package dev.hookd.frontend.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The same headers and the same body as Python's {@code email}, file by file. */
class HeaderFieldsTest {

  private static final List<String> FILES =
      List.of(
          "",
          "\n",
          "Name: a",
          "Name: a\nVersion: 1\n",
          "Name: a\nVersion: 1\n\n",
          "Name: a\nVersion: 1\n\nbody\n",
          "Name: a\nVersion: 1\n\n\n\n  body\n\n\n",
          "Name: a\r\nVersion: 1\r\nSummary: b\r\n        c\r\n\r\nbody\r\nmore\r\n",
          "name: a\nVERSION: 1\nClassifier: x\nclassifier: y\nCLASSIFIER: z\n",
          "Name:a\nVersion:\t1\nSummary:   b  \nLicense:\n",
          "Name: a\nSummary: b: c: d\nProject-URL: Home, https://example.test:80/\n",
          "Name: a\nDescription: one\n        two\n          indented\n        \n        four\nVersion: 1\n",
          "Name: a\nLicense:\n        one\n        two\nVersion: 1\n",
          "Name: caf\u00e9 \u2603 \ud83d\ude00\n\ncaf\u00e9\n",
          "Name: a\nno header at all\nVersion: 1\n\nbody\n",
          "Name: a\nno header: it has a space\nVersion: 1\n\nbody\n",
          "Name : a\nVersion: 1\n",
          "Name: a\n: nameless\nVersion: 1\n",
          "Name: a\nX\u00e9: b\nVersion: 1\n",
          "From someone\nName: a\nVersion: 1\n",
          "Name: a\nFrom someone\nVersion: 1\n",
          "From: someone\nName: a\nVersion: 1\n",
          "Name: a\nFrom someone\n\nVersion: 1\n",
          "Name: a\nFrom someone\nno header\nVersion: 1\n",
          "Name: a\nFrom someone\n folded\n\nVersion: 1\n",
          "From someone\n",
          "Name: a\n: nameless\n folded\nVersion: 1\n",
          " Name: a\nVersion: 1\n",
          "Name: a\n \nVersion: 1\n",
          "Name: a\nVersion: 1\n   \n\nbody\n",
          "\nName: a\nVersion: 1\n",
          "\ufeffName: a\nVersion: 1\n",
          "Name: a\nVersion: 1\n\nX: y\n\nZ: w\n",
          "Name: a\nSummary: =?utf-8?q?encoded?=\nVersion: 1\n",
          "Name: a\nSummary: b (comment) \"quoted\"\nVersion: 1\n",
          "Name: a\nVersion: 1\nContent-Transfer-Encoding: base64\n\nYQ==\n",
          "Name: a\nVersion: 1\nContent-Type: text/html; charset=latin-1\n\ncaf\u00e9\n",
          "Name: a\rVersion: 1\r\rbody\r",
          "Name: a\u0085Version: 1\nSummary: b\u2028c\u000bd\u000ce\n",
          "Name: a\u0000b\nVersion: 1\n\nbo\u0000dy\n",
          "Name: a\nDynamic\nVersion: 1\n");

  @TestFactory
  Stream<DynamicTest> everyFile_readsAsPythonsEmailDoes(@TempDir Path directory)
      throws IOException, InterruptedException {
    List<JsonNode> expected = EmailPackage.read(directory, FILES);
    assertThat(expected).hasSameSizeAs(FILES);
    return IntStream.range(0, FILES.size())
        .mapToObj(
            i ->
                DynamicTest.dynamicTest(
                    expected.get(i).get("headers") + " " + expected.get(i).get("body"),
                    () -> sameAs(expected.get(i), FILES.get(i))));
  }

  private static void sameAs(JsonNode expected, String file) {
    HeaderFields read = HeaderFields.read(file.getBytes(StandardCharsets.UTF_8));
    List<List<String>> headers =
        read.headers().stream()
            .map(header -> List.of(header.name(), FoldedText.unfolded(header.value().decoded())))
            .toList();
    List<List<String>> wanted = new ArrayList<>();
    expected
        .get("headers")
        .forEach(header -> wanted.add(List.of(header.get(0).asText(), header.get(1).asText())));
    assertThat(headers).isEqualTo(wanted);
    assertThat(FoldedText.withPlainLineEnds(read.body().decoded()))
        .isEqualTo(expected.get("body").asText());
  }
}
