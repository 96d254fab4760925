package dev.hookd.frontend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hookd.client.HookOutput;
import dev.hookd.client.HookRuntimeException;
import dev.hookd.protocol.BuildBackend;
import dev.hookd.protocol.ConfigSettings;
import dev.hookd.protocol.Hook;
import dev.hookd.protocol.HookArguments;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the front end gives, with real daemons. How work ends early is in {@link HookdEndTest}. */
class HookdTest extends FrontendFixture {

  private static final String WHEEL = "example-1.0-py3-none-any.whl";

  @Test
  void metadata_comesFromThePrepareHook() {
    Path tree = tree(Trees.PREPARE, "def build_wheel(*arguments): raise AssertionError");

    MetadataResult result = hookd(1).metadata(Input.of(tree), settings().build());

    assertThat(result.source()).isEqualTo(MetadataSource.PREPARE_METADATA);
    assertThat(result.metadata().text()).isEqualTo(Trees.METADATA);
    assertThat(result.elapsed()).isPositive();
  }

  @Test
  void metadata_withoutAPrepareHook_comesFromTheWheel() {
    MetadataResult result = hookd(1).metadata(Input.of(tree(Trees.WHEEL)), settings().build());

    assertThat(result.source()).isEqualTo(MetadataSource.WHEEL);
    assertThat(result.metadata().text()).isEqualTo(Trees.METADATA);
  }

  @Test
  void metadata_whenThePrepareHookFails_doesNotBuildAWheel() {
    Path tree = tree(Trees.prepare("raise AttributeError(\"the hook's own\")"), Trees.WHEEL);

    assertThatThrownBy(() -> hookd(1).metadata(Input.of(tree), settings().build()))
        .isInstanceOf(HookRuntimeException.class)
        .hasMessageContaining("the hook's own");
  }

