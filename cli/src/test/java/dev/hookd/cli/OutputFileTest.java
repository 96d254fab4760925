package dev.hookd.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hookd.cli.OutputFile.Existing;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutputFileTest {

  private static final String A = "{\"input\":\"a\",\"python\":null,\"metadata\":{\"x\":[{}]}}";
  private static final String B = "{\"input\":\"b\\udcff\",\"python\":\"3.9\",\"metadata\":null}";
  private static final InputRequest INPUT_A = InputRequest.of("a");
  private static final InputRequest INPUT_B = new InputRequest("b\udcff", "3.9", null);

  @TempDir Path directory;

  private Path path() {
    return directory.resolve("out.jsonl");
  }

  private OutputFile open(Existing existing) {
    return OutputFile.open("out.jsonl", path(), existing, "metadata");
  }

  @Test
  void resume_afterAWriteThatWasCutAnywhere_keepsWholeLinesAndAnswersTheRest() throws Exception {
    byte[] whole = (A + "\n" + B + "\n").getBytes(Main.UTF_8);
    int first = A.length() + 1;

    for (int cut = 0; cut <= whole.length; cut++) {
      Files.write(path(), Arrays.copyOf(whole, cut));
      try (OutputFile file = open(Existing.RESUME)) {
        int end = cut == whole.length ? cut : cut >= first ? first : 0;
        assertThat(file.dropped()).as("cut at %d", cut).isEqualTo(cut - end);
        assertThat(path()).hasBinaryContent(Arrays.copyOf(whole, end));
        assertThat(file.claim(INPUT_A)).isEqualTo(cut < first);
        assertThat(file.claim(INPUT_B)).isEqualTo(cut < whole.length);
        assertThat(file.claim(InputRequest.of("b\udcff"))).as("under another Python").isTrue();
        if (cut < first) {
          file.append(A);
        }
        if (cut < whole.length) {
          file.append(B);
        }
      }
      assertThat(path()).hasBinaryContent(whole);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2 | {\"input\": \"b\", \"metadata\": {]}",
        "2 | {\"input\": \"b\"",
        "2 | no JSON",
        "2 | [1]",
        "2 | {\"metadata\": null}",
        "2 | {\"input\": \"b\", \"files\": null}",
        "2 | {\"input\": 3, \"metadata\": null}",
      })
  void resume_ofALineThatIsNoAnswer_saysWhich_andLeavesTheFile(int line, String text)
      throws Exception {
    String content = A + "\n" + text + "\n" + A + "\n" + "{\"inp";
    Files.writeString(path(), content);

    assertThatThrownBy(() -> open(Existing.RESUME))
        .isInstanceOf(StreamFailedException.class)
        .hasMessageContaining("line " + line + " of out.jsonl");
    assertThat(path()).hasContent(content);
    open(Existing.OVERWRITE).close(); // the failed one holds no lock
    assertThat(path()).isEmptyFile();
  }

  @Test
  void resume_ofAFileWithoutALineOfOurs_leavesIt() throws Exception {
    Files.writeString(path(), "a shopping list without a line feed");

    assertThatThrownBy(() -> open(Existing.RESUME)).hasMessageContaining("the last line of");
    assertThat(path()).hasContent("a shopping list without a line feed");
  }

  @Test
  void refuse_ofAnEmptyFile_takesIt() throws Exception {
    Files.createFile(path());

    try (OutputFile file = open(Existing.REFUSE)) {
      assertThat(file.claim(INPUT_A)).isTrue();
      assertThat(file.claim(INPUT_A)).isFalse();
      file.append(A);
    }

    assertThat(path()).hasContent(A + "\n");
    assertThatThrownBy(() -> open(Existing.REFUSE)).isInstanceOf(StreamFailedException.class);
    assertThat(path()).hasContent(A + "\n");
  }

  @Test
  void open_ofAFileThatIsBeingWritten_isRefused_evenToOverwriteIt() {
    try (OutputFile file = open(Existing.REFUSE)) {
      file.append(A);
      assertThatThrownBy(() -> open(Existing.OVERWRITE))
          .hasMessageContaining("another process writes to out.jsonl");
      file.append(A);
    }
    assertThat(path()).hasContent(A + "\n" + A + "\n");
  }

  @Test
  void open_whereThereIsNoDirectory_saysSo() {
    assertThatThrownBy(
            () ->
                OutputFile.open("no/out", directory.resolve("no/out"), Existing.RESUME, "metadata"))
        .hasMessageContaining("cannot use no/out")
        .hasMessageContaining("No such file or directory");
  }
}
