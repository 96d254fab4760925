package dev.hookd.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hookd.pool.Verification.Difference;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShadowComparisonTest {

  @TempDir Path temporary = Path.of("set by JUnit");

  private final CancelSignal cancel = new CancelSignal();

  private static ShadowAnswer answer(String text) {
    return new ShadowAnswer(text, List.of(), false);
  }

  private List<Difference> ofTrees(Map<String, String> warm, Map<String, String> fresh)
      throws NotVerifiedException {
    return ShadowComparison.of(
        new ShadowRecord(answer("a"), warm, Map.of(), temporary),
        new ShadowRecord(answer("a"), fresh, Map.of(), temporary),
        cancel);
  }

  private List<String> subjectsOfProducts(String name, byte[] warm, byte[] fresh)
      throws IOException, NotVerifiedException {
    ShadowRecord one = product("warm", name, warm);
    ShadowRecord other = product("fresh", name, fresh);
    return ShadowComparison.of(one, other, cancel).stream().map(Difference::subject).toList();
  }

  private ShadowRecord product(String run, String name, byte[] content)
      throws IOException, NotVerifiedException {
    Path directory = Files.createTempDirectory(temporary, run);
    Files.write(directory.resolve(name), content);
    return new ShadowRecord(answer("a"), Map.of(), TreeState.of(directory, cancel), directory);
  }

  @Test
  void namesThatOneLacks_areOneDifferenceOfTheirDirectory() throws Exception {
    List<Difference> differences =
        ofTrees(
            Map.of("", "d", "a", "d", "a/x1", "d", "a/x1/deep", "f", "same", "f"),
            Map.of("", "d", "a", "d", "a/x2", "f", "a/x3", "f", "same", "f"));

    assertThat(differences)
        .containsExactly(
            new Difference("source tree: names in a", "also has [x1]", "also has [x2, x3]"));
  }

  @Test
  void directoryThatChanceNamed_isOneDifference_alsoWhereOnlyItsFilesAreListed() throws Exception {
    assertThat(ofTrees(Map.of("a/x1/b/c", "f", "a/d", "f"), Map.of("a/x2/b/c", "f", "a/d", "f")))
        .containsExactly(
            new Difference("source tree: names in a", "also has [x1]", "also has [x2]"));
  }

  @Test
  void treeThatOneRunDeleted_isADifference() throws Exception {
    assertThat(ofTrees(Map.of(), Map.of("", "directory", "a", "file")))
        .extracting(Difference::subject)
        .containsExactly("source tree: names in .");
  }

  @Test
  void longTexts_areShownFromWhereTheyDiffer() throws Exception {
    String same = "x".repeat(5000);

    Difference difference =
        ShadowComparison.of(
                new ShadowRecord(answer(same + "warm"), Map.of(), Map.of(), temporary),
                new ShadowRecord(answer(same + "fresh"), Map.of(), Map.of(), temporary),
                cancel)
            .get(0);

    assertThat(difference.warm()).startsWith("...x").endsWith("xwarm").hasSizeLessThan(500);
    assertThat(difference.fresh()).startsWith("...x").endsWith("xfresh").hasSizeLessThan(500);
  }

  @Test
  void wheels_thatDifferInTheirTimes_areTheSame() throws Exception {
    assertThat(subjectsOfProducts("x.whl", wheel("1", 0644, 0), wheel("1", 0644, 1_600_000_000)))
        .isEmpty();
  }

  @Test
  void wheels_thatDifferInAFileOrItsMode_areNot() throws Exception {
    assertThat(subjectsOfProducts("x.whl", wheel("1", 0644, 0), wheel("2", 0644, 0)))
        .containsExactly("product x.whl: pkg/a.py");
    assertThat(subjectsOfProducts("x.whl", wheel("1", 0644, 0), wheel("1", 0755, 0)))
        .containsExactly("product x.whl: pkg/a.py");
  }

  @Test
  void sdists_thatDifferInTheirTimes_areTheSame() throws Exception {
    assertThat(subjectsOfProducts("x.tar.gz", sdist("1", 0), sdist("1", 1_600_000_000))).isEmpty();
    assertThat(subjectsOfProducts("x.tar.gz", sdist("1", 0), sdist("2", 0)))
        .containsExactly("product x.tar.gz: pkg/a.py");
  }

  @Test
  void archivesThatCannotBeRead_areComparedByTheirBytes() throws Exception {
    byte[] whole = sdist("1", 0);
    byte[] half = java.util.Arrays.copyOf(whole, whole.length / 2);

    assertThat(subjectsOfProducts("x.tar.gz", whole, half)).containsExactly("product: x.tar.gz");
    assertThat(subjectsOfProducts("x.whl", new byte[] {1}, new byte[] {2}))
        .containsExactly("product: x.whl");
  }

  private static byte[] wheel(String content, int mode, long seconds) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(bytes)) {
      ZipArchiveEntry entry = new ZipArchiveEntry("pkg/a.py");
      entry.setUnixMode(mode);
      entry.setTime(seconds * 1000);
      zip.putArchiveEntry(entry);
      zip.write(content.getBytes(StandardCharsets.UTF_8));
      zip.closeArchiveEntry();
    }
    return bytes.toByteArray();
  }

  private static byte[] sdist(String content, long seconds) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream zipped = new GZIPOutputStream(bytes);
        TarArchiveOutputStream tar = new TarArchiveOutputStream(zipped)) {
      TarArchiveEntry entry = new TarArchiveEntry("pkg/a.py");
      entry.setModTime(seconds * 1000);
      entry.setSize(content.length());
      tar.putArchiveEntry(entry);
      tar.write(content.getBytes(StandardCharsets.UTF_8));
      tar.closeArchiveEntry();
    }
    return bytes.toByteArray();
  }
}
