package dev.hookd.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code hookd metadata} of real projects. */
class MetadataCommandTest extends CommandFixture {

  @Test
  void metadataRaw_ofOneInput_isTheFileByteForByte() {
    Projects.good(tree("tree"));

    Cli.Run run = cli.run("metadata", "tree", "--no-build-isolation", "--format", "raw");

    assertThat(run.bytes()).isEqualTo(Projects.METADATA.getBytes(Main.UTF_8));
    assertThat(run.status()).isEqualTo(ExitStatus.OK);
  }

  @Test
  void metadataRaw_ofSeveral_hasAHeaderEach() {
    Projects.good(tree("a"));
    Projects.good(tree("b"));

    Cli.Run run = cli.run("metadata", "a", "b", "--no-build-isolation", "--format", "raw");

    assertThat(run.stdout())
        .isEqualTo("==> a <==\n" + Projects.METADATA + "\n==> b <==\n" + Projects.METADATA);
  }

  @Test
  void metadataJsonl_isAnObjectAnInput_inOrder_andAFailureStopsNoOther() throws Exception {
    Projects.good(tree("a"));
    Files.writeString(tree("not-an-archive.tar.gz"), "no");
    Projects.withBackend(
        tree("bad"), "def build_wheel(d, c=None, m=None):\n    raise RuntimeError('no wheel')\n");
    Projects.good(tree("z"));

    Cli.Run run =
        cli.run(
            "metadata",
            "a",
            "missing",
            "not-an-archive.tar.gz",
            "bad",
            "z",
            "--format",
            "jsonl",
            "--no-build-isolation",
            "--jobs",
            "3");

    List<JsonNode> lines = run.jsonLines();
    assertThat(lines.stream().map(line -> line.path("input").asText()))
        .containsExactly("a", "missing", "not-an-archive.tar.gz", "bad", "z");
    assertThat(lines.stream().map(line -> line.path("ok").asBoolean()))
        .containsExactly(true, false, false, false, true);
    assertThat(lines)
        .allMatch(
            line ->
                line.has("source")
                    && line.path("seconds").asDouble() > 0
                    && line.has("metadata")
                    && line.has("raw")
                    && line.has("error"));
    JsonNode first = lines.get(0);
    assertThat(first.path("source").asText()).isEqualTo("prepare-metadata");
    assertThat(first.path("metadata").path("name").asText()).isEqualTo("example");
    assertThat(first.path("metadata").path("requires_dist").size()).isEqualTo(2);
    assertThat(first.path("raw").asText()).isEqualTo(Projects.METADATA);
    assertThat(first.path("error").isNull()).isTrue();
    assertThat(lines.get(1).path("error").path("kind").asText()).isEqualTo("InvalidProject");
    assertThat(lines.get(2).path("error").path("kind").asText()).isEqualTo("InvalidProject");
    assertThat(lines.get(3).path("error").path("message").asText()).contains("no wheel");
    assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(run.stderr()).isEmpty();
  }

  @Test
  void metadataJson_isOneArray() {
    Projects.good(tree("a"));

    Cli.Run run = cli.run("metadata", "a", "missing", "--no-build-isolation", "--format", "json");

    assertThat(run.json().isArray()).isTrue();
    assertThat(run.json().size()).isEqualTo(2);
  }

  @Test
  void metadataText_isASummary_andErrorsGoToStandardError() {
    Projects.good(tree("a"));

    Cli.Run run = cli.run("metadata", "a", "missing", "--no-build-isolation");

    assertThat(run.stdout())
        .startsWith("example 1.0")
        .contains("Summary", "An example, caf\u00e9", "Requires-Dist", "idna", "packaging (>=20)")
        .doesNotContain("\u001b");
    assertThat(run.stderr())
        .startsWith("error: " + tree("missing") + ": no such file or directory");
    assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
  }

  @Test
  void metadata_onATerminal_showsProgressAndLeavesNoneOfItBehind() {
    Projects.good(tree("a"));
    Projects.good(tree("b"));

    Cli.Run run =
        cli.with("TERM", "xterm").runOnTerminal("metadata", "a", "b", "--no-build-isolation");

    assertThat(run.stdout()).contains("\u001b[1mexample 1.0");
    assertThat(run.stderr()).contains("metadata").endsWith("\r\u001b[K");
  }

  @Test
  void metadata_ofAnSdistThatBuildMade_isTheSame() {
    Projects.good(tree("tree"));

    Cli.Run built = cli.run("build", "tree", "--no-build-isolation", "--outdir", "dist");
    Cli.Run run =
        cli.run("metadata", "dist/example-1.0.tar.gz", "--no-build-isolation", "--format", "raw");

    assertThat(built.lines())
        .containsExactlyInAnyOrder(
            tree("dist/example-1.0.tar.gz").toString(),
            tree("dist/example-1.0-py3-none-any.whl").toString());
    assertThat(built.status()).isEqualTo(ExitStatus.OK);
    assertThat(run.stdout()).isEqualTo(Projects.METADATA);
  }
}
