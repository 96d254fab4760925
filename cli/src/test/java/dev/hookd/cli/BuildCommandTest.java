package dev.hookd.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the command builds, and what it says of it. */
class BuildCommandTest {

  @TempDir private Path directory;
  private Cli cli = new Cli(Path.of("set before each test"));

  @BeforeEach
  void prepare() throws IOException {
    directory = directory.toRealPath();
    cli = new Cli(directory);
  }

  private Cli.Run build(String... more) {
    List<String> args =
        new ArrayList<>(List.of("build", "tree", "--outdir", "out", "--no-build-isolation"));
    args.addAll(List.of(more));
    return cli.run(args.toArray(String[]::new));
  }

  @Test
  void withoutAProduct_buildsTheSdistAndTheWheelOfIt_andFollowsTheHooks() {
    Projects.good(directory.resolve("tree"));

    Cli.Run run = build("--format", "jsonl", "-v", "--private-copy");

    assertThat(run.status()).as(run.stderr()).isZero();
    JsonNode json = run.json();
    assertThat(json.at("/files/sdist").textValue()).endsWith("out/example-1.0.tar.gz");
    assertThat(json.at("/files/wheel").textValue()).endsWith("out/example-1.0-py3-none-any.whl");
    assertThat(json.get("warnings")).isEmpty();
    assertThat(json.get("tree").textValue()).isEqualTo("private-copy");
    assertThat(built(run))
        .satisfiesExactly(
            sdist -> assertThat(sdist).matches("build_sdist in .*/tree"),
            wheel -> assertThat(wheel).matches("build_wheel in .*/example-1\\.0"));
  }

  @Test
  void sdist_withoutAProduct_isBuiltIntoItsWheelAlone() {
    Projects.good(directory.resolve("tree"));
    build("--sdist");

    Cli.Run run =
        cli.run(
            "build",
            "out/example-1.0.tar.gz",
            "--outdir",
            "wheels",
            "--no-build-isolation",
            "--format",
            "jsonl");

    assertThat(run.status()).as(run.stderr()).isZero();
    assertThat(run.json().get("files").properties())
        .extracting(Map.Entry::getKey)
        .containsExactly("wheel");
    assertThat(run.json().get("tree").textValue()).isEqualTo("private-copy");
    assertThat(directory.resolve("wheels")).isDirectoryNotContaining("glob:**.tar.gz");
  }

  @Test
  void whatAHookWrites_isShownUnderItsName_andAtAFailureOnlyOnceInFull() {
    Projects.withBackend(
        directory.resolve("tree"),
        """
        import sys
        def build_wheel(d, c=None, m=None):
            sys.stderr.write("\\x1b[2Jdrives no terminal\\r\\n")
            for number in range(30):
                print("step", number, file=sys.stderr)
            print("no end of line", end="")
            raise RuntimeError("cannot go on")
        """);

    Cli.Run run = build("--wheel", "-v");

    assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
    List<String> lines = run.stderr().lines().toList();
    int title = lines.indexOf("build_wheel in " + directory.resolve("tree"));
    assertThat(lines.subList(title + 1, title + 33))
        .startsWith("\uFFFD[2Jdrives no terminal", "step 0", "step 1")
        .endsWith("step 29", "no end of line");
    assertThat(run.stderr()).contains("(the last 12 lines)").containsOnlyOnce("step 3\n");
  }

  @Test
  void warnings_areOnStandardErrorAndInTheResult() throws IOException {
    Path tree = Projects.good(directory.resolve("tree"));
    Path backend = tree.resolve("backend.py");
    Files.writeString(
        backend,
        Files.readString(backend)
            .replace("f.write(METADATA)", "f.write(METADATA.replace(b'idna', b'idna<1'))"));

    Cli.Run run = build("--wheel", "--format", "json");
    Cli.Run quiet = build("--wheel", "--no-prepare-metadata");

    assertThat(run.status()).isZero();
    String difference = "Requires-Dist has idna, prepared was idna<1";
    assertThat(run.stderr()).startsWith("warning: " + tree + ": ").contains(difference);
    assertThat(run.json().at("/0/warnings/0").textValue()).endsWith(difference);
    assertThat(quiet.stderr()).isEmpty();
  }

