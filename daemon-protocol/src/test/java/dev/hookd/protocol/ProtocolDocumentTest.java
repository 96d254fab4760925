package dev.hookd.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The enums are the tables of docs/protocol.md. */
class ProtocolDocumentTest {

  private static final Pattern CODE = Pattern.compile("`([^`]+)`");

  private final List<String> lines;

  ProtocolDocumentTest() throws IOException {
    lines = Files.readAllLines(Path.of(System.getProperty("hookd.root"), "docs", "protocol.md"));
  }

  @Test
  void errorKinds_areTheTable() {
    assertThat(rows("| kind | cause |").stream().map(row -> codes(row[0]).get(0)).toList())
        .containsExactlyElementsOf(
            Arrays.stream(ErrorKind.values()).map(ErrorKind::wireName).toList());
  }

  @Test
  void hooks_andTheirArguments_areTheTable() {
    Map<String, List<String>> documented = new LinkedHashMap<>();
    for (String[] row : rows("| hook | arguments, in order |")) {
      codes(row[0]).forEach(hook -> documented.put(hook, codes(row[1])));
    }
    Map<String, List<String>> declared = new LinkedHashMap<>();
    for (Hook hook : Hook.values()) {
      declared.put(hook.wireName(), hook.arguments().stream().map(HookArgument::wireName).toList());
      assertThat(Hook.ofWireName(hook.wireName())).contains(hook);
    }

    assertThat(documented).isEqualTo(declared);
  }

  @Test
  void expectations_inBothSpellings_areTheTable() {
    List<Expectation> documented = new ArrayList<>();
    for (String[] row : rows("| name | line | default dialect | `--dialect=uv` |")) {
      codes(row[0]).forEach(name -> documented.add(expectation(name)));
      for (String spelling : codes(row[3])) {
        assertThat(expectation(spelling)).isEqualTo(expectation(codes(row[0]).get(0)));
      }
    }
    Arrays.stream(HookArgument.values())
        .forEach(argument -> documented.add(expectation(argument.wireName())));

    assertThat(documented).containsExactlyInAnyOrder(Expectation.values());
  }

  @Test
  void everyDaemonMessage_ofTheTable_isRead() {
    List<String> keywords = new ArrayList<>();
    for (String[] row : rows("| message | meaning |")) {
      codes(row[0]).forEach(code -> keywords.add(keyword(code)));
    }

    assertThat(WireSamples.CLASSIC.stream().map(sample -> keyword(sample.line())).distinct())
        .containsExactlyInAnyOrderElementsOf(keywords);
  }

  @Test
  void names_thatAreNone_areEmpty() {
    for (String name : List.of("", "BUILD_WHEEL", "build-wheel", "build_wheel ", "__call__")) {
      assertThat(Hook.ofWireName(name)).isEmpty();
      assertThat(ErrorKind.ofWireName(name)).isEmpty();
      assertThat(Expectation.ofWireName(name)).isEmpty();
    }
  }

  private static Expectation expectation(String name) {
    return Expectation.ofWireName(name)
        .orElseThrow(() -> new AssertionError("no expectation for " + name));
  }

  private static String keyword(String line) {
    return line.split(" ", 2)[0];
  }

  /** The cells of the table under that heading. */
  private List<String[]> rows(String heading) {
    int start = lines.indexOf(heading);
    assertThat(start).as("the table %s", heading).isNotNegative();
    return lines.subList(start + 2, lines.size()).stream()
        .takeWhile(line -> line.startsWith("|"))
        .map(line -> line.substring(1).split("\\|"))
        .toList();
  }

  private static List<String> codes(String cell) {
    return CODE.matcher(cell).results().map(match -> match.group(1)).toList();
  }
}
