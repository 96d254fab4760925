package dev.hookd.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the {@code python3} on the path prints is what the literal parser reads. */
class PythonReprTest {

  private static final int LISTS = 400;

  private static final String SCRIPT =
      """
      import ast, json, sys
      with open(sys.argv[1], encoding="ascii") as lists:
          with open(sys.argv[2], "w", encoding="utf-8", newline="\\n") as answers:
              for line in lists:
                  value = json.loads(line)
                  text = str(value)
                  assert ast.literal_eval(text) == value
                  answers.write(text + "\\n")
      """;

  /** Units to make strings of: what repr() treats each in its own way. */
  private static final List<String> UNITS =
      List.of(
          "'",
          "\"",
          "\\",
          "\\n",
          "\n",
          "\r",
          "\t",
          "\0",
          "\u001b",
          "\u007f",
          "\u0085",
          "\u00a0",
          "\u00ad",
          "\u2028",
          "\ufeff",
          "\uffff",
          "ä",
          "\u20ac",
          "\ud83d\udc0d",
          "\udbff\udfff",
          ", ",
          "[",
          "]",
          "a",
          " >= 1.0; python_version < '3.8'",
          "x\ud800y",
          "x\udfffy");

  @Test
  void strings_ofWhatPythonPrints_areWhatPythonHad(@TempDir Path directory) throws Exception {
    long seed = 20_261_120;
    Random random = new Random(seed);
    List<List<String>> lists = new ArrayList<>();
    for (int i = 0; i < LISTS; i++) {
      lists.add(list(random));
    }
    List<String> json = new ArrayList<>();
    for (List<String> list : lists) {
      json.add(Json.MAPPER.writeValueAsString(list));
    }
    Path input = Files.write(directory.resolve("lists"), json, StandardCharsets.US_ASCII);
    Path output = directory.resolve("answers");

    runPython(directory, SCRIPT, input.toString(), output.toString());

    // Split by hand: readAllLines would cut at other line ends too.
    String[] answers = Files.readString(output).split("\n", -1);
    assertThat(answers).hasSize(LISTS + 1);
    for (int i = 0; i < LISTS; i++) {
      assertThat(ResultData.strings(Dialect.CLASSIC, answers[i]))
          .as("list %d of seed %d: %s", i, seed, answers[i])
          .isEqualTo(lists.get(i));
    }
  }

  private static List<String> list(Random random) {
    List<String> strings = new ArrayList<>();
    for (int i = random.nextInt(8); i > 0; i--) {
      StringBuilder string = new StringBuilder();
      for (int j = random.nextInt(12); j > 0; j--) {
        string.append(
            random.nextInt(4) > 0
                ? UNITS.get(random.nextInt(UNITS.size()))
                : Character.toString(codePoint(random)));
      }
      strings.add(string.toString());
    }
    return strings;
  }

  /** Any but a surrogate: two of them side by side are two characters in Python and one here. */
  private static int codePoint(Random random) {
    int codePoint = random.nextInt(random.nextBoolean() ? 0x3000 : 0x110000);
    return Character.getType(codePoint) == Character.SURROGATE ? 'a' : codePoint;
  }

  private static void runPython(Path directory, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("python3", "-I", "-c"));
    command.addAll(Arrays.asList(arguments));
    File log = directory.resolve("log").toFile();
    Process python =
        new ProcessBuilder(command)
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
            .redirectErrorStream(true)
            .redirectOutput(log)
            .start();
    try {
      assertThat(python.waitFor(60, TimeUnit.SECONDS)).as("python3 has ended").isTrue();
      assertThat(python.exitValue()).as(Files.readString(log.toPath())).isZero();
    } finally {
      python.destroyForcibly();
    }
  }
}
