package dev.hookd.frontend.environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hookd.frontend.EnvironmentFailedException;
import dev.hookd.frontend.Limits;
import dev.hookd.frontend.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real interpreters and a real pip; the only index is a directory of wheels made here. */
@Timeout(120)
class BuildEnvironmentsTest {

  @TempDir Path temp;
  private Path cache;
  private Path wheels;
  private PythonInterpreter python;
  private Map<String, String> caller;
  private final Recorder recorder = new Recorder();

  /** Counts what was made. */
  static final class Recorder implements EnvironmentListener {
    private final List<String> events = new ArrayList<>();
    private final List<String> lines = new ArrayList<>();
    final CountDownLatch firstLine = new CountDownLatch(1);

    @Override
    public synchronized void resolving(EnvironmentSpec spec) {
      events.add("resolving");
    }

    @Override
    public synchronized void creating(EnvironmentSpec spec, Path root, int distributions) {
      events.add("creating " + distributions);
    }

    @Override
    public synchronized void created(
        EnvironmentSpec spec, BuildEnvironment environment, Duration elapsed) {
      events.add("created");
    }

    @Override
    public synchronized void output(String line) {
      lines.add(line);
      firstLine.countDown();
    }

    synchronized List<String> events() {
      return List.copyOf(events);
    }

    /** So far: a thread of the installer's output adds to them. */
    synchronized List<String> lines() {
      return List.copyOf(lines);
    }

    synchronized long count(String event) {
      return events.stream().filter(e -> e.startsWith(event)).count();
    }
  }

  @BeforeEach
  void prepare() throws IOException {
    cache = temp.resolve("cache");
    wheels = Files.createDirectories(temp.resolve("wheels"));
    python = Pythons.any(temp.resolve("probes"));
    caller = Pythons.offline(wheels);
    caller.put("TMPDIR", Files.createDirectory(temp.resolve("tmp")).toString());
  }

  /** JUnit would delete the links to the interpreter with a warning for each. */
  @AfterEach
  void cleanUp() throws IOException {
    assertThat(temp.resolve("tmp")).as("the caller's TMPDIR").isEmptyDirectory();
    DurableFiles.deleteTree(temp.resolve("cache"));
    DurableFiles.deleteTree(temp.resolve("venv"));
  }

  private EnvironmentsConfig.Builder config() {
    return EnvironmentsConfig.builder(caller).cache(CacheDirectory.at(cache)).listener(recorder);
  }

  private BuildEnvironments environments() {
    return new BuildEnvironments(config().build());
  }

  private EnvironmentSpec spec(String... requirements) {
    return new EnvironmentSpec(python, List.of(requirements), InstallerKind.PIP);
  }

  private EnvironmentFailedException failure(BuildEnvironments environments, EnvironmentSpec spec) {
    return catchThrowableOfType(EnvironmentFailedException.class, () -> environments.get(spec));
  }

  private List<Path> leftovers() throws IOException {
    Path root = cache.resolve("environments");
    if (!Files.isDirectory(root)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(root, 2)) {
      return files
          .filter(p -> root.relativize(p).getNameCount() == 2)
          .filter(p -> !p.startsWith(root.resolve("locks")))
          .filter(p -> !p.startsWith(root.resolve("requests")))
          .toList();
    }
  }

  @Test
  void get_withoutRequirements_runsNoInstaller() {
    BuildEnvironments environments = environments();
    assertThat(environments.existing(spec())).isEmpty();
    BuildEnvironment made = environments.get(spec());

    assertThat(recorder.events()).containsExactly("creating 0", "created");
    assertThat(environments.existing(spec())).contains(made);
    assertThat(environments().existing(spec())).as("another process's view").contains(made);
    assertThat(Pythons.print(made, "import sys; print(sys.prefix)"))
        .isEqualTo(made.root().toString());
    assertThat(Pythons.print(made, "import importlib.util as u; print(u.find_spec('pip'))"))
        .isEqualTo("None");
  }

