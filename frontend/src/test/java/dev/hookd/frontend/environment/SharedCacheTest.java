package dev.hookd.frontend.environment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hookd.frontend.OtherJvm;
import dev.hookd.frontend.Processes;
import dev.hookd.frontend.interpreter.PythonInterpreter;
import dev.hookd.frontend.system.CacheDirectory;
import dev.hookd.frontend.system.DurableFiles;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several JVMs on one cache directory, one of them killed half-way. */
@Timeout(120)
class SharedCacheTest {

  @TempDir Path temp;
  private Path wheels;
  private Path cache;
  private PythonInterpreter python;
  private Map<String, String> caller;
  private final List<Process> started = new ArrayList<>();
  private List<ProcessHandle> orphans = List.of();

  @BeforeEach
  void prepare() throws IOException {
    wheels = Files.createDirectories(temp.resolve("wheels"));
    cache = temp.resolve("cache");
    python = Pythons.any(temp.resolve("probes"));
    caller = Pythons.offline(wheels);
  }

  @AfterEach
  void cleanUp() throws IOException {
    for (Process process : started) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly().onExit().join();
    }
    orphans.forEach(ProcessHandle::destroyForcibly);
    DurableFiles.deleteTree(cache);
  }

  private Process other(Path output, String... requirements) throws IOException {
    List<String> command =
        OtherJvm.command(
            temp, MakeEnvironment.class, cache.toString(), python.executable().toString());
    command.addAll(List.of(requirements));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectInput(new File("/dev/null"))
            .redirectOutput(output.toFile())
            .redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().putAll(caller);
    Process process = builder.start();
    started.add(process);
    return process;
  }

  private EnvironmentSpec spec(String requirement) {
    return new EnvironmentSpec(python, List.of(requirement), InstallerKind.PIP);
  }

  @Test
  void get_byThreadsAndProcesses_makesItOnce() throws Exception {
    Artifacts.wheel(wheels, "tiny", "1.0");
    Path first = temp.resolve("first.txt");
    Path second = temp.resolve("second.txt");
    List<Process> others = List.of(other(first, "tiny"), other(second, "tiny==1.0"));
    AtomicInteger made = new AtomicInteger();
    EnvironmentListener counter =
        new EnvironmentListener() {
          @Override
          public void creating(EnvironmentSpec spec, Path root, int distributions) {
            made.incrementAndGet();
          }
        };
    BuildEnvironments environments =
        new BuildEnvironments(
            EnvironmentsConfig.builder(caller)
                .cache(CacheDirectory.at(cache))
                .listener(counter)
                .build());
    ExecutorService threads = Executors.newFixedThreadPool(8);
    List<Future<BuildEnvironment>> futures = new ArrayList<>();
    try {
      for (int i = 0; i < 8; i++) {
        String requirement = i % 2 == 0 ? "tiny" : "tiny>=1";
        futures.add(threads.submit(() -> environments.get(spec(requirement))));
      }
      Path root = futures.get(0).get().root();
      for (Future<BuildEnvironment> future : futures) {
        assertThat(future.get().root()).isEqualTo(root);
      }
      for (Process process : others) {
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      }
      List<String> said = new ArrayList<>(Files.readAllLines(first));
      said.addAll(Files.readAllLines(second));
      assertThat(said).filteredOn(line -> line.equals("root " + root)).hasSize(2);
      long elsewhere = said.stream().filter(line -> line.startsWith("creating")).count();
      assertThat(made.get() + elsewhere).isEqualTo(1);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void get_whenAProcessWasKilledHalfWay_makesItAnew_whileItsInstallerLivesOn() throws Exception {
    Path started = temp.resolve("started");
    Path go = temp.resolve("go");
    String body =
        "open('%s', 'w').close()\n".formatted(started)
            + "deadline = time.time() + 60\n"
            + "while not os.path.exists('%s') and time.time() < deadline:\n".formatted(go)
            + "    time.sleep(0.02)\n";
    String requirement = "slow @ " + Artifacts.sdist(temp, "slow", "1.0", body).toUri();
    Path output = temp.resolve("output.txt");
    Process victim = other(output, requirement);
    NewFile.await(started, () -> assertThat(victim.isAlive()).as(() -> read(output)).isTrue());
    orphans = victim.descendants().toList();
    victim.destroyForcibly().onExit().join();
    assertThat(orphans).as("the dead process's installer").isNotEmpty();
    String creating = "creating ";
    Path half =
        read(output)
            .lines()
            .filter(line -> line.startsWith(creating))
            .map(line -> Path.of(line.substring(creating.length())))
            .findFirst()
            .orElseThrow();
    assertThat(half.resolve("bin/python")).exists();
    Path dead = onlyUser();

    BuildEnvironments environments =
        new BuildEnvironments(
            EnvironmentsConfig.builder(caller).cache(CacheDirectory.at(cache)).build());
    assertThat(environments.existing(spec(requirement))).isEmpty();
    Files.createFile(go);
    BuildEnvironment whole = environments.get(spec(requirement));
    assertThat(whole.root()).isNotEqualTo(half);
    for (ProcessHandle orphan : orphans) {
      Processes.awaitGone(orphan);
    }
    assertThat(Pythons.print(whole, "import slow; print(slow.version)")).isEqualTo("built");
    assertThat(environments.existing(spec(requirement))).contains(whole);
    assertThat(half.resolve(EnvironmentStore.MANIFEST)).doesNotExist();
    assertThat(dead).as("what the dead process was to the cache").doesNotExist();
  }

  private Path onlyUser() throws IOException {
    try (Stream<Path> users = Files.list(cache.resolve("users"))) {
      List<Path> all = users.toList();
      assertThat(all).hasSize(1);
      return all.get(0);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