  @Test
  void backendPathOutsideTheTree_needsItsOption() throws IOException {
    Path tree = Projects.good(directory.resolve("tree"));
    Path shared = Files.createDirectory(directory.resolve("shared"));
    Files.move(tree.resolve("backend.py"), shared.resolve("company.py"));
    Files.createFile(tree.resolve("backend.py"));
    String[] named = {"--sdist", "--build-backend", "company", "--backend-path", "../shared"};
    List<String> allowed = new ArrayList<>(List.of(named));
    allowed.add("--allow-backend-path-outside-tree");

    Cli.Run refused = build(named);
    Cli.Run built = build(allowed.toArray(String[]::new));

    assertThat(refused.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(refused.stderr()).contains("outside the source tree");
    assertThat(built.status()).as(built.stderr()).isZero();
    assertThat(built.stderr()).contains("warning:", "cannot be built on its own");
    assertThat(build("--allow-backend-path-outside-tree").status()).isEqualTo(ExitStatus.USAGE);
  }

  @Test
  void viaSdist_withWheelAlone_buildsTheSdist_andDeliversTheWheel() {
    Projects.good(directory.resolve("tree"));

    Cli.Run run = build("--wheel", "--via-sdist", "--format", "jsonl", "-v");

    assertThat(run.status()).as(run.stderr()).isZero();
    assertThat(run.json().get("files").fieldNames()).toIterable().containsExactly("wheel");
    assertThat(directory.resolve("out"))
        .isDirectoryContaining("glob:**/example-1.0-py3-none-any.whl")
        .isDirectoryNotContaining("glob:**/*.tar.gz");
    assertThat(built(run))
        .satisfiesExactly(
            sdist -> assertThat(sdist).matches("build_sdist in .*/tree"),
            wheel -> assertThat(wheel).matches("build_wheel in .*/example-1\\.0"));
  }

  @Test
  void noViaSdist_withoutAProduct_buildsBothStraightFromTheTree() {
    Projects.good(directory.resolve("tree"));

    Cli.Run run = build("--no-via-sdist", "--format", "jsonl", "-v");

    assertThat(run.status()).as(run.stderr()).isZero();
    assertThat(run.json().get("files").fieldNames()).toIterable().containsOnly("sdist", "wheel");
    assertThat(built(run))
        .hasSize(2)
        .allSatisfy(title -> assertThat(title).endsWith(" in " + directory.resolve("tree")));
  }

  /** What was built, and in which tree, in the order of the hooks. */
  private static List<String> built(Cli.Run run) {
    return run.stderr().lines().filter(line -> line.startsWith("build_")).toList();
  }

  @Test
  void editable_isAWheelOfItsOwnKind() throws IOException {
    Path tree = Projects.good(directory.resolve("tree"));
    Path backend = tree.resolve("backend.py");
    String editable = "\ndef build_editable(d, c=None, m=None):\n    return build_wheel(d, c, m)\n";
    Cli.Run without = build("--editable", "--format", "jsonl");
    Files.writeString(backend, Files.readString(backend) + editable);

    Cli.Run run = build("--editable", "--format", "jsonl");
    Cli.Run both = build("--editable", "--wheel", "--format", "jsonl");

    assertThat(without.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(without.json().at("/error/message").textValue()).contains("build_editable");
    assertThat(run.status()).as(run.stderr()).isZero();
    assertThat(run.json().get("files").fieldNames()).toIterable().containsExactly("editable");
    assertThat(Path.of(run.json().at("/files/editable").textValue())).isNotEmptyFile();
    assertThat(both.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(both.json().at("/error/message").textValue())
        .contains("has the name of another product");
    assertThat(both.json().at("/error/hint").textValue()).contains("into two directories");
  }
}
