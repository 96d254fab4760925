package dev.hookd.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The real command against real projects, daemons and Pythons; no network. */
@Timeout(120)
abstract class CommandFixture {

  static final String HOOK = "get_requires_for_build_wheel";

  @TempDir Path directory;
  Cli cli;

  @BeforeEach
  void makeCli() {
    cli = new Cli(directory);
  }

  final Path tree(String name) {
    return directory.resolve(name);
  }

  /** Without an environment of its own, which would cost each test a second. */
  final Cli.Run call(String... more) {
    List<String> args = new ArrayList<>(List.of("call", HOOK, "tree", "--no-build-isolation"));
    args.addAll(List.of(more));
    return cli.run(args.toArray(String[]::new));
  }

  /** Checks that a run told of one failure, in JSON and nowhere else. */
  static JsonNode error(Cli.Run run, String kind, int status) {
    JsonNode node = run.json();
    assertThat(node.path("ok").asBoolean(true)).isFalse();
    assertThat(node.path("error").path("kind").asText()).as(run.stdout()).isEqualTo(kind);
    assertThat(run.status()).isEqualTo(status);
    assertThat(run.stderr()).isEmpty();
    return node;
  }
}
