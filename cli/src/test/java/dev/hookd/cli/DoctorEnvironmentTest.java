package dev.hookd.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code hookd doctor} of build environments, with a real cache; no network. */
@Timeout(120)
class DoctorEnvironmentTest {

  private static final String ID_A = "abcdef00000000000000000000000001";
  private static final String ID_B = "abcdef00000000000000000000000002";

  @TempDir Path directory;
  Cli cli;

  @BeforeEach
  void makeCli() {
    cli = new Cli(directory);
  }

  /** The one environment of the cache, which this makes; whatever its daemon learned is gone. */
  private Path realEnvironment() throws IOException {
    Projects.good(directory.resolve("tree"));
    Cli.Run run = cli.run("call", "get_requires_for_build_wheel", "tree");
    assertThat(run.status()).as(run.stderr()).isEqualTo(ExitStatus.OK);
    Path environment = children(environments(), "[0-9a-f]{32}").get(0);
    Path learned = environment.resolve("learned");
    if (Files.exists(learned)) {
      try (Stream<Path> files = Files.walk(learned)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
    return environment;
  }

  private Path environments() {
    return directory.resolve("cache/environments");
  }

  private static List<Path> children(Path parent, String name) throws IOException {
    try (Stream<Path> files = Files.list(parent)) {
      return files.filter(file -> String.valueOf(file.getFileName()).matches(name)).toList();
    }
  }

  /** An environment of which only the manifest is there, with a Python that is gone. */
  private Path pretend(String id, int minutes) throws IOException {
    Path root = Files.createDirectories(environments().resolve(id).resolve("0a"));
    Path manifest = root.resolve("hookd-environment.json");
    Files.writeString(
        manifest,
        """
        {"format": 1, "created": "2026-11-20T10:00:00Z", "requirements": ["wheel"],
         "interpreter": {"executable": "/python", "implementation": "cpython",
                         "version": "3.11.7", "platform": "linux-x86_64"},
         "installer": "pip 24.2",
         "resolved": [{"name": "wheel", "version": "0.44.0", "source": "", "hashes": []}]}
        """);
    Files.setLastModifiedTime(manifest, FileTime.fromMillis(minutes * 60_000L));
    return environments().resolve(id);
  }

  private static Path learned(Path environment, String backend, String modules, String refused)
      throws IOException {
    return Files.writeString(
        Files.createDirectories(environment.resolve("learned")).resolve(backend + ".json"),
        """
        {"format": 1, "backend": "%s", "python": "cpython-311", "modules": {%s}, "refused": {%s}}
        """
            .formatted(backend, modules, refused));
  }

  private static Map<Path, FileTime> times(Path root) throws IOException {
    Map<Path, FileTime> times = new TreeMap<>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path each : files.toList()) {
        times.put(each, Files.getLastModifiedTime(each, LinkOption.NOFOLLOW_LINKS));
      }
    }
    return times;
  }

  private static JsonNode check(Cli.Run run, String name) {
    for (JsonNode check : run.json().path("checks")) {
      if (check.path("name").asText().equals(name)) {
        return check;
      }
    }
    throw new AssertionError("no check " + name + ": " + run.stdout());
  }

  @Test
  void doctor_ofAnEnvironment_showsWhatIsPreloaded_andWhatThatSaves() throws IOException {
    Path environment = realEnvironment();
    String id = String.valueOf(environment.getFileName());
    StringBuilder modules = new StringBuilder("\"later\": null");
    IntStream.rangeClosed(1, 12)
        .forEach(i -> modules.append(", \"pkg.m%02d\": %.4f".formatted(i, i / 1e3)));
    learned(
        environment,
        "setuptools.build_meta",
        modules.toString(),
        "\"pkg_resources\": \"its import changes sys.path\"");

    Map<Path, FileTime> before = times(environment);

    Cli.Run text = cli.run("doctor", id.substring(0, 6));
    Cli.Run json = cli.run("doctor", id, "--json");

    assertThat(times(environment)).as("nothing is changed by looking at it").isEqualTo(before);
    assertThat(text.status()).isEqualTo(ExitStatus.OK);
    assertThat(text.stderr()).isEmpty();
    assertThat(text.stdout())
        .contains("ok       environment   " + id + " at " + environment)
        .containsPattern(", made 20\\d\\d-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ\n")
        .contains("ok       python        ")
        .contains("ok       requirements  none\n")
        .contains("ok       size          ")
        .contains(
            "ok       learned       setuptools.build_meta (cpython-311): 12 modules preloaded,"
                + " up to 78.0 ms saved per hook, 1 not imported ahead yet, 1 refused\n")
        .contains("  12.0 ms  pkg.m12\n", "   3.0 ms  pkg.m03\n", "  2 more\n")
        .contains("refused  pkg_resources: its import changes sys.path\n")
        .doesNotContain("pkg.m02", "self-test");
    assertThat(json.json().path("ok").asBoolean()).isTrue();
    assertThat(check(json, "environment").path("id").asText()).isEqualTo(id);
    assertThat(check(json, "python").path("version").asText()).startsWith("3.");
    assertThat(check(json, "requirements").path("requirements")).isEmpty();
    assertThat(check(json, "size").path("bytes").asLong()).isPositive();
    JsonNode learned = check(json, "learned");
    assertThat(learned.path("backend").asText()).isEqualTo("setuptools.build_meta");
    assertThat(learned.path("preloaded").asInt()).isEqualTo(12);
    assertThat(learned.path("pending").asInt()).isOne();
    assertThat(learned.path("saved_seconds").asDouble()).isEqualTo(0.078);
    assertThat(learned.path("modules")).hasSize(13);
    assertThat(learned.path("modules").get(0).path("seconds").isNull()).isTrue();
    assertThat(learned.path("modules").get(12).path("name").asText()).isEqualTo("pkg.m12");
    assertThat(learned.path("refused").get(0).path("reason").asText()).contains("sys.path");
  }

