package dev.hookd.frontend.metadata;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files of every kind of disorder are understood, and not understood, as by Python's {@code
 * packaging}. Needs a package registry where that is not in the cache directory yet.
 */
class PackagingIT {

  private static final int GENERATED = 4_000;
  private static final long SEED = 20_261_121;

  private static final List<String> CHOSEN =
      List.of(
          "",
          "Name: a\nVersion: 1\n",
          "Metadata-Version: 2.4\nName: a\nVersion: 1\nKeywords: a, b ,,c\u00a0\nDynamic: X\n",
          "Keywords: a\nKeywords: b\n",
          "Project-URL: A, b\nProject-URL: B , c, d\nProject-URL: no comma\n",
          "Project-URL: A, b\nProject-URL: A,c\n",
          "Project-URL: A, \u00e9\nProject-URL: B\n",
          "Name: a\nName: b\n",
          "Name: a\nNAME: b\n",
          "Import-Name: \n",
          "Import-Name: \nImport-Name: a\n",
          "Import-Namespace: \n",
          "Description: in the header\n        folded\n\nbody\n",
          "Description: in the header\n",
          "Description: a\nDescription: b\n\nbody",
          "Name: a\n\n\n",
          "Name: a\r\nVersion: 1\r\n 2\r\n\r\nbody\r\n\r\n",
          "License:\n        one\n        two\n",
          "License: \u00e9\n        two \u2603\n",
          "Summary: \u0085a\u2028b\u000bc\n",
          "X-Unknown: a\nx-unknown: b\nRequires_Dist: c\n",
          "Summary: =?utf-8?q?encoded?=\n",
          "Name: a\nFrom x\n\nb",
          "Name: a\rVersion: 1\r\rbody\r");

  private static final List<String> NAMES =
      List.of(
          "Name",
          "name",
          "Version",
          "Summary",
          "Keywords",
          "Project-URL",
          "project-url",
          "Description",
          "Classifier",
          "Requires-Dist",
          "License-File",
          "Dynamic",
          "Import-Name",
          "Author",
          "X-Y",
          "Na me",
          "",
          "From",
          "\u00c3\u00a9");

  private static final List<String> PIECES =
      List.of(
          "a",
          "b, c",
          ",",
          " ",
          "\t",
          "\n ",
          "\n\t",
          "\r\n        ",
          "\n       |",
          "\n",
          "\r",
          "\r\n",
          ":",
          "\u0000",
          "\u00c3\u00a9",
          "\u00e9",
          "\u00ff",
          "\u00e2\u0080\u00a8",
          "\u0085",
          "=?utf-8?q?a?=",
          "\u00c2\u00a0",
          "\u000c",
          "\u001c");

  @Test
  void everyFile_isUnderstoodAsByPackaging(@TempDir Path directory) throws Exception {
    List<byte[]> files = new ArrayList<>();
    CHOSEN.forEach(text -> files.add(text.getBytes(UTF_8)));
    files.add("Author: caf\u00e9\nSummary: \u2603\n\nbody \u00fc\n".getBytes(ISO_8859_1));
    files.add("Description: x\n\nbody \u00fc\n".getBytes(ISO_8859_1));
    files.add(
        "Author: a\nAuthor: \u00fc\nClassifier: a\nClassifier: \u00fc\n".getBytes(ISO_8859_1));
    Random random = new Random(SEED);
    for (int i = 0; i < GENERATED; i++) {
      files.add(generated(random).getBytes(ISO_8859_1));
    }

    List<JsonNode> expected = PackagingLibrary.parse(directory, files);

    SoftAssertions all = new SoftAssertions();
    for (int i = 0; i < files.size() && all.errorsCollected().size() < 5; i++) {
      all.assertThat(PackagingLibrary.ours(files.get(i)))
          .as("%s", escaped(files.get(i)))
          .isEqualTo(PackagingLibrary.theirs(expected.get(i)));
    }
    all.assertAll();
    assertThat(expected)
        .filteredOn(answer -> answer.path("unparsed").size() > 0)
        .hasSizeGreaterThan(100);
  }

  private static String generated(Random random) {
    StringBuilder text = new StringBuilder();
    for (int lines = random.nextInt(7); lines > 0; lines--) {
      text.append(NAMES.get(random.nextInt(NAMES.size())))
          .append(random.nextInt(9) == 0 ? "" : ":");
      for (int pieces = random.nextInt(5); pieces > 0; pieces--) {
        text.append(PIECES.get(random.nextInt(PIECES.size())));
      }
      text.append(random.nextInt(9) == 0 ? "\r\n" : "\n");
    }
    return text.append(random.nextInt(3) == 0 ? "\nbody" : "").toString();
  }

  private static String escaped(byte[] file) {
    StringBuilder text = new StringBuilder();
    for (byte b : file) {
      text.append(b >= ' ' && b < 127 ? String.valueOf((char) b) : "\\x%02x".formatted(b & 0xFF));
    }
    return text.toString();
  }
}
