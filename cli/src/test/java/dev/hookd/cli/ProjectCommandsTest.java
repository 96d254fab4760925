package dev.hookd.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** {@code hookd features}, {@code requires} and {@code build} of real projects. */
class ProjectCommandsTest extends CommandFixture {

  @Test
  void features_listsTheHooks() {
    Projects.good(tree("tree"));

    Cli.Run text = cli.run("features", "tree", "--no-build-isolation");
    Cli.Run json = cli.run("features", "tree", "--no-build-isolation", "--json");

    assertThat(text.lines())
        .containsExactlyInAnyOrder(
            "get_requires_for_build_wheel",
            "prepare_metadata_for_build_wheel",
            "build_wheel",
            "get_requires_for_build_sdist",
            "build_sdist");
    assertThat(json.json().path("features").size()).isEqualTo(5);
    assertThat(cli.run("features", "nope", "--json").json().path("error").path("kind").asText())
        .isEqualTo("InvalidProject");
  }

  @Test
  void build_json_namesTheFiles() {
    Projects.good(tree("tree"));

    Cli.Run run =
        cli.run(
            "build", "tree", "--no-build-isolation", "-o", "dist", "--wheel", "--format", "json");

    JsonNode files = run.json().get(0).path("files");
    assertThat(files.size()).isEqualTo(1);
    assertThat(Path.of(files.path("wheel").asText())).isAbsolute().exists();
  }

  @Test
  void requires_verbose_showsWhatTheHookWrites_onStandardError() {
    Projects.good(tree("tree"));

    Cli.Run quiet = cli.run("requires", "tree", "--no-build-isolation");
    Cli.Run verbose = cli.run("requires", "tree", "--no-build-isolation", "-v");

    assertThat(quiet.stderr()).isEmpty();
    assertThat(verbose.stderr())
        .contains("get_requires_for_build_wheel in ", "to standard output\n");
    assertThat(verbose.stdout()).isEqualTo(quiet.stdout());
  }

  @Test
  void requires_printsEachRequirementOnce() {
    Projects.files(
        tree("tree"),
        """
        [build-system]
        requires = ["declared", "idna>=1"]
        build-backend = "backend"
        backend-path = ["."]
        """,
        """
        def get_requires_for_build_wheel(c=None): return ["idna>=1", "extra"]
        def get_requires_for_build_sdist(c=None): return ["for-sdist"]
        def get_requires_for_build_editable(c=None): return ["for-editable"]
        """);

    assertThat(cli.run("requires", "tree", "--no-build-isolation").lines())
        .containsExactly("declared", "idna>=1", "extra");
    JsonNode node =
        cli.run("requires", "tree", "--no-build-isolation", "--sdist", "--format", "jsonl").json();
    assertThat(node.path("requires").size()).isEqualTo(2);
    assertThat(node.path("extra").path("sdist").get(0).asText()).isEqualTo("for-sdist");
    assertThat(node.path("extra").has("wheel")).isFalse();
    assertThat(node.path("all").size()).isEqualTo(3);
    assertThat(cli.run("requires", "tree", "--no-build-isolation", "--editable").lines())
        .containsExactly("declared", "idna>=1", "for-editable");
  }
}