  @Test
  void doctor_ofADirectory_isTheSame() throws IOException {
    Path environment = pretend(ID_A, 1);

    for (String given : List.of(environment.toString(), "cache/environments/" + ID_A + "/0a")) {
      Cli.Run run = cli.run("doctor", given);

      assertThat(run.status()).isEqualTo(ExitStatus.OK);
      assertThat(run.stdout())
          .contains("warn     environment   " + ID_A, "whose Python is gone")
          .contains("-> nothing to do: it is made again when it is needed")
          .contains("requirements  wheel, resolved by pip 24.2 to:\n", "wheel 0.44.0\n")
          .contains("learned       nothing yet: ");
    }
  }

  @Test
  void doctor_whenALearnedFileIsDamaged_warns() throws IOException {
    Path environment = pretend(ID_A, 1);
    Path file = learned(environment, "backend", "\"a\": -1", "");
    learned(environment, "good", "\"a\": 0.001", "\"x\": \"one\\nok       forged\\u001b[0m\"");

    Cli.Run run = cli.run("doctor", ID_A);

    assertThat(run.status()).isEqualTo(ExitStatus.OK);
    assertThat(run.stdout())
        .contains("warn     learned       " + file + " cannot be used: \"a\" has no import time")
        .contains("-> safe to delete: it is only a hint, and daemons learn again")
        .contains("good (cpython-311): 1 module preloaded, up to 1.0 ms saved per hook, 1 refused")
        .contains("refused  x: one\uFFFDok       forged\uFFFD[0m\n");
    assertThat(check(cli.run("doctor", ID_A, "--json"), "learned").path("status").asText())
        .isEqualTo("warn");
  }

  @Test
  void doctor_ofAnEnvironmentThatIsNotWhole_says() throws IOException {
    Files.createDirectories(environments().resolve(ID_A).resolve("0a"));
    Files.writeString(pretend(ID_B, 1).resolve("0a/hookd-environment.json"), "{}");

    assertThat(cli.run("doctor", ID_A).stdout()).contains("incomplete: being made, or left by");
    assertThat(cli.run("doctor", ID_B).stdout())
        .contains("whose manifest cannot be read: its format is not 1")
        .contains("-> delete " + environments().resolve(ID_B));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "abcde                             | too short for an environment: at least 6 characters",
        "abcdef                            | 'abcdef' is the beginning of several environments in",
        "abcdef01                          | no environment 'abcdef01' in",
        "abcdef000000000000000000000000001 | no environment",
        "nope                              | no environment 'nope' in",
        "cache/environments                | no environment 'cache/environments' in",
        "cache/environments/requests       | no environment",
        "``                                | no environment '' in",
        "ABCDEF00000000000000000000000001  | no environment",
      })
  void doctor_ofWhatIsNoEnvironment_isWrongUsage(String given, String reason) throws IOException {
    pretend(ID_A, 1);
    pretend(ID_B, 1);
    Files.createDirectories(environments().resolve("requests"));

    Cli.Run run = cli.run("doctor", given);

    assertThat(run.stderr()).contains(reason).contains("--help' shows the usage");
    if (reason.startsWith("no environment")) {
      assertThat(run.stderr()).contains(environments().toString(), "'hookd doctor' lists");
    }
    assertThat(run.stdout()).isEmpty();
    assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
  }

  @Test
  void doctor_ofAnEnvironmentAndAPython_isWrongUsage() {
    Cli.Run run = cli.run("doctor", ID_A, "--python", "python3");

    assertThat(run.stderr()).contains("exclude each other");
    assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
  }

  @Test
  void doctor_ofAnEnvironmentThatIsNotThere_createsNothing() {
    assertThat(cli.run("doctor", ID_A).status()).isEqualTo(ExitStatus.USAGE);

    assertThat(directory.resolve("cache")).doesNotExist();
  }

  @Test
  void doctor_listsTheNewestEnvironments() throws IOException {
    for (int i = 10; i < 32; i++) {
      pretend("abcdef000000%020d".formatted(i), i);
    }
    Path newest = environments().resolve("abcdef000000%020d".formatted(31));
    learned(newest, "setuptools.build_meta", "\"a\": 0.03, \"b\": 0.0012, \"c\": null", "");
    learned(newest, "worse", "1", "");

    String text = cli.run("doctor").stdout();
    JsonNode found = check(cli.run("doctor", "--json"), "environments");

    assertThat(text)
        .contains("environments  22 in " + environments() + " (the newest 20 are shown)")
        .contains(
            "abcdef000000  cpython 3.11.7  setuptools.build_meta: 2 modules preloaded, up to"
                + " 31.2 ms saved per hook  1 learned file unusable\n")
        .contains("abcdef000000  cpython 3.11.7  nothing learned yet\n")
        .contains("self-test");
    assertThat(found.path("total").asInt()).isEqualTo(22);
    assertThat(found.path("newest")).hasSize(20);
    JsonNode first = found.path("newest").get(0);
    assertThat(first.path("id").asText()).isEqualTo(String.valueOf(newest.getFileName()));
    assertThat(first.path("python").asText()).isEqualTo("cpython 3.11.7");
    assertThat(first.path("learned").get(0).path("preloaded").asInt()).isEqualTo(2);
    assertThat(first.path("learned").get(0).path("saved_seconds").asDouble()).isEqualTo(0.0312);
  }

  @Test
  void doctor_withoutEnvironments_saysSo() {
    assertThat(cli.run("doctor").stdout())
        .contains("ok       environments  none yet in " + environments());
  }
}
