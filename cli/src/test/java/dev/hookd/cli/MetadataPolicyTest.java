package dev.hookd.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;

/** Where {@code hookd metadata} may take its answer from, as {@code --policy} says. */
class MetadataPolicyTest extends CommandFixture {

  /** What its files promise; the backend of {@link Projects#good} says something else. */
  private static final String PROMISE = "Metadata-Version: 2.2\nName: example\nVersion: 1.0\n";

  private Cli.Run metadata(String... more) {
    List<String> args =
        new ArrayList<>(List.of("metadata", "--no-build-isolation", "--format", "jsonl"));
    args.addAll(List.of(more));
    return cli.run(args.toArray(String[]::new));
  }

  private static String source(Cli.Run run) {
    JsonNode line = run.json();
    assertThat(line.path("ok").asBoolean()).as(run.stdout()).isTrue();
    return line.path("source").asText();
  }

  private Path zip(String name, Map<String, String> files) throws IOException {
    Path zip = tree(name);
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
      for (Map.Entry<String, String> file : files.entrySet()) {
        out.putNextEntry(new ZipEntry(file.getKey()));
        out.write(file.getValue().getBytes(Main.UTF_8));
      }
    }
    return zip;
  }

  /** Of a good project, with a promise. */
  private void sdist() throws IOException {
    Path tree = Projects.good(tree("tree"));
    Map<String, String> files = new LinkedHashMap<>(Map.of("example-1.0/PKG-INFO", PROMISE));
    for (String file : List.of("pyproject.toml", "backend.py")) {
      files.put("example-1.0/" + file, Files.readString(tree.resolve(file)));
    }
    zip("example-1.0.zip", files);
  }

  @Test
  void anSdistsPromise_isTakenByDefault_andNotWithPolicyBuild() throws IOException {
    sdist();
    String[] wanted = {"example-1.0.zip", "--fields", "resolution", "--policy"};

    Cli.Run byDefault = metadata("example-1.0.zip", "--fields", "resolution");
    Cli.Run onlyStatic = metadata(wanted[0], wanted[1], wanted[2], wanted[3], "static-only");
    Cli.Run built = metadata(wanted[0], wanted[1], wanted[2], wanted[3], "build");

    assertThat(source(byDefault)).isEqualTo("static-pkg-info");
    assertThat(source(onlyStatic)).isEqualTo("static-pkg-info");
    assertThat(onlyStatic.json().path("raw").asText()).isEqualTo(PROMISE);
    assertThat(source(built)).isEqualTo("prepare-metadata");
    assertThat(built.json().path("raw").asText()).isEqualTo(Projects.METADATA);
    assertThat(built.json().path("cached").asBoolean()).isFalse();
  }

  @Test
  void staticOnly_failsWithoutRunningCode_andSaysWhatIsMissing() {
    Projects.withBackend(tree("tree"), "open('ran', 'w').close()\n");
    String reason = "cannot be known without running its code: it is a source tree; ";

    JsonNode line =
        error(metadata("tree", "--policy", "static-only"), "NotStatic", ExitStatus.FAILED);
    Cli.Run text = cli.run("metadata", "tree", "--policy", "static-only", "--no-build-isolation");

    assertThat(line.path("error").path("message").asText()).contains(reason);
    assertThat(line.path("metadata").isNull()).isTrue();
    assertThat(text.stdout()).isEmpty();
    assertThat(text.stderr()).startsWith("error: ").contains(reason);
    assertThat(tree("tree/ran")).doesNotExist();
  }

  @Test
  void staticOnly_withABackendNamed_cannotAnswer() throws IOException {
    sdist();

    error(
        metadata("example-1.0.zip", "--policy", "static-only", "--build-backend", "backend"),
        "NotStatic",
        ExitStatus.FAILED);
  }

  @Test
  void aWheel_answersWithAllowWheelsAlone() throws IOException {
    String wheel =
        zip("example-1.0-py3-none-any.whl", Map.of("example-1.0.dist-info/METADATA", PROMISE))
            .getFileName()
            .toString();

    Cli.Run allowed = metadata(wheel, "--allow-wheels", "--policy", "static-only");
    JsonNode refused = error(metadata(wheel), "InvalidProject", ExitStatus.FAILED);

    assertThat(source(allowed)).isEqualTo("existing-wheel");
    assertThat(refused.path("error").path("hint").asText()).contains("--allow-wheels");
  }
}