  @Test
  void metadata_withoutAName_isTheBackendsError() {
    Path prepared =
        Trees.withMetadata(directory.resolve("prepared"), "Version: 1.0\n", Trees.PREPARE);
    Path built = Trees.withMetadata(directory.resolve("built"), "Version: 1.0\n", Trees.WHEEL);
    Hookd hookd = hookd(1);

    assertThatThrownBy(() -> hookd.metadata(Input.of(prepared), settings().build()))
        .isInstanceOf(InvalidProjectException.class)
        .hasMessageContaining("prepare_metadata_for_build_wheel")
        .hasMessageContaining("Name");
    assertThatThrownBy(() -> hookd.metadata(Input.of(built), settings().build()))
        .isInstanceOf(InvalidProjectException.class)
        .hasMessageContaining("build_wheel")
        .hasMessageContaining("Name");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "os.mkdir(made + '/METADATA')",
        "open('good', 'wb').write(METADATA); os.symlink(os.getcwd() + '/good', made + '/METADATA')",
        "open(made + '/METADATA', 'wb').truncate(65 << 20)",
        "open(made + '/METADATA', 'wb').write(METADATA); os.rename(made, made + 'x');"
            + " os.symlink(made + 'x', made)"
      })
  void metadata_inAFileThatIsNone_areRefused(String body) {
    assertThatThrownBy(
            () -> hookd(1).metadata(Input.of(tree(Trees.prepare(body))), settings().build()))
        .isInstanceOf(InvalidProjectException.class)
        .hasMessageContaining("prepare_metadata_for_build_wheel");
  }

  @Test
  void metadata_ofAWheelThatIsNone_areRefused() {
    Path tree =
        tree(
            """
            def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
                open(os.path.join(wheel_directory, "a.whl"), "w").close()
                return "a.whl"
            """);

    assertThatThrownBy(() -> hookd(1).metadata(Input.of(tree), settings().build()))
        .isInstanceOf(InvalidProjectException.class)
        .hasMessageContaining("what the hook build_wheel made cannot be used");
  }

  @Test
  void requirements_areThoseOfEachHookThatTheBackendHas() {
    Path tree = tree(Trees.requires("return ['b', 'a>=1', 'b']"));

    RequirementsResult result =
        hookd(1).requirements(Input.of(tree), Set.of(Product.values()), settings().build());

    assertThat(result.declared()).isEmpty();
    assertThat(result.extra())
        .isEqualTo(
            Map.of(
                Product.WHEEL, List.of("b", "a>=1", "b"),
                Product.SDIST, List.of(),
                Product.EDITABLE, List.of()));
  }

  @Test
  void requirements_ofNoProduct_callNoHook() throws IOException {
    Path tree = tree("raise ImportError('not to be imported')");

    RequirementsResult result = hookd(1).requirements(Input.of(tree), Set.of(), settings().build());

    assertThat(result.declared()).isEmpty();
    assertThat(result.extra()).isEmpty();
  }

  @Test
  void requirementThatCannotBeInstalled_failsTheBuildWithTheInstallersWords() throws IOException {
    Path tree = tree(Trees.requires("return ['hookd-no-such-thing']"), Trees.WHEEL);
    Path output = directory.resolve("output");

    assertThatThrownBy(
            () -> hookd(1).build(Input.of(tree), Set.of(Product.WHEEL), output, settings().build()))
        .isInstanceOfSatisfying(
            EnvironmentFailedException.class,
            e -> assertThat(e.installerOutput()).contains("hookd-no-such-thing"));
    assertThat(names(output)).isEmpty();
  }

  @Test
  void withoutBuildIsolation_extraRequirementsAreTheCallersBusiness() {
    Path tree = tree(Trees.requires("return ['hookd-no-such-thing']"), Trees.PREPARE);

    MetadataResult result =
        hookd(1).metadata(Input.of(tree), settings().buildIsolation(false).build());

    assertThat(result.metadata().name()).isEqualTo("example");
  }

  @Test
  void build_replacesWhatWasThere_andLeavesNothingElse() throws IOException {
    Path tree = tree(Trees.WHEEL, Trees.SDIST);
    Path output = Files.createDirectory(directory.resolve("output"));
    Files.writeString(output.resolve(WHEEL), "old");
    Files.writeString(output.resolve("other"), "stays");

    BuildResult result =
        hookd(1)
            .build(
                Input.of(tree), Set.of(Product.SDIST, Product.WHEEL), output, settings().build());

    Path real = output.toRealPath();
    assertThat(result.files())
        .isEqualTo(
            Map.of(
                Product.WHEEL, real.resolve(WHEEL),
                Product.SDIST, real.resolve("example-1.0.tar.gz")));
    assertThat(names(output)).containsExactly(WHEEL, "example-1.0.tar.gz", "other");
    try (ZipFile wheel = new ZipFile(real.resolve(WHEEL).toFile())) {
      assertThat(wheel.size()).isEqualTo(1);
    }
  }

  @Test
  void build_whileTheHookRuns_showsNoFileOfItsName() throws Exception {
    String slow = Trees.WHEEL.replace("    return name", "    wait_for_test()\n    return name");
    Path output = directory.resolve("output");

    CompletableFuture<BuildResult> future =
        hookd(1)
            .buildAsync(Input.of(tree(slow)), Set.of(Product.WHEEL), output, settings().build());
    HookWitness.RunningHook hook = witness.awaitHook();

    assertThat(names(output)).singleElement().asString().startsWith(".hookd-");
    hook.release();
    future.get(30, TimeUnit.SECONDS);
    assertThat(names(output)).containsExactly(WHEEL);
  }

  @Test
  void build_intoALinkedOrNestedDirectory_putsTheFileThere() throws IOException {
    Path tree = tree(Trees.WHEEL);
    Path real = Files.createDirectory(directory.resolve("real"));
    Path link = Files.createSymbolicLink(directory.resolve("link"), real);
    Hookd hookd = hookd(1);

    hookd.build(Input.of(tree), Set.of(Product.WHEEL), link, settings().build());
    hookd.build(Input.of(tree), Set.of(Product.WHEEL), link.resolve("a/b"), settings().build());

    assertThat(names(real)).containsExactly("a", WHEEL);
    assertThat(names(real.resolve("a/b"))).containsExactly(WHEEL);
  }

  @Test
  void build_whenOneProductFails_keepsTheOthersAndNothingElse() throws IOException {
    Path tree = tree(Trees.WHEEL, "def build_sdist(d, c=None): open(d + '/x', 'w'); return 'x'");
    Path output = directory.resolve("output");

    assertThatThrownBy(
            () ->
                hookd(1)
                    .build(
                        Input.of(tree),
                        Set.of(Product.WHEEL, Product.SDIST),
                        output,
                        settings().build()))
        .isInstanceOf(InvalidProjectException.class)
        .hasMessageContaining("build_sdist");
    assertThat(names(output)).containsExactly(WHEEL);
  }

  @Test
  void build_whereTheFileCannotBePut_failsAndLeavesNothingElse() throws IOException {
    Path output = directory.resolve("output");
    Files.createDirectories(output.resolve(WHEEL).resolve("occupied"));
    Path file = Files.writeString(directory.resolve("file"), "");
    Path tree = tree(Trees.WHEEL);
    Hookd hookd = hookd(1);

    assertThatThrownBy(
            () -> hookd.build(Input.of(tree), Set.of(Product.WHEEL), output, settings().build()))
        .isInstanceOf(UncheckedIOException.class);
    assertThat(names(output)).containsExactly(WHEEL);
    assertThat(names(output.resolve(WHEEL))).containsExactly("occupied");
    assertThatThrownBy(
            () -> hookd.build(Input.of(tree), Set.of(Product.WHEEL), file, settings().build()))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void sdistAsInput_isWorkedOnInADirectoryThatGoesAway() throws IOException {
    String where = "print(os.getcwd())\nreturn []";
    Path tree = tree(Trees.requires(where), Trees.PREPARE, Trees.WHEEL, Trees.SDIST);
    ConcurrentLinkedQueue<Path> trees = new ConcurrentLinkedQueue<>();
    FrontendListener listener =
        new FrontendListener() {
          @Override
          public void hookEnded(Path sourceTree, Hook hook, HookOutput output) {
            assertThat(sourceTree).isDirectory();
            trees.add(sourceTree);
          }
        };
    Hookd hookd = closedLater(builder(1).listener(listener).build());
    Path output = directory.resolve("output");
    hookd.build(Input.of(tree), Set.of(Product.SDIST), output, settings().build());
    Path sdist = output.resolve("example-1.0.tar.gz");
    trees.clear();

    MetadataResult metadata = hookd.metadata(Input.of(sdist), settings().build());
    hookd.build(Input.of(sdist), Set.of(Product.WHEEL), output, settings().build());

    assertThat(metadata.metadata().name()).isEqualTo("example");
    assertThat(names(output)).containsExactly(WHEEL, "example-1.0.tar.gz");
    assertThat(Set.copyOf(trees)).hasSize(2);
    Path work = cache.toRealPath().resolve("users");
    assertThat(trees)
        .allSatisfy(
            unpacked -> {
              assertThat(unpacked).startsWithRaw(work);
              assertThat(unpacked).doesNotExist();
            });
  }

  @Test
  void twoTrees_areWorkedOnAtOnce() throws Exception {
    String waits = Trees.requires("wait_for_test()\nreturn [os.path.basename(os.getcwd())]");
    Hookd hookd = hookd(2);
    CompletableFuture<RequirementsResult> one =
        hookd.requirementsAsync(
            Input.of(Trees.of(directory.resolve("one"), waits)),
            Set.of(Product.WHEEL),
            settings().build());
    CompletableFuture<RequirementsResult> two =
        hookd.requirementsAsync(
            Input.of(Trees.of(directory.resolve("two"), waits)),
            Set.of(Product.WHEEL),
            settings().build());

    List<HookWitness.RunningHook> both = List.of(witness.awaitHook(), witness.awaitHook());
    for (HookWitness.RunningHook hook : both) {
      hook.release();
    }

    assertThat(one.get(30, TimeUnit.SECONDS).extra().get(Product.WHEEL)).containsExactly("one");
    assertThat(two.get(30, TimeUnit.SECONDS).extra().get(Product.WHEEL)).containsExactly("two");
  }

  @Test
  void settings_reachTheHook() {
    String answer = "return [json.dumps(config_settings), os.environ['WITNESS']]";
    BuildSettings settings =
        settings()
            .configSettings(ConfigSettings.of(Map.of("a", List.of("b", "c"))))
            .environment(Map.of("WITNESS", "caf\u00e9"))
            .build();
    Path tree = tree(Trees.requires(answer));
    Hookd hookd = hookd(1);

    RequirementsResult result = hookd.requirements(Input.of(tree), Set.of(Product.WHEEL), settings);

    assertThat(result.extra().get(Product.WHEEL))
        .containsExactly("{\"a\": [\"b\", \"c\"]}", "caf\u00e9");
    try (Hookd.Project project = hookd.open(Input.of(tree), settings)) {
      HookArguments other = HookArguments.NONE.withConfigSettings(ConfigSettings.EMPTY);
      assertThat(project.call(Hook.GET_REQUIRES_FOR_BUILD_WHEEL, other).strings())
          .containsExactly("{}", "caf\u00e9");
      assertThat(project.features()).containsExactly(Hook.GET_REQUIRES_FOR_BUILD_WHEEL);
    }
  }

  @Test
  void namedBackend_buildsATreeThatSaysNothing() throws IOException {
    Path tree = tree(Trees.PREPARE);
    Files.delete(tree.resolve("pyproject.toml"));
    BuildBackend backend = new BuildBackend("backend", List.of("."));
    Hookd hookd = hookd(1);

    assertThatThrownBy(() -> hookd.metadata(Input.of(tree), settings().build()))
        .isInstanceOf(InvalidProjectException.class)
        .hasMessageContaining("neither pyproject.toml nor setup.py");
    assertThat(
            hookd
                .metadata(Input.of(tree), settings().backend(backend).build())
                .metadata()
                .version())
        .isEqualTo("1.0");
  }

  @Test
  void inputThatIsNoProject_isRefusedInBothForms() throws Exception {
    Path nothing = directory.resolve("nothing");
    Hookd hookd = hookd(1);

    assertThatThrownBy(() -> hookd.metadata(Input.of(nothing), settings().build()))
        .isInstanceOf(InvalidProjectException.class);
    assertThat(failureOf(hookd.metadataAsync(Input.of(nothing), settings().build())))
        .isInstanceOf(InvalidProjectException.class);
    assertThatThrownBy(() -> hookd.open(Input.of(nothing), settings().build()))
        .isInstanceOf(InvalidProjectException.class);
  }

  @Test
  void listener_isToldOfEachHookAndItsOutput_andMayThrow() {
    ConcurrentLinkedQueue<String> told = new ConcurrentLinkedQueue<>();
    FrontendListener listener =
        new FrontendListener() {
          @Override
          public void environmentCreated(List<String> requirements, Duration elapsed) {
            throw new IllegalStateException("a listener's bug");
          }

          @Override
          public void hookEnded(Path sourceTree, Hook hook, HookOutput output) {
            told.add(
                "%s %s %s %s"
                    .formatted(
                        sourceTree.getFileName(),
                        hook.wireName(),
                        output.stdout().text().strip(),
                        output.stderr().text().strip()));
            throw new IllegalStateException("a listener's bug");
          }
        };
    Path tree =
        tree(
            Trees.requires("print('out')\nprint('err', file=sys.stderr)\nreturn []"),
            Trees.PREPARE);
    Hookd hookd =
        closedLater(
            builder(1).cacheDirectory(directory.resolve("cache")).listener(listener).build());

    assertThat(hookd.metadata(Input.of(tree), settings().build()).metadata().name())
        .isEqualTo("example");

    assertThat(told)
        .containsExactly(
            "tree get_requires_for_build_wheel out err", "tree prepare_metadata_for_build_wheel  ");
  }
}
