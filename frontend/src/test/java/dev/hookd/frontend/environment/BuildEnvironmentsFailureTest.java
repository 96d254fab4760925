package dev.hookd.frontend.environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hookd.frontend.EnvironmentFailedException;
import dev.hookd.frontend.Limits;
import dev.hookd.frontend.Processes;
import dev.hookd.frontend.interpreter.PythonInterpreter;
import dev.hookd.frontend.system.CacheDirectory;
import dev.hookd.frontend.system.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Environments that cannot be made, and those that are made in spite of what is in the way. */
@Timeout(120)
class BuildEnvironmentsFailureTest extends BuildEnvironmentsFixture {

  @Test
  void get_whenUnsatisfiable_namesTheRequirement() throws IOException {
    Artifacts.wheel(wheels, "tiny", "1.0");
    BuildEnvironments environments = environments();
    EnvironmentFailedException e = failure(environments, spec("tiny>=7"));
    assertThat(e).hasMessageContaining("at fault: tiny").hasMessageContaining("No matching");
    assertThat(e.installerOutput()).contains("Could not find a version");
    assertThat(e.hint().orElse("")).contains("spelling and version");
    assertThat(leftovers()).isEmpty();
    assertThat(environments.existing(spec("tiny>=7"))).isEmpty();
  }

