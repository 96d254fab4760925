package dev.hookd.frontend.environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hookd.frontend.interpreter.PythonInterpreter;
import dev.hookd.frontend.system.CacheDirectory;
import dev.hookd.frontend.system.DurableFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real cache, as somebody finds it who only looks. */
@Timeout(120)
class CachedEnvironmentsTest {

  private static final Instant NOW = Instant.parse("2026-11-20T10:00:00Z");

  @TempDir Path temp;
  private Path cache;
  private Path wheels;
  private PythonInterpreter python;
  private CachedEnvironments cached;

  @BeforeEach
  void prepare() throws IOException {
    cache = temp.resolve("cache");
    wheels = Files.createDirectories(temp.resolve("wheels"));
    python = Pythons.any(temp.resolve("probes"));
    cached = new CachedEnvironments(CacheDirectory.at(cache));
  }

  @AfterEach
  void cleanUp() throws IOException {
    DurableFiles.deleteTree(cache);
  }

  private BuildEnvironment make(String... requirements) {
    Map<String, String> caller = Pythons.offline(wheels);
    EnvironmentsConfig config =
        EnvironmentsConfig.builder(caller)
            .cache(CacheDirectory.at(cache))
            .clock(Clock.fixed(NOW, ZoneOffset.UTC))
            .build();
    return new BuildEnvironments(config)
        .get(new EnvironmentSpec(python, List.of(requirements), InstallerKind.PIP));
  }

  /** A directory that looks like an environment's, which costs less than one. */
  private Path pretend(String id, Instant made) throws IOException {
    Path root = Files.createDirectories(cache.resolve("environments").resolve(id).resolve("0a"));
    Path manifest = Files.writeString(root.resolve(EnvironmentStore.MANIFEST), "{}");
    Files.setLastModifiedTime(manifest, FileTime.from(made));
    return root;
  }

  private static String id(String end) {
    return "0".repeat(32 - end.length()) + end;
  }

  @Test
  void find_readsWhatTheMakerWrote_andWhatWasLearned() throws IOException {
    Artifacts.wheel(wheels, "tiny", "1.0", "tinydep");
    Artifacts.wheel(wheels, "tinydep", "2.0");
    BuildEnvironment made = make("tiny>=1");
    Files.writeString(
        Files.createDirectory(Objects.requireNonNull(made.learned())).resolve("tiny.json"),
        "{\"format\":1,\"backend\":\"tiny\",\"python\":\"cpython-311\",\"modules\":{},\"refused\":{}}");
    Files.writeString(made.learned().resolve("worse.json"), "");

    CachedEnvironment found = cached.find(made.id()).orElseThrow();

    assertThat(found.state()).isEqualTo(CachedEnvironment.State.COMPLETE);
    assertThat(found.root()).isEqualTo(made.root());
    assertThat(found.learnedDirectory()).isEqualTo(made.learned());
    assertThat(found.learned()).hasSize(2);
    assertThat(found.learnedModules()).extracting(LearnedModules::backend).containsExactly("tiny");
    EnvironmentManifest manifest = found.manifest().orElseThrow();
    assertThat(manifest.created()).isEqualTo(NOW);
    assertThat(manifest.version()).isEqualTo(python.version());
    assertThat(manifest.implementation()).isEqualTo(python.implementation());
    assertThat(manifest.executable()).isEqualTo(python.executable().toString());
    assertThat(manifest.platform()).isEqualTo(python.platform());
    assertThat(manifest.requirements()).containsExactly("tiny>=1");
    assertThat(manifest.installer()).startsWith("pip ");
    assertThat(manifest.distributions())
        .containsExactly(
            new EnvironmentManifest.Distribution("tiny", "1.0", ""),
            new EnvironmentManifest.Distribution("tinydep", "2.0", ""));
    assertThat(cached.newest(20).newest()).containsExactly(found);
    assertThat(cached.idsBeginningWith(made.id().substring(0, 6))).containsExactly(made.id());
    assertThat(cached.idOf(made.root())).contains(made.id());
    assertThat(cached.idOf(made.root().resolveSibling("learned"))).contains(made.id());
    assertThat(cached.idOf(cache.resolve("environments").resolve(made.id()))).contains(made.id());
    assertThat(cached.idOf(made.root().resolve("bin"))).isEmpty();
  }