  @Test
  void get_installsWhatIsRequired_andItsDependencies() throws IOException {
    Artifacts.wheel(wheels, "tiny", "1.0", "tinydep>=2");
    Artifacts.wheel(wheels, "tinydep", "2.0");
    BuildEnvironment made = environments().get(spec("Tiny >= 1 ; python_version > '3'"));

    assertThat(Pythons.print(made, "import tiny, tinydep; print(tiny.version, tinydep.version)"))
        .isEqualTo("1.0 2.0");
    assertThat(recorder.events()).containsExactly("resolving", "creating 2", "created");
    assertThat(recorder.lines()).anyMatch(line -> line.contains("Successfully installed"));
    assertThat(Files.readString(made.root().resolve("bin/tiny-tool")))
        .as("scripts start the environment's own Python")
        .startsWith("#!" + made.python());
    assertThat(made.variables().get("PATH")).startsWith(made.root().resolve("bin") + ":");
    assertThat(made.variables()).doesNotContainKeys("PIP_NO_INDEX", "PIP_FIND_LINKS");
  }

  @Test
  void get_compilesAllByteCode_soThatHooksHaveNothingToWrite() throws IOException {
    Artifacts.wheel(wheels, "tiny", "1.0");
    BuildEnvironment made = environments().get(spec("tiny"));
    List<Path> before = files(made.root());
    assertThat(Pythons.print(made, "import tiny; print(tiny.__cached__)")).endsWith(".pyc");
    assertThat(files(made.root())).isEqualTo(before);
    assertThat(before).anyMatch(file -> file.toString().matches(".*/tiny\\..*\\.pyc"));
  }

