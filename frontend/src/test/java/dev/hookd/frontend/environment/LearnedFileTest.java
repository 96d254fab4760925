package dev.hookd.frontend.environment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What daemons keep beside an environment, whole and damaged. */
class LearnedFileTest {

  private static final String GOOD =
      """
      {"format": 1, "backend": "setuptools.build_meta", "python": "cpython-311",
       "modules": {"email.message": 0.0012, "zipfile": null, "a.slow.one": 0.03, "later": 0},
       "refused": {"pkg_resources": "its import changes sys.path", "b": ""}, "newer": [1]}
      """;

  @TempDir Path directory;

  private LearnedFile only(String content) throws IOException {
    Files.writeString(directory.resolve("setuptools.build_meta.json"), content);
    List<LearnedFile> files = LearnedFile.allIn(directory);
    assertThat(files).hasSize(1);
    return files.get(0);
  }

  @Test
  void read_keepsTheOrder_andAddsUp() throws IOException {
    LearnedModules learned = ((LearnedFile.Usable) only(GOOD)).modules();

    assertThat(learned.backend()).isEqualTo("setuptools.build_meta");
    assertThat(learned.python()).isEqualTo("cpython-311");
    assertThat(learned.modules())
        .extracting(LearnedModules.Module::name)
        .containsExactly("email.message", "zipfile", "a.slow.one", "later");
    assertThat(learned.preloaded())
        .containsExactly(
            new LearnedModules.Module("a.slow.one", Duration.ofMillis(30)),
            new LearnedModules.Module("email.message", Duration.ofNanos(1_200_000)),
            new LearnedModules.Module("later", Duration.ZERO));
    assertThat(learned.pending()).isOne();
    assertThat(learned.saved()).isEqualTo(Duration.ofNanos(31_200_000));
    assertThat(learned.refused())
        .containsExactly(
            java.util.Map.entry("pkg_resources", "its import changes sys.path"),
            java.util.Map.entry("b", ""));
  }

  @Test
  void read_ofNothingLearned_isZero() throws IOException {
    LearnedModules learned =
        ((LearnedFile.Usable)
                only(
                    "{\"format\":1,\"backend\":\"setuptools.build_meta\",\"python\":\"p\",\"modules\":{},\"refused\":{}}"))
            .modules();

    assertThat(learned.preloaded()).isEmpty();
    assertThat(learned.saved()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"format\": 1|\"format\": 2|its format is not 1",
        "\"format\": 1|\"format\": 1.0|its format is not 1",
        "\"format\": 1|\"format\": \"1\"|its format is not 1",
        "\"format\": 1, |``|its format is not 1",
        "\"format\"|format|it is no JSON",
        "\"newer\": [1]}|\"newer\": [1|it is no JSON",
        "\"setuptools.build_meta\"|null|\"backend\" is no string",
        "\"setuptools.build_meta\"|\"build_meta\"|it is about another backend",
        "\"cpython-311\"|311|\"python\" is no string",
        "\"modules\"|\"module\"|\"modules\" is no object",
        "\"refused\"|\"refuse\"|\"refused\" is no object",
        "0.0012|\"0.0012\"|\"email.message\" has no import time",
        "0.0012|-0.0012|\"email.message\" has no import time",
        "0.0012|1e999|\"email.message\" has no import time",
        "0.0012|NaN|it is no JSON",
        "0.0012|true|\"email.message\" has no import time",
        "\"its import changes sys.path\"|1|\"pkg_resources\" is no string",
      })
  void read_ofAnotherShape_saysWhatIsWrong(String part, String replacement, String reason)
      throws IOException {
    assertThat(GOOD).contains(part);

    LearnedFile file = only(GOOD.replace(part, replacement));

    assertThat(((LearnedFile.Unusable) file).reason()).startsWith(reason);
  }

  @Test
  void read_ofWhatIsNoObject_saysSo() throws IOException {
    assertThat(((LearnedFile.Unusable) only("")).reason()).startsWith("it holds no JSON object");
    assertThat(((LearnedFile.Unusable) only("[]")).reason()).isEqualTo("it holds no JSON object");
    assertThat(((LearnedFile.Unusable) only("[".repeat(100_000))).reason())
        .startsWith("it is no JSON");
    assertThat(((LearnedFile.Unusable) only(" ".repeat((1 << 20) + 1))).reason())
        .isEqualTo("it has more than 1 MiB");
  }

  @Test
  void read_ofWhatIsNoRegularFile_doesNotFollowIt() throws Exception {
    Files.createDirectory(directory.resolve("a-directory.json"));
    Path secret = Files.writeString(directory.resolve("secret"), "not to be shown");
    Files.createSymbolicLink(directory.resolve("b-link.json"), secret);
    Process mkfifo =
        new ProcessBuilder("mkfifo", directory.resolve("c-pipe.json").toString()).start();
    assertThat(mkfifo.waitFor()).isZero();

    assertThat(LearnedFile.allIn(directory))
        .hasSize(3)
        .allSatisfy(
            file ->
                assertThat(((LearnedFile.Unusable) file).reason())
                    .isEqualTo("it is no regular file"));
  }

  @Test
  void allIn_takesTheFilesByName_andNoOthers() throws IOException {
    Files.writeString(directory.resolve("setuptools.build_meta.json"), GOOD);
    Files.writeString(directory.resolve("a.json"), "{");
    Files.writeString(directory.resolve("c.json.tmp"), GOOD);

    assertThat(LearnedFile.allIn(directory))
        .extracting(file -> String.valueOf(file.file().getFileName()))
        .containsExactly("a.json", "setuptools.build_meta.json");
    assertThat(LearnedFile.allIn(directory).get(1)).isInstanceOf(LearnedFile.Usable.class);
  }

  @Test
  void allIn_ofADirectoryThatIsMissing_isEmpty_andOfAFileSaysSo() throws IOException {
    Path file = Files.writeString(directory.resolve("learned"), "");

    assertThat(LearnedFile.allIn(directory.resolve("missing"))).isEmpty();
    assertThat(LearnedFile.allIn(file))
        .singleElement()
        .isInstanceOfSatisfying(
            LearnedFile.Unusable.class,
            found -> assertThat(found.reason()).contains("NotDirectoryException"));
  }
}