  @Test
  void find_whenThePythonIsGone_saysSo() throws IOException {
    BuildEnvironment made = make();
    Files.delete(made.root().resolve("bin/python"));

    CachedEnvironment found = cached.find(made.id()).orElseThrow();

    assertThat(found.state()).isEqualTo(CachedEnvironment.State.WITHOUT_PYTHON);
    assertThat(found.manifest()).isPresent();
  }

  @Test
  void find_ofAnEnvironmentThatIsBeingMade_saysSo() throws IOException {
    Files.createDirectories(cache.resolve("environments").resolve(id("a")).resolve("0a"));
    Files.createDirectories(cache.resolve("environments").resolve(id("b")).resolve("learned"));

    for (String id : List.of(id("a"), id("b"))) {
      CachedEnvironment found = cached.find(id).orElseThrow();
      assertThat(found.state()).isEqualTo(CachedEnvironment.State.INCOMPLETE);
      assertThat(found.manifest()).isEmpty();
    }
    assertThat(cached.newest(20).newest()).isEmpty();
  }

  @Test
  void find_whenTheManifestCannotBeRead_saysWhy() throws IOException {
    pretend(id("a"), NOW);

    CachedEnvironment found = cached.find(id("a")).orElseThrow();

    assertThat(found.manifest()).isEmpty();
    assertThat(found.manifestFault()).contains("its format is not 1");
  }

  @Test
  void newest_isBounded_andInOrder() throws IOException {
    pretend(id("a"), NOW.minusSeconds(60));
    pretend(id("b"), NOW);
    pretend(id("c"), NOW.minusSeconds(30));
    Files.createDirectories(cache.resolve("environments/requests"));
    Files.createDirectories(cache.resolve("environments/locks"));

    CachedEnvironments.Listing listing = cached.newest(2);

    assertThat(listing.total()).isEqualTo(3);
    assertThat(listing.newest())
        .extracting(CachedEnvironment::id)
        .containsExactly(id("b"), id("c"));
    assertThat(cached.idsBeginningWith("000000")).containsExactly(id("a"), id("b"), id("c"));
  }

  @Test
  void everything_withoutACache_isEmpty_andCreatesNothing() throws IOException {
    assertThat(cached.newest(20)).isEqualTo(new CachedEnvironments.Listing(0, List.of()));
    assertThat(cached.idsBeginningWith("000000")).isEmpty();
    assertThat(cached.find(id("a"))).isEmpty();
    assertThat(cached.find("../../etc")).isEmpty();
    assertThat(cached.idOf(temp)).isEmpty();
    assertThat(cache).doesNotExist();
  }

  @Test
  void newest_ofWhatIsNoDirectory_fails() throws IOException {
    Files.writeString(Files.createDirectory(cache).resolve("environments"), "");

    assertThatThrownBy(() -> cached.newest(20)).isInstanceOf(UncheckedIOException.class);
  }

  @Test
  void idOf_whatIsElsewhere_isEmpty() throws IOException {
    pretend(id("a"), NOW);
    Path elsewhere = Files.createDirectories(temp.resolve("elsewhere").resolve(id("a")));
    Path link =
        Files.createSymbolicLink(
            temp.resolve("link"), cache.resolve("environments").resolve(id("a")));

    assertThat(cached.idOf(elsewhere)).isEmpty();
    assertThat(cached.idOf(cache.resolve("environments"))).isEmpty();
    assertThat(cached.idOf(cache.resolve("environments").resolve(id("b")))).isEmpty();
    assertThat(cached.idOf(link)).contains(id("a"));
  }
}