  private static List<Path> files(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files.sorted().toList();
    }
  }

  @Test
  void get_writesAManifest() throws IOException {
    Artifacts.wheel(wheels, "tiny", "1.0");
    Clock clock = Clock.fixed(Instant.parse("2026-11-20T10:00:00Z"), ZoneOffset.UTC);
    BuildEnvironment made = new BuildEnvironments(config().clock(clock).build()).get(spec("tiny"));
    JsonNode manifest =
        new ObjectMapper().readTree(made.root().resolve(EnvironmentStore.MANIFEST).toFile());
    assertThat(manifest.path("id").asText()).isEqualTo(made.id());
    assertThat(manifest.path("created").asText()).isEqualTo("2026-11-20T10:00:00Z");
    assertThat(manifest.path("installer").asText()).startsWith("pip ");
    assertThat(manifest.path("requirements").toString()).isEqualTo("[\"tiny\"]");
    assertThat(manifest.path("resolved").path(0).path("name").asText()).isEqualTo("tiny");
    assertThat(manifest.path("resolved").path(0).path("hashes").path(0).asText())
        .startsWith("sha256:");
  }

  @Test
  void get_whenTwoRequestsMeanTheSame_sharesOneEnvironment() throws IOException {
    Artifacts.wheel(wheels, "tiny", "1.0", "tinydep");
    Artifacts.wheel(wheels, "tinydep", "2.0");
    BuildEnvironments environments = environments();
    BuildEnvironment one = environments.get(spec("tiny"));
    BuildEnvironment two = environments.get(spec("tinydep==2.*", "tiny>=0.5"));
    assertThat(two).isEqualTo(one);
    assertThat(recorder.count("resolving")).isEqualTo(2);
    assertThat(recorder.count("creating")).isEqualTo(1);
    assertThat(environments.get(spec("tinydep"))).isNotEqualTo(one);
  }

  @Test
  void get_whenWrittenOtherwise_isTheSameRequest() throws IOException {
    Artifacts.wheel(wheels, "tiny", "1.0");
    Artifacts.wheel(wheels, "tinydep", "2.0");
    BuildEnvironments environments = environments();
    BuildEnvironment one = environments.get(spec("tiny>=1,<2", "tinydep"));
    assertThat(environments.existing(spec("TinyDep", "tiny <2, >=1", "tinydep"))).contains(one);
  }

  @Test
  void get_whenTheSameVersionIsAnotherFile_isAnotherEnvironment() throws IOException {
    Artifacts.wheel(wheels, "tiny", "1.0");
    BuildEnvironment one = environments().get(spec("tiny"));
    Path others = Files.createDirectories(temp.resolve("others"));
    Artifacts.wheel(others, "tiny", "1.0", "tinydep; extra == 'never'");
    caller.put("PIP_FIND_LINKS", others.toString());
    BuildEnvironment two = environments().get(spec("tiny"));
    assertThat(two.id()).isNotEqualTo(one.id());
    assertThat(environments().existing(spec("tiny"))).contains(two);
  }

  @Test
  void get_whenAllMarkersAreFalse_isTheEmptyEnvironment() {
    BuildEnvironment made = environments().get(spec("tiny ; python_version < '3'"));
    assertThat(made).isEqualTo(environments().get(spec()));
  }

  @Test
  void get_fromUrl_noticesThatTheFileChanged() throws IOException {
    Path wheel = Artifacts.wheel(temp, "tiny", "1.0");
    String requirement = "tiny @ " + wheel.toUri().toString();
    BuildEnvironments environments = environments();
    BuildEnvironment one = environments.get(spec(requirement));
    assertThat(Pythons.print(one, "import tiny; print(tiny.version)")).isEqualTo("1.0");
    assertThat(environments.existing(spec(requirement))).contains(one);

    Artifacts.wheel(temp, "tiny", "1.0", "tinydep; extra == 'never'");
    Files.setLastModifiedTime(wheel, FileTime.fromMillis(1_000_000_000));
    assertThat(environments.existing(spec(requirement))).isEmpty();
    assertThat(environments.get(spec(requirement)).id()).isNotEqualTo(one.id());
  }

  @Test
  void get_fromSdist_buildsIt_andTakesCompilerFlagsIntoTheName() throws IOException {
    Path sdist = Artifacts.sdist(temp, "fromsource", "1.0", "");
    String requirement = "fromsource @ " + sdist.toUri();
    BuildEnvironment plain = environments().get(spec(requirement));
    assertThat(Pythons.print(plain, "import fromsource; print(fromsource.version)"))
        .isEqualTo("built");
    caller.put("CFLAGS", "-O0 -g3");
    assertThat(environments().get(spec(requirement)).id()).isNotEqualTo(plain.id());
  }

  @Test
  void get_fromDirectory_works() throws IOException {
    Path tree = Files.createDirectories(temp.resolve("tree"));
    Path sdist = Artifacts.sdist(temp, "fromtree", "1.0", "");
    assertThat(
            new ProcessBuilder("tar", "xzf", sdist.toString(), "--strip-components=1")
                .directory(tree.toFile())
                .inheritIO()
                .start()
                .onExit()
                .join()
                .exitValue())
        .isZero();
    EnvironmentSpec spec = spec("fromtree @ " + tree.toUri());
    BuildEnvironment made = environments().get(spec);
    assertThat(Pythons.print(made, "import fromtree; print(fromtree.version)")).isEqualTo("built");
    assertThat(environments().existing(spec)).contains(made);
  }

  @Test
  void existing_whenResolutionIsNoLongerFresh_isEmpty() throws IOException {
    Artifacts.wheel(wheels, "tiny", "1.0");
    BuildEnvironment old = environments().get(spec("tiny"));
    Artifacts.wheel(wheels, "tiny", "2.0");
    assertThat(environments().get(spec("tiny")))
        .as("never resolved again in silence")
        .isEqualTo(old);

    LocalDate tomorrow = LocalDate.now(ZoneOffset.UTC).plusDays(1);
    BuildEnvironments next =
        new BuildEnvironments(config().build(), resolved -> !resolved.isBefore(tomorrow));
    assertThat(next.existing(spec("tiny"))).isEmpty();
    assertThat(Pythons.print(next.get(spec("tiny")), "import tiny; print(tiny.version)"))
        .isEqualTo("2.0");
  }

  @Test
  void get_whenManifestIsMissing_makesItAnew() throws IOException {
    Artifacts.wheel(wheels, "tiny", "1.0");
    BuildEnvironment half = environments().get(spec("tiny"));
    Files.delete(half.root().resolve(EnvironmentStore.MANIFEST));
    Files.delete(half.root().resolve("bin/tiny-tool"));

    assertThat(environments().existing(spec("tiny"))).isEmpty();
    BuildEnvironment whole = environments().get(spec("tiny"));
    assertThat(whole.id()).isEqualTo(half.id());
    assertThat(whole.root().resolve("bin/tiny-tool")).exists();
    assertThat(half.root()).doesNotExist();
  }

  @Test
  void get_whenInterpreterHasVanished_makesItAnew() throws IOException {
    BuildEnvironment made = environments().get(spec());
    for (String link : List.of("python", "python3")) {
      Files.deleteIfExists(made.root().resolve("bin").resolve(link));
      Files.createSymbolicLink(
          made.root().resolve("bin").resolve(link), Path.of("/nonexistent/python"));
    }
    assertThat(environments().existing(spec())).isEmpty();
    BuildEnvironment again = environments().get(spec());
    assertThat(Pythons.print(again, "print(1)")).isEqualTo("1");
    assertThat(made.root()).doesNotExist();
  }

  @Test
  void get_whenMadeAnew_keepsWhatWasLearned() throws IOException {
    BuildEnvironment half = environments().get(spec());
    Path learned = Objects.requireNonNull(half.learned());
    assertThat(learned).doesNotExist();
    assertThat(learned.startsWith(half.root())).as("handed to hooks").isFalse();
    Files.writeString(Files.createDirectory(learned).resolve("a.json"), "{}");
    Files.writeString(learned.resolve(EnvironmentStore.MANIFEST), "{}");
    Files.createSymbolicLink(
        Files.createDirectory(learned.resolve("bin")).resolve("python"), python.executable());
    Files.delete(half.root().resolve(EnvironmentStore.MANIFEST));

    assertThat(environments().existing(spec())).as("what was learned is no attempt").isEmpty();
    BuildEnvironment whole = environments().get(spec());

    assertThat(half.root()).doesNotExist();
    assertThat(whole.learned()).isEqualTo(learned);
    assertThat(learned.resolve("a.json")).exists();
  }

  @Test
  void get_whenPointerIsRubbish_resolvesAgain() throws IOException {
    BuildEnvironment made = environments().get(spec());
    try (Stream<Path> pointers = Files.list(temp.resolve("cache/environments/requests"))) {
      for (Path pointer : pointers.toList()) {
        Files.writeString(pointer, "../../etc 2026-99-99");
      }
    }
    assertThat(environments().existing(spec())).isEmpty();
    assertThat(environments().get(spec())).isEqualTo(made);
    assertThat(recorder.count("creating")).isEqualTo(1);
  }

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
  void get_byManyThreads_makesItOnce() throws Exception {
    Artifacts.wheel(wheels, "tiny", "1.0");
    BuildEnvironments one = environments();
    BuildEnvironments other = environments();
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Future<BuildEnvironment>> futures = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        BuildEnvironments environments = i % 2 == 0 ? one : other;
        // Two requests that mean the same.
        EnvironmentSpec spec = i % 4 < 2 ? spec("tiny") : spec("tiny==1.0");
        futures.add(threads.submit(() -> environments.get(spec)));
      }
      for (Future<BuildEnvironment> future : futures) {
        assertThat(future.get()).isEqualTo(futures.get(0).get());
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(recorder.count("creating")).isEqualTo(1);
    assertThat(recorder.count("resolving")).isEqualTo(2);
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
  void ofInterpreter_isTheInterpreterAsItIs() {
    Map<String, String> variables = new HashMap<>(System.getenv());
    variables.put("PYTHONPATH", "/secret/place");
    BuildEnvironment none = BuildEnvironment.ofInterpreter(python, variables);
    assertThat(none.python()).isEqualTo(python.executable());
    assertThat(none.variables()).isEqualTo(variables);
    assertThat(none.id()).doesNotContain("secret").startsWith("interpreter-");
    assertThat(none.toString()).doesNotContain("secret");
    assertThat(none.learned()).as("what is installed may change").isNull();
    variables.put("PYTHONPATH", "/other/place");
    assertThat(BuildEnvironment.ofInterpreter(python, variables).id()).isNotEqualTo(none.id());
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

  @Test
  void get_worksOnOldestAndNewestPythonHere() throws IOException {
    Artifacts.wheel(wheels, "tiny", "1.0");
    Path sdist = Artifacts.sdist(temp, "fromsource", "1.0", "");
    Set<String> ids = new HashSet<>();
    List<Path> pythons = Pythons.oldestAndNewest();
    PythonInterpreters interpreters =
        new PythonInterpreters(CacheDirectory.at(temp.resolve("cache")), caller);
    for (Path executable : pythons) {
      PythonInterpreter each = interpreters.find(executable.toString());
      BuildEnvironment made =
          environments()
              .get(
                  new EnvironmentSpec(
                      each, List.of("tiny", "fromsource @ " + sdist.toUri()), InstallerKind.PIP));
      assertThat(Pythons.print(made, "import tiny, fromsource, sys; print(sys.version.split()[0])"))
          .isEqualTo(each.version());
      ids.add(made.id());
    }
    assertThat(ids).hasSameSizeAs(pythons);
  }
}
