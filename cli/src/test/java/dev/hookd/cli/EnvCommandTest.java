package dev.hookd.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hookd.frontend.system.CacheDirectory;
import dev.hookd.frontend.system.CacheUser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code hookd env} and {@code hookd cache}, and the options that decide environments. */
@Timeout(120)
class EnvCommandTest {

  private static final String OLD = "abcdef00000000000000000000000001";
  private static final String NEW = "abcdef00000000000000000000000002";

  @TempDir Path directory;
  private Cli cli;

  @BeforeEach
  void makeCli() {
    cli = new Cli(directory);
  }

  private Path environment(String id, long bytes, Duration unused) throws IOException {
    Path environment =
        CacheDirectory.at(directory.resolve("cache")).directory("environments").resolve(id);
    Path bin = Files.createDirectories(environment.resolve("0a/bin"));
    assertThat(Files.createFile(bin.resolve("python")).toFile().setExecutable(true)).isTrue();
    Files.writeString(
        environment.resolve("0a/hookd-environment.json"),
        """
        {"format": 1, "created": "2026-11-20T10:00:00Z", "requirements": ["wheel", "x"],
         "interpreter": {"executable": "/python", "implementation": "cpython",
                         "version": "3.11.7", "platform": "linux-x86_64"},
         "installer": "pip 24.2", "resolved": []}
        """);
    Path used = Files.writeString(environment.resolve("used"), String.valueOf(bytes));
    Files.setLastModifiedTime(used, FileTime.from(Instant.now().minus(unused)));
    return environment;
  }

  @Test
  void list_showsSizeAndUse_theLastUsedFirst() throws Exception {
    environment(OLD, 5 << 20, Duration.ofDays(40));
    environment(NEW, 1 << 20, Duration.ofDays(1));
    try (CacheUser user = new CacheUser(CacheDirectory.at(directory.resolve("cache")))) {
      user.need("environments", NEW);

      Cli.Run text = cli.run("env", "list");
      JsonNode json = cli.run("env", "list", "--json").json();

      assertThat(text.lines()).hasSize(2);
      assertThat(text.lines().get(0))
          .startsWith("abcdef000000     1 MiB  ")
          .endsWith("  *  cpython 3.11.7  wheel, x");
      assertThat(json.get(0).path("id").asText()).isEqualTo(NEW);
      assertThat(json.get(0).path("in_use").asBoolean()).isTrue();
      assertThat(json.get(1).path("bytes").asLong()).isEqualTo(5 << 20);
      assertThat(json.get(1).path("state").asText()).isEqualTo("complete");
    }
  }

  @Test
  void show_isWhatDoctorSays() throws IOException {
    environment(OLD, 1, Duration.ZERO);

    Cli.Run show = cli.run("env", "show", OLD);

    assertThat(show.status()).isEqualTo(ExitStatus.OK);
    assertThat(show.stdout()).isEqualTo(cli.run("doctor", OLD).stdout()).contains("pip 24.2");
    assertThat(cli.run("env", "show", OLD, "--json").json())
        .isEqualTo(cli.run("doctor", OLD, "--json").json());
  }

  @Test
  void prune_removesWhatIsAskedFor_andSaysWhat() throws IOException {
    Path old = environment(OLD, 5 << 20, Duration.ofDays(40));
    Path recent = environment(NEW, 1 << 20, Duration.ofDays(1));

    assertThat(cli.run("env", "prune", "--unused-for", "720h", "--dry-run").lines())
        .containsExactly(OLD + "  5 MiB  unused", "would remove 1 environments, 5 MiB; 1 MiB left");
    assertThat(old).exists();
    assertThat(cli.run("env", "prune").lines())
        .containsExactly("removed 0 environments, 0 KiB; 6 MiB left");
    JsonNode json = cli.run("env", "prune", "--max-size", "2MiB", "--json").json();

    assertThat(json.path("removed").get(0).path("reason").asText()).isEqualTo("bound");
    assertThat(json.path("bytes_left").asLong()).isEqualTo(1 << 20);
    assertThat(old).doesNotExist();
    assertThat(recent).exists();
  }

