package dev.hookd.frontend.environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.hookd.frontend.BuildCycleException;
import dev.hookd.frontend.EnvironmentFailedException;
import dev.hookd.frontend.IndexOptions;
import dev.hookd.frontend.RequirementOptions;
import dev.hookd.frontend.interpreter.PythonInterpreter;
import dev.hookd.frontend.interpreter.PythonInterpreters;
import dev.hookd.frontend.system.CacheDirectory;
import dev.hookd.frontend.system.DurableFiles;
import dev.hookd.frontend.system.SearchPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The real registry, as this machine's installers are configured to reach it. */
@Timeout(300)
class EnvironmentIT {

  @TempDir Path temp;
  private Path cache;
  private Map<String, String> caller;
  private long resolvingAt;
  private long creatingAt;
  private Duration took = Duration.ZERO;

  @BeforeEach
  void prepare() {
    cache = temp.resolve("cache");
    caller = new HashMap<>(System.getenv());
  }

  @AfterEach
  void cleanUp() throws IOException {
    DurableFiles.deleteTree(cache);
  }

  private BuildEnvironments environments() {
    EnvironmentListener stopwatch =
        new EnvironmentListener() {
          @Override
          public void resolving(EnvironmentSpec spec) {
            resolvingAt = System.nanoTime();
          }

          @Override
          public void creating(EnvironmentSpec spec, Path root, int distributions) {
            creatingAt = System.nanoTime();
          }

          @Override
          public void created(
              EnvironmentSpec spec, BuildEnvironment environment, Duration elapsed) {
            took = elapsed;
          }
        };
    return new BuildEnvironments(
        EnvironmentsConfig.builder(caller)
            .cache(CacheDirectory.at(cache))
            .listener(stopwatch)
            .build());
  }

  private void installs(PythonInterpreter python, InstallerKind installer) {
    BuildEnvironments environments = environments();
    EnvironmentSpec spec =
        new EnvironmentSpec(python, List.of("setuptools>=60", "hatchling"), installer);
    BuildEnvironment made = fromTheIndex(environments, spec);
    long done = System.nanoTime();
    assertThat(
            Pythons.print(
                made,
                "import setuptools.build_meta, hatchling.build, importlib.util as u;"
                    + "print(u.find_spec('pip'))"))
        .endsWith("None");
    BuildEnvironments fresh = environments();
    long begin = System.nanoTime();
    assertThat(fresh.existing(spec)).contains(made);
    long first = System.nanoTime() - begin;
    long best = Long.MAX_VALUE;
    for (int i = 0; i < 200; i++) {
      begin = System.nanoTime();
      fresh.existing(spec);
      best = Math.min(best, System.nanoTime() - begin);
    }
    System.out.printf(
        "%s with %s: resolve %d ms, venv and install %d ms, all %d ms; existing %d us, then %d us%n",
        python.version(),
        installer,
        (creatingAt - resolvingAt) / 1_000_000,
        (done - creatingAt) / 1_000_000,
        took.toMillis(),
        first / 1000,
        best / 1000);
  }

  /** Without a network the test is skipped. */
  private static BuildEnvironment fromTheIndex(
      BuildEnvironments environments, EnvironmentSpec spec) {
    try {
      return environments.get(spec);
    } catch (EnvironmentFailedException e) {
      assumeFalse(
          e.hint().orElse("").contains("the package index could not be reached"),
          "the package index could not be reached: " + e.getMessage());
      throw e;
    }
  }

  /**
   * The machine's uv, or one from the registry, in an environment that is kept for the next run.
   *
   * @return the {@code PATH} that has it
   */
  private String putUvOnPath() {
    if (SearchPath.find(caller, "uv").isEmpty()) {
      EnvironmentSpec uv =
          new EnvironmentSpec(Pythons.any(cache), List.of("uv"), InstallerKind.PIP);
      BuildEnvironment made =
          fromTheIndex(new BuildEnvironments(EnvironmentsConfig.builder(caller).build()), uv);
      caller.put("PATH", made.variables().get("PATH"));
    }
    return caller.getOrDefault("PATH", "");
  }

  @Test
  void get_withPip_installsBackendsFromTheRegistry() {
    installs(Pythons.any(cache), InstallerKind.PIP);
  }

  @Test
  void get_withPip_worksOnOldestAndNewest() throws IOException {
    PythonInterpreters interpreters = new PythonInterpreters(CacheDirectory.at(cache), caller);
    for (Path python : Pythons.oldestAndNewest()) {
      installs(interpreters.find(python.toString()), InstallerKind.PIP);
    }
  }

  @Test
  void get_withUv_installsBackendsFromTheRegistry() {
    putUvOnPath();
    installs(Pythons.any(cache), InstallerKind.UV);
  }

