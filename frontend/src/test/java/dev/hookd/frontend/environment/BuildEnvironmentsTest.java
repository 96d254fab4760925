package dev.hookd.frontend.environment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hookd.frontend.interpreter.PythonInterpreter;
import dev.hookd.frontend.interpreter.PythonInterpreters;
import dev.hookd.frontend.system.CacheDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Environments that are made, and found again. */
@Timeout(120)
class BuildEnvironmentsTest extends BuildEnvironmentsFixture {

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