  @Test
  void get_whenRequirementsExcludeOneAnother_saysSo() throws IOException {
    Artifacts.wheel(wheels, "tiny", "1.0", "tinydep<2");
    Artifacts.wheel(wheels, "tinydep", "1.0");
    Artifacts.wheel(wheels, "tinydep", "2.0");
    EnvironmentFailedException e = failure(environments(), spec("tiny", "tinydep>=2"));
    assertThat(e.hint().orElse("")).contains("exclude one another");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "/no/such/directory"})
  void get_whenTmpdirIsNoPlaceForTemporaryFiles_doesWithout(String tmpdir) throws IOException {
    Artifacts.wheel(wheels, "tiny", "1.0");
    caller.put("TMPDIR", tmpdir);
    assertThat(Pythons.print(environments().get(spec("tiny")), "import tiny; print('yes')"))
        .isEqualTo("yes");
  }

  @Test
  void get_whenMalformed_runsNothing() {
    EnvironmentFailedException e = failure(environments(), spec("tiny", "--pre"));
    assertThat(e).hasMessageContaining("'--pre' is malformed");
    assertThat(recorder.events()).isEmpty();
  }

  @Test
  void get_whenBuildingARequirementFails_leavesNothingHalfMade() throws IOException {
    Path sdist = Artifacts.sdist(temp, "broken", "1.0", "raise RuntimeError('no compiler today')");
    EnvironmentFailedException e =
        failure(environments(), spec("broken @ " + sdist.toUri().toString()));
    assertThat(e).hasMessageContaining("pip could not install");
    assertThat(e.installerOutput()).contains("no compiler today");
    assertThat(e.hint()).isPresent();
    assertThat(recorder.count("creating")).isEqualTo(1);
    assertThat(leftovers()).isEmpty();
  }

  /** Each run of the installer has that time; it is the last one that is to be caught. */
  @Test
  @Timeout(400)
  void get_whenInstallerTakesTooLong_killsItsWholeTree() throws Exception {
    Limits.doubling(
        Duration.ofSeconds(3),
        limit -> {
          cache = temp.resolve("cache").resolve(limit.toString());
          Path pid = temp.resolve("pid-" + limit);
          EnvironmentFailedException e =
              failure(new BuildEnvironments(config().installTimeout(limit).build()), blocking(pid));
          if (!Files.exists(pid)) {
            return false;
          }
          assertThat(e).hasMessageContaining("took too long");
          assertThat(e.hint()).isPresent();
          assertGone(pid);
          assertThat(leftovers()).isEmpty();
          return true;
        });
  }

  /** Its installation writes its process id, then never ends. */
  private EnvironmentSpec blocking(Path pid) throws IOException {
    String body =
        "with open('%s.tmp', 'w') as f: f.write(str(os.getpid()))\n".formatted(pid)
            + "os.rename('%s.tmp', '%s')\n".formatted(pid, pid)
            + "time.sleep(600)\n";
    return spec("blocking @ " + Artifacts.sdist(temp, "blocking", "1.0", body).toUri());
  }

  private static void assertGone(Path pid) throws Exception {
    Processes.awaitGone(Long.parseLong(Files.readString(pid)));
  }

  @Test
  void get_whenInterrupted_killsTheInstallerAndSaysSo() throws Exception {
    Path pid = temp.resolve("pid");
    EnvironmentSpec spec = blocking(pid);
    BuildEnvironments environments = environments();
    FutureTask<Boolean> task =
        new FutureTask<>(
            () -> {
              EnvironmentFailedException e = failure(environments, spec);
              assertThat(e).hasCauseInstanceOf(InterruptedException.class);
              return Thread.interrupted();
            });
    Thread thread = new Thread(task);
    thread.start();
    NewFile.await(pid, () -> assertThat(task).as("the call").isNotDone());
    thread.interrupt();
    assertThat(task.get(30, TimeUnit.SECONDS)).as("interrupt status").isTrue();
    assertGone(pid);
    assertThat(leftovers()).isEmpty();
  }

  @Test
  void get_byManyThreads_whenItFails_failsForAll() throws Exception {
    BuildEnvironments environments = environments();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<EnvironmentFailedException>> futures = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        futures.add(threads.submit(() -> failure(environments, spec("absent"))));
      }
      for (Future<EnvironmentFailedException> future : futures) {
        assertThat(future.get()).hasMessageContaining("absent");
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void get_whenUvIsAskedForButAbsent_fails() {
    caller.put("PATH", "/usr/bin:/bin");
    EnvironmentSpec spec = new EnvironmentSpec(python, List.of("tiny"), InstallerKind.UV);
    assertThat(failure(environments(), spec)).hasMessageContaining("none on PATH");
  }

  @Test
  void get_whenThereIsNoPipAtAll_namesTheWayOut() throws Exception {
    Path venv = temp.resolve("venv");
    ChildProcess.run(
        List.of(python.executable().toString(), "-m", "venv", "--without-pip", venv.toString()),
        temp,
        Map.of(),
        Duration.ofSeconds(30),
        line -> {});
    PythonInterpreter bare =
        new PythonInterpreter(
            venv.resolve("bin/python"),
            venv.resolve("bin/python"),
            "cpython",
            python.version(),
            venv,
            python.basePrefix(),
            python.platform(),
            python.tags(),
            python.identity());
    caller.put("PATH", "/nonexistent");
    EnvironmentSpec spec = new EnvironmentSpec(bare, List.of("tiny"), InstallerKind.PIP);
    EnvironmentFailedException e = failure(environments(), spec);
    assertThat(e).hasMessageContaining("no pip 22.3 or newer");
    assertThat(e.hint().orElse("")).contains("install pip");

    Artifacts.wheel(wheels, "tiny", "1.0");
    caller.put("PATH", String.valueOf(python.executable().getParent()));
    assertThat(Pythons.print(environments().get(spec), "import tiny; print(tiny.version)"))
        .as("another Python's pip works on it")
        .isEqualTo("1.0");
  }

  @Test
  void get_whenConfigurationSendsPackagesElsewhere_isNotTakenForAnEnvironment() throws IOException {
    Artifacts.wheel(wheels, "tiny", "1.0");
    Path elsewhere = temp.resolve("elsewhere");
    Path conf = temp.resolve("pip.conf");
    Files.writeString(conf, "[install]\ntarget = " + elsewhere + "\n");
    caller.put("PIP_CONFIG_FILE", conf.toString());
    EnvironmentFailedException e = failure(environments(), spec("tiny"));
    assertThat(e).hasMessageContaining("not in the environment: [tiny]");
    assertThat(leftovers()).isEmpty();
  }

  @Test
  void get_ignoresVariablesOfTheCallerThatWouldBreakIt() throws IOException {
    Artifacts.wheel(wheels, "tiny", "1.0");
    caller.put("PIP_TARGET", temp.resolve("elsewhere").toString());
    caller.put("PIP_USER", "1");
    caller.put("PIP_NO_COMPILE", "1");
    caller.put("PIP_REQUIRE_VIRTUALENV", "1");
    caller.put("PYTHONHOME", "/nonexistent");
    caller.put("PYTHONPATH", "/nonexistent");
    caller.put("VIRTUAL_ENV", "/nonexistent");
    BuildEnvironment made = environments().get(spec("tiny"));
    assertThat(Pythons.print(made, "import tiny; print(tiny.version)")).isEqualTo("1.0");
    assertThat(made.variables()).containsEntry("VIRTUAL_ENV", made.root().toString());
    assertThat(made.variables()).doesNotContainKeys("PYTHONHOME", "PYTHONPATH");
  }

  @Test
  void get_whenListenerThrows_worksAllTheSame() throws IOException {
    Artifacts.wheel(wheels, "tiny", "1.0");
    EnvironmentListener thrower =
        new EnvironmentListener() {
          @Override
          public void creating(EnvironmentSpec spec, Path root, int distributions) {
            throw new IllegalStateException("listener");
          }

          @Override
          public void output(String line) {
            throw new IllegalStateException("listener");
          }
        };
    BuildEnvironments environments = new BuildEnvironments(config().listener(thrower).build());
    assertThat(Pythons.print(environments.get(spec("tiny")), "import tiny")).isEmpty();
  }

  @Test
  void get_whenCacheIsAFile_failsWithHint() throws IOException {
    Path file = Files.createFile(temp.resolve("file"));
    BuildEnvironments environments =
        new BuildEnvironments(config().cache(CacheDirectory.at(file)).build());
    assertThat(failure(environments, spec()).hint().orElse("")).contains("HOOKD_CACHE_DIR");
  }

  @Test
  void config_refusesWhatCannotWork() {
    assertThatThrownBy(() -> config().parallelism(0).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("parallelism");
    assertThatThrownBy(() -> config().installTimeout(Duration.ZERO).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("installTimeout");
  }
}