  @Test
  void get_withUv_offline_installsWheelsSdistsAndUrls_andNamesTheFault() throws IOException {
    String pathWithUv = putUvOnPath();
    Path wheels = Files.createDirectories(temp.resolve("wheels"));
    caller = Pythons.offline(wheels);
    caller.put("PATH", pathWithUv);
    Artifacts.wheel(wheels, "tiny", "1.0", "tinydep");
    Artifacts.wheel(wheels, "tinydep", "2.0");
    Path sdist = Artifacts.sdist(temp, "fromsource", "1.0", "");
    PythonInterpreter python = Pythons.any(cache);
    BuildEnvironments environments = environments();
    EnvironmentSpec spec =
        new EnvironmentSpec(
            python, List.of("tiny[none]>=1", "fromsource @ " + sdist.toUri()), InstallerKind.AUTO);
    BuildEnvironment made = environments.get(spec);
    assertThat(Pythons.print(made, "import tiny, tinydep, fromsource as f; print(f.version)"))
        .isEqualTo("built");
    assertThat(environments.existing(spec)).contains(made);
    EnvironmentSpec same =
        new EnvironmentSpec(
            python,
            List.of("tiny==1.*", "tinydep", "fromsource @ " + sdist.toUri()),
            InstallerKind.UV);
    assertThat(environments.get(same)).isEqualTo(made);

    assertThat(
            Assertions.catchThrowableOfType(
                EnvironmentFailedException.class,
                () ->
                    environments.get(
                        new EnvironmentSpec(python, List.of("tiny==9"), InstallerKind.UV))))
        .hasMessageContaining("tiny==9")
        .satisfies(e -> assertThat(e.hint().orElse("")).contains("spelling and version"));
    EnvironmentSpec never =
        new EnvironmentSpec(python, List.of("x ; python_version < '3'"), InstallerKind.UV);
    assertThat(Pythons.print(environments.get(never), "print(1)")).isEqualTo("1");
  }

  @Test
  void get_withUv_honoursConstraintsHashesAndOffline_andFindsCycles() throws Exception {
    String pathWithUv = putUvOnPath();
    Path wheels = Files.createDirectories(temp.resolve("wheels"));
    caller = Pythons.offline(wheels);
    caller.put("PATH", pathWithUv);
    Path links = Files.createDirectories(temp.resolve("other links"));
    Path tiny = Artifacts.wheel(links, "tiny", "1.0");
    Artifacts.wheel(links, "tiny", "2.0");
    Artifacts.sdist(
        links, "built", "1.0", "import tiny; assert tiny.version == '1.0'", List.of("tiny"));
    Artifacts.sdist(links, "one", "1.0", "", List.of("two"));
    Artifacts.sdist(links, "two", "1.0", "", List.of("one"));
    IndexOptions index = new IndexOptions(null, List.of(), List.of(links.toString()), true);
    PythonInterpreter python = Pythons.any(cache);
    BuildEnvironments environments =
        new BuildEnvironments(
            EnvironmentsConfig.builder(caller)
                .cache(CacheDirectory.at(cache))
                .stallLimit(Duration.ofSeconds(3))
                .build());
    Function<String, Function<String, EnvironmentSpec>> spec =
        constraints ->
            requirement ->
                new EnvironmentSpec(
                    python,
                    List.of(requirement),
                    InstallerKind.UV,
                    RequirementOptions.builder()
                        .index(index)
                        .constraints("c.txt", constraints)
                        .build());

    BuildEnvironment built = environments.get(spec.apply("tiny<2").apply("built"));
    assertThat(Pythons.print(built, "import built; print(built.version)")).isEqualTo("built");
    String hash =
        HexFormat.of()
            .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(tiny)));
    BuildEnvironment made =
        environments.get(spec.apply("tiny==1.0 --hash=sha256:" + hash).apply("tiny"));
    assertThat(Pythons.print(made, "import tiny; print(tiny.version)")).isEqualTo("1.0");
    assertThat(
            Files.getAttribute(
                Path.of(Pythons.print(made, "import tiny; print(tiny.__file__)")), "unix:nlink"))
        .as("a file that other environments have too")
        .isEqualTo(1);
    assertThatThrownBy(
            () ->
                environments.get(
                    spec.apply("tiny==1.0 --hash=sha256:" + "0".repeat(64)).apply("tiny")))
        .hasMessageContaining("tiny 1.0 has another hash than the constraints");
    assertThatThrownBy(() -> environments.get(spec.apply("").apply("missing")))
        .isInstanceOfSatisfying(
            EnvironmentFailedException.class,
            e -> assertThat(e.hint().orElse("")).contains("pip download --dest DIR"));
    assertThatThrownBy(() -> environments.get(spec.apply("").apply("one")))
        .isInstanceOf(BuildCycleException.class)
        .hasMessageContaining("one -> two -> one");
  }
}