  @Test
  void cache_saysWhereAndHowLarge_andIsEmptied() throws IOException {
    Path environment = environment(OLD, 1, Duration.ZERO);
    Path cache = directory.resolve("cache");

    assertThat(cli.run("cache", "dir").lines()).containsExactly(cache.toString());
    assertThat(Long.parseLong(cli.run("cache", "size").lines().get(0))).isPositive();
    assertThat(cli.run("cache", "clear").status()).isEqualTo(ExitStatus.OK);
    assertThat(environment).doesNotExist();

    Files.delete(cache.resolve("CACHEDIR.TAG"));
    Cli.Run refused = cli.run("cache", "clear");
    assertThat(refused.status()).isEqualTo(ExitStatus.MACHINERY);
    assertThat(refused.stderr()).contains("not known to be a cache of hookd");
  }

  @Test
  void commandsThatLook_createNothing() {
    assertThat(cli.run("env", "list").status()).isEqualTo(ExitStatus.OK);
    assertThat(cli.run("env", "prune").status()).isEqualTo(ExitStatus.OK);
    assertThat(cli.run("cache", "size").lines()).containsExactly("0");
    assertThat(cli.run("cache", "clear").status()).isEqualTo(ExitStatus.OK);
    assertThat(directory.resolve("cache")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--constraint             | nowhere.txt  | nowhere.txt cannot be read",
        "--index-url              | ftp://h/     | must begin with http://",
        "--extra-index-url        | a b          | is no URL",
        "--fresh-days             | 0            | at least one day",
        "--extra-build-requires   | cython       | does not begin with the name of a project",
        "--extra-build-requires   | a:-e .       | malformed",
        "--config-settings-package| a:[]         | must be a JSON object",
        "--env-package            | a:B          | is not of the form NAME=VALUE",
        "--env-package            | a:s3cret     | is not of the form NAME=VALUE",
        "--env-package            | TOKEN=s3:cret | TOKEN=...",
        "--env-package            | TOKEN=s3cret | TOKEN=...",
        "--no-build-isolation-package | a b      | is not the name of a project",
      })
  void optionsThatMakeNoSense_areWrongUsage(String option, String value, String reason) {
    Cli.Run run = cli.run("metadata", ".", option, value);

    assertThat(run.stderr()).contains(reason).doesNotContain("s3");
    assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
  }

  @Test
  void installTimeout_endsAnInstallerThatHangs() throws IOException {
    Projects.files(
        directory.resolve("tree"),
        "[build-system]\nrequires = ['anything']\nbuild-backend = 'backend'\n",
        "");
    Path bin = Files.createDirectory(directory.resolve("bin"));
    Files.writeString(bin.resolve("uv"), "#!/bin/sh\nsleep 600\n");
    assertThat(bin.resolve("uv").toFile().setExecutable(true)).isTrue();

    Cli.Run run =
        cli.with("PATH", bin + ":" + System.getenv("PATH"))
            .with("HOOKD_DOWNLOADS_MAX_SIZE", "much")
            .run("requires", "tree", "--installer", "uv", "--install-timeout", "200ms");

    assertThat(run.status()).isEqualTo(ExitStatus.MACHINERY);
    assertThat(run.stderr())
        .contains("warning: HOOKD_DOWNLOADS_MAX_SIZE is ignored: 'much' is not a size")
        .contains("took too long")
        .contains("raise --install-timeout");
  }

  @Test
  void optionsForOneProject_reachItsHooks() throws IOException {
    Path tree = Projects.good(directory.resolve("tree"));
    Files.writeString(tree.resolve("PKG-INFO"), "Metadata-Version: 2.1\nName: Some_Name\n\n");
    Files.writeString(
        tree.resolve("backend.py"),
        """

        import json, os
        def get_requires_for_build_wheel(config_settings=None):
            return [json.dumps(config_settings) + os.environ.get('OWN', '')]
        """,
        java.nio.file.StandardOpenOption.APPEND);

    Cli.Run run =
        cli.run(
            "call",
            "get_requires_for_build_wheel",
            tree.toString(),
            "--config-settings-package",
            "some-name:{\"a\": \"b:c\"}",
            "--env-package",
            "some.name:OWN=x=y");

    assertThat(run.lines()).as(run.stderr()).containsExactly("{\"a\": \"b:c\"}x=y");
  }
}
