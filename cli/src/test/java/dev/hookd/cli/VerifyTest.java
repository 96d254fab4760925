package dev.hookd.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code --verify}, with a backend that lies when it is warm. */
@Timeout(120)
class VerifyTest {

  private static final String LIAR =
      """
      import os

      IMPORTED_IN = os.getpid()

      def get_requires_for_build_wheel(config_settings=None):
          if (config_settings or {}).get("honest"):
              return ["true"]
          word = "true" if os.getpid() == IMPORTED_IN else "lie"
          if (config_settings or {}).get("fail"):
              raise ValueError(word)
          return [word]
      """;

  @TempDir Path directory = Path.of("set by JUnit");

  @SuppressWarnings("NullAway.Init")
  private Cli cli;

  @BeforeEach
  void installLiar() throws IOException {
    Files.createDirectories(directory.resolve("lib"));
    Files.writeString(directory.resolve("lib/a_liar.py"), LIAR);
    Files.createDirectories(directory.resolve("tree"));
    cli = new Cli(directory).with("PYTHONPATH", directory.resolve("lib").toString());
  }

  private Cli.Run call(String... more) {
    return askLiar(List.of("call", "get_requires_for_build_wheel"), more);
  }

  private Cli.Run askLiar(List<String> command, String... more) {
    List<String> args = new ArrayList<>(command);
    args.addAll(List.of("tree", "--no-build-isolation", "--build-backend", "a_liar"));
    args.addAll(List.of(more));
    return cli.run(args.toArray(String[]::new));
  }

  @Test
  void withoutVerify_theLieIsBelieved() {
    Cli.Run run = call();

    assertThat(run.stdout()).isEqualTo("lie\n");
    assertThat(run.stderr()).isEmpty();
  }

  @Test
  void verify_warnsOfALie_andGivesTheFreshAnswer() throws IOException {
    Cli.Run run = call("--verify", "100%");

    assertThat(run.status()).isEqualTo(ExitStatus.OK);
    assertThat(run.stdout()).isEqualTo("true\n");
    assertThat(run.stderr())
        .startsWith("warning: get_requires_for_build_wheel of a_liar is wrong in a warm process")
        .contains("answer: warm returned [\"lie\"], fresh returned [\"true\"]")
        .contains("(environment interpreter-");
    assertThat(run.stderr().lines()).hasSize(1);
    try (Stream<Path> left = Files.list(directory.resolve("cache/users"))) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void verify_warnsOnce_andGoesOnFresh() {
    Cli.Run run = call("--verify", "1", "--repeat", "3");

    assertThat(run.stderr().lines()).hasSize(1);
    List<JsonNode> lines = run.jsonLines();
    assertThat(lines)
        .hasSize(3)
        .allSatisfy(
            line -> {
              assertThat(line.path("result").get(0).asText()).isEqualTo("true");
              assertThat(line.path("daemon").path("isolation").asText()).isEqualTo("fresh");
            });
  }

  @Test
  void verify_ofAFailingHook_exitsByTheFreshAnswer() {
    Cli.Run run = call("--verify", "1", "--json", "--config-settings", "{\"fail\": \"1\"}");

    assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(run.json().path("error").path("message").asText()).isEqualTo("true");
    assertThat(run.stderr()).startsWith("warning: ").contains("ValueError): lie");
  }

  @Test
  void verify_ofAnHonestHook_saysNothing_andStaysWarm() {
    Cli.Run run = call("--verify", "1", "--json", "--config-settings", "{\"honest\": \"1\"}");

    assertThat(run.stderr()).isEmpty();
    assertThat(run.json().path("daemon").path("isolation").asText()).isEqualTo("fork");
  }

  @Test
  void verify_withQuiet_warnsNot() {
    Cli.Run run = askLiar(List.of("-q", "call", "get_requires_for_build_wheel"), "--verify", "1");

    assertThat(run.stdout()).isEqualTo("true\n");
    assertThat(run.stderr()).isEmpty();
  }

  @Test
  void verify_ofTheInputCommands_warnsAsWell() {
    Cli.Run run = askLiar(List.of("requires"), "--verify", "1");

    assertThat(run.stdout()).isEqualTo("true\n");
    assertThat(run.stderr()).startsWith("warning: get_requires_for_build_wheel of a_liar");
  }

  @Test
  void verify_whenNoShare_isWrongUsage() {
    Cli.Run run = call("--verify", "2");

    assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(run.stderr()).contains("'2' is not a share of the calls");
  }
}
