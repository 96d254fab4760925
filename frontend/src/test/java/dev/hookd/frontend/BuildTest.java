package dev.hookd.frontend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hookd.client.HookOutputListener;
import dev.hookd.client.HookStream;
import dev.hookd.client.MalformedHookArgumentException;
import dev.hookd.client.OperationUnsupportedException;
import dev.hookd.protocol.BuildBackend;
import dev.hookd.protocol.Hook;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How products are built, with real daemons and backends that need nothing but Python. */
class BuildTest extends FrontendFixture {

  /** The backends need nothing, so that no environment need be made. */
  @Override
  BuildSettings.Builder settings() {
    return super.settings().buildIsolation(false);
  }

  private static final String WHEEL = "example-1.0-py3-none-any.whl";
  private static final String SDIST = "example-1.0.tar.gz";
  private static final Set<Product> WHEEL_ONLY = Set.of(Product.WHEEL);
  private static final Set<Product> BOTH = EnumSet.of(Product.SDIST, Product.WHEEL);

  /** Puts what it was given into the wheel, and the tree that it ran in. */
  private static final String TELLING_WHEEL =
      Trees.WHEEL.replace(
          "    return name",
          "        z.writestr('told', repr((metadata_directory and os.path.basename(metadata_directory),"
              + " os.path.basename(os.getcwd()))))\n    return name");

  private static final String UNSUPPORTED =
      """
      class UnsupportedOperation(Exception):
          pass

      def build_sdist(sdist_directory, config_settings=None):
          raise UnsupportedOperation("no git here")
      """;

  private final ConcurrentLinkedQueue<String> warned = new ConcurrentLinkedQueue<>();

  private final FrontendListener listener =
      new FrontendListener() {
        @Override
        public void buildWarning(Path sourceTree, String message) {
          warned.add(message);
          throw new IllegalStateException("a listener's bug");
        }
      };

  private BuildResult build(Path tree, Set<Product> products, BuildSettings settings) {
    try (Hookd hookd = builder(1).listener(listener).build()) {
      return hookd.build(Input.of(tree), products, directory.resolve("output"), settings);
    }
  }

  private BuildSettings.Builder viaSdist() {
    return settings().products(ProductSettings.DEFAULT.withViaSdist(true));
  }

  private String told() throws IOException {
    try (ZipFile wheel = new ZipFile(directory.resolve("output").resolve(WHEEL).toFile());
        InputStream in = wheel.getInputStream(wheel.getEntry("told"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void wheel_isBuiltWithTheDistInfoDirectoryThatWasPrepared() throws IOException {
    BuildResult result = build(tree(Trees.PREPARE, TELLING_WHEEL), WHEEL_ONLY, settings().build());

    assertThat(told()).isEqualTo("('example-1.0.dist-info', 'tree')");
    assertThat(result.warnings()).isEmpty();
    assertThat(result.treeUse()).isEqualTo(TreeUse.IN_TREE);
  }

  @Test
  void editable_isBuiltWithItsOwnHooks_andPreparedMetadata() throws IOException {
    Path tree =
        tree(
            Trees.PREPARE.replace("for_build_wheel", "for_build_editable"),
            TELLING_WHEEL.replace("def build_wheel", "def build_editable"));

    BuildResult built = build(tree, Set.of(Product.EDITABLE), viaSdist().build());

    assertThat(built.files().get(Product.EDITABLE)).hasFileName(WHEEL);
    assertThat(told())
        .as("in the tree, which it belongs to")
        .isEqualTo("('example-1.0.dist-info', 'tree')");
    assertThat(warned).isEmpty();
  }

  @Test
  void wheel_ofABackendThatPreparesNothing_orForWhomNothingIsToBePrepared_getsNone()
      throws IOException {
    build(tree(TELLING_WHEEL), WHEEL_ONLY, settings().build());
    assertThat(told()).isEqualTo("(None, 'tree')");

    Path other = Trees.of(directory.resolve("other"), Trees.PREPARE, TELLING_WHEEL);
    ProductSettings unprepared = ProductSettings.DEFAULT.withPrepareMetadata(false);
    build(other, WHEEL_ONLY, settings().products(unprepared).build());
    assertThat(told()).isEqualTo("(None, 'other')");
  }

  @Test
  void wheel_withOtherMetadataThanThePreparedOnes_isReported() throws IOException {
    String prepare =
        Trees.PREPARE.replace(
            "f.write(METADATA)",
            "f.write(METADATA + b'Requires-Dist: a\\nClassifier: Private\\n')");

    BuildResult result = build(tree(prepare, Trees.WHEEL), WHEEL_ONLY, settings().build());

    assertThat(result.warnings())
        .satisfiesExactly(
            one -> assertThat(one).endsWith("Classifier has nothing, prepared was Private"),
            two -> assertThat(two).endsWith("Requires-Dist has nothing, prepared was a"));
    assertThat(warned).containsExactlyElementsOf(result.warnings());
    assertThat(names(directory.resolve("output"))).containsExactly(WHEEL);
  }

  @Test
  void metadata_thatTheBuildHookChangesInPlace_areComparedAsTheyWere() {
    String changing =
        Trees.WHEEL.replace(
            "    return name",
            "    open(os.path.join(metadata_directory, 'METADATA'), 'ab').write(b'Requires-Dist: a\\n')\n"
                + "    return name");

    assertThat(build(tree(Trees.PREPARE, changing), WHEEL_ONLY, settings().build()).warnings())
        .isEmpty();
  }

  @Test
  void orderOfFields_isNoDifference() {
    String prepare =
        Trees.PREPARE.replace(
            "f.write(METADATA)",
            "f.write(b'Version: 1.0\\n' + b'Name: example\\nMetadata-Version: 2.1\\n')");

    assertThat(build(tree(prepare, Trees.WHEEL), WHEEL_ONLY, settings().build()).warnings())
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "example-1.0.whl, is no name of a wheel",
    "example-one-py3-none-any.whl, is no name of a wheel",
    "example-2.0-py3-none-any.whl, holds the metadata of example 1.0",
    "other-1.0-py3-none-any.whl, holds the metadata of example 1.0"
  })
  void wheel_whoseNameIsNotThatOfItsMetadata_isNotDelivered(String name, String message)
      throws IOException {
    Path tree = tree(Trees.WHEEL.replace(WHEEL, name));

    assertThatThrownBy(() -> build(tree, WHEEL_ONLY, settings().build()))
        .isInstanceOf(InvalidProjectException.class)
        .hasMessageContaining(name)
        .hasMessageContaining(message);
    assertThat(names(directory.resolve("output"))).isEmpty();
  }

  @Test
  void wheel_inAnotherSpellingOfItsName_isFine() throws IOException {
    String name = "Example-1.0.0-2b-py2.py3-none-any.whl";

    build(tree(Trees.WHEEL.replace(WHEEL, name)), WHEEL_ONLY, settings().build());

    assertThat(names(directory.resolve("output"))).containsExactly(name);
  }

  @Test
  void sdist_thatDoesNotAgreeWithItself_isReported() {
    String renamed = Trees.SDIST.replace("name = \"example-1.0.tar.gz\"", "name = \"a-2.tar.gz\"");
    String bare = Trees.SDIST.replace("t.addfile(info, io.BytesIO(METADATA))", "pass");
    Path other = Trees.of(directory.resolve("other"), bare);
    Set<Product> sdist = Set.of(Product.SDIST);

    assertThat(build(tree(renamed), sdist, settings().build()).warnings())
        .containsExactly("a-2.tar.gz holds the metadata of example 1.0");
    assertThat(build(other, sdist, settings().build()).warnings())
        .containsExactly(SDIST + " has no PKG-INFO in its top-level directory");
  }

  @Test
  void wheelViaSdist_isBuiltFromTheUnpackedSdist() throws IOException {
    Path tree = tree(Trees.PREPARE, TELLING_WHEEL, Trees.SDIST);

    BuildResult both = build(tree, BOTH, viaSdist().build());

    assertThat(told()).isEqualTo("('example-1.0.dist-info', 'example-1.0')");
    assertThat(both.files()).containsOnlyKeys(Product.SDIST, Product.WHEEL);
    assertThat(both.warnings()).isEmpty();
    assertThat(names(directory.resolve("output"))).containsExactly(WHEEL, SDIST);

    Files.delete(both.files().get(Product.SDIST));
    BuildResult wheel = build(tree, WHEEL_ONLY, viaSdist().build());

    assertThat(wheel.files()).containsOnlyKeys(Product.WHEEL);
    assertThat(names(directory.resolve("output"))).containsExactly(WHEEL);
  }

  @Test
  void wheelViaSdist_thatTheBackendCannotBuild_comesFromTheTree() throws IOException {
    Path tree = tree(TELLING_WHEEL, UNSUPPORTED);

    BuildResult result = build(tree, BOTH, viaSdist().build());

    assertThat(told()).isEqualTo("(None, 'tree')");
    assertThat(result.files()).containsOnlyKeys(Product.WHEEL);
    assertThat(result.warnings()).singleElement().asString().contains("no git here");
    assertThatThrownBy(() -> build(tree, BOTH, settings().build()))
        .isInstanceOf(OperationUnsupportedException.class);
  }

  @Test
  void sdistAsInput_isNotBuiltOnceMoreForItsWheel() throws IOException {
    Path tree = tree(TELLING_WHEEL, Trees.SDIST);
    build(tree, Set.of(Product.SDIST), settings().build());
    Path sdist = Files.move(directory.resolve("output").resolve(SDIST), directory.resolve(SDIST));

    for (Set<Product> products : List.of(WHEEL_ONLY, BOTH)) {
      BuildResult result = build(sdist, products, viaSdist().build());

      assertThat(result.files()).containsOnlyKeys(Product.WHEEL);
      assertThat(result.treeUse()).isEqualTo(TreeUse.PRIVATE_COPY);
      assertThat(result.warnings()).isEmpty();
      assertThat(told()).isEqualTo("(None, 'example-1.0')");
      Files.delete(result.files().get(Product.WHEEL));
    }
  }

  @Test
  void twoProductsOfOneName_areNotPutInOnePlace() throws IOException {
    Path tree = tree(Trees.WHEEL, Trees.WHEEL.replace("build_wheel", "build_editable"));

    assertThatThrownBy(
            () -> build(tree, EnumSet.of(Product.WHEEL, Product.EDITABLE), settings().build()))
        .isInstanceOf(InvalidProjectException.class)
        .hasMessageContaining("the editable has the name of another product");
    assertThat(names(directory.resolve("output"))).containsExactly(WHEEL);
  }

  @Test
  void buildsOfOneTree_takeTurns() throws Exception {
    String exclusive =
        Trees.WHEEL.replace(
            "    return name",
            "    os.mkdir('in-use')\n    wait_for_test()\n    os.rmdir('in-use')\n    return name");
    Path tree = tree(Trees.PREPARE, exclusive);
    Path link = Files.createSymbolicLink(directory.resolve("link"), tree);
    Hookd hookd = hookd(2);
    CompletableFuture<BuildResult> first =
        hookd.buildAsync(Input.of(tree), WHEEL_ONLY, directory.resolve("one"), settings().build());
    HookWitness.RunningHook hook = witness.awaitHook();

    CompletableFuture<BuildResult> second =
        hookd.buildAsync(Input.of(link), WHEEL_ONLY, directory.resolve("two"), settings().build());
    awaitWaitingForTree(second);
    hook.release();
    witness.awaitHook().release();

    first.get(30, TimeUnit.SECONDS);
    second.get(30, TimeUnit.SECONDS);
    assertThat(names(directory.resolve("two"))).containsExactly(WHEEL);
  }

  /** Until a thread stands before the tree's lock, or the work that should has ended. */
  private static void awaitWaitingForTree(CompletableFuture<?> work) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!work.isDone()
        && Thread.getAllStackTraces().values().stream()
            .noneMatch(
                stack ->
                    List.of(stack).stream()
                        .anyMatch(frame -> frame.getClassName().endsWith(".TreeLocks")))) {
      assertThat(System.nanoTime() - deadline).isNegative();
      LockSupport.parkNanos(1_000_000); // looks again soon, and leaves the core to the others
    }
  }

  @Test
  void cancel_ofABuildThatWaitsForItsTree_endsIt() throws Exception {
    Path tree =
        tree(Trees.WHEEL.replace("    return name", "    wait_for_test()\n    return name"));
    Hookd hookd = hookd(2);
    CompletableFuture<BuildResult> first =
        hookd.buildAsync(Input.of(tree), WHEEL_ONLY, directory.resolve("one"), settings().build());
    HookWitness.RunningHook hook = witness.awaitHook();
    CompletableFuture<BuildResult> second =
        hookd.buildAsync(Input.of(tree), WHEEL_ONLY, directory.resolve("two"), settings().build());
    awaitWaitingForTree(second);

    second.cancel(true);

    // Its thread is free while the first still builds.
    Path other = Trees.of(directory.resolve("other"), Trees.WHEEL);
    hookd
        .requirementsAsync(Input.of(other), Set.of(), settings().build())
        .get(30, TimeUnit.SECONDS);
    hook.release();
    first.get(30, TimeUnit.SECONDS);
    hookd.close();
    assertThat(names(directory.resolve("two"))).isEmpty();
  }

  @Test
  void output_isToldWhileTheHookRuns() throws Exception {
    BlockingQueue<String> told = new LinkedBlockingQueue<>();
    FrontendListener follower =
        new FrontendListener() {
          @Override
          public Optional<HookOutputListener> hookStarting(Path sourceTree, Hook hook) {
            return Optional.of(
                (HookStream stream, String text) ->
                    told.add(hook.wireName() + " " + stream + " " + text.strip()));
          }
        };
    Hookd hookd = closedLater(builder(1).listener(follower).build());
    Path tree =
        tree(
            Trees.requires(
                "print('compiling', flush=True)\nwait_for_test()\nprint('done')\nreturn []"));

    CompletableFuture<RequirementsResult> future =
        hookd.requirementsAsync(Input.of(tree), WHEEL_ONLY, settings().build());
    HookWitness.RunningHook hook = witness.awaitHook();

    assertThat(told.poll(30, TimeUnit.SECONDS))
        .isEqualTo("get_requires_for_build_wheel STDOUT compiling");
    hook.release();
    future.get(30, TimeUnit.SECONDS);
    assertThat(told).containsExactly("get_requires_for_build_wheel STDOUT done");
  }

  /** A backend beside the tree, as in a monorepo; the tree names {@code own}. */
  private Path monorepo(String own) throws IOException {
    Path tree = tree(Trees.PREPARE, TELLING_WHEEL, Trees.SDIST);
    Files.createDirectory(directory.resolve("shared"));
    Files.copy(tree.resolve("backend.py"), directory.resolve("shared").resolve("company.py"));
    Files.writeString(tree.resolve("backend.py"), own);
    return tree;
  }

  private BuildBackend shared(boolean allowed) {
    return new BuildBackend("company", List.of("../shared"), allowed);
  }

  @Test
  void backendPathOutsideTheTree_isForThePersonWhoBuildsToAllow() throws IOException {
    Path tree = monorepo("raise ImportError('only in the monorepo')");

    assertThatThrownBy(() -> build(tree, WHEEL_ONLY, settings().backend(shared(false)).build()))
        .isInstanceOf(MalformedHookArgumentException.class)
        .hasMessageContaining("outside the source tree");
    BuildResult result = build(tree, BOTH, viaSdist().backend(shared(true)).build());

    assertThat(told()).isEqualTo("('example-1.0.dist-info', 'example-1.0')");
    assertThat(result.warnings())
        .singleElement()
        .asString()
        .contains(SDIST + " cannot be built on its own", "only in the monorepo");
  }

  @Test
  void sdistOfABackendOutsideTheTree_thatCanBeBuiltAlone_isNotWarnedOf() throws IOException {
    Path tree = monorepo("def build_wheel(*arguments): pass");

    BuildResult result =
        build(tree, Set.of(Product.SDIST), settings().backend(shared(true)).build());

    assertThat(result.warnings()).isEmpty();
  }

  @Test
  void privateCopy_isWhatHooksRunIn_andGoesAway() throws IOException {
    String writing =
        TELLING_WHEEL.replace("    return name", "    open('left', 'w')\n    return name");
    Path tree = monorepo("raise ImportError('only in the monorepo')");
    Path shared = directory.resolve("shared").resolve("company.py");
    Files.writeString(shared, Files.readString(shared) + writing);

    Hookd hookd = hookd(1);
    BuildResult result =
        hookd.build(
            Input.of(tree),
            WHEEL_ONLY,
            directory.resolve("output"),
            settings().treeUse(TreeUse.PRIVATE_COPY).backend(shared(true)).build());

    try (Stream<Path> left = Files.walk(cache.resolve("users"))) {
      assertThat(left).noneMatch(each -> each.endsWith("pyproject.toml"));
    }
    assertThat(told()).isEqualTo("('example-1.0.dist-info', 'tree')");
    assertThat(result.treeUse()).isEqualTo(TreeUse.PRIVATE_COPY);
    assertThat(result.warnings()).isEmpty();
    assertThat(names(tree)).containsExactly("backend.py", "pyproject.toml");
  }

  @Test
  void backendPathInsideTheTree_isTheSdistsOwn_howeverItIsWritten() throws IOException {
    Path tree = tree(Trees.PREPARE, TELLING_WHEEL, Trees.SDIST);
    BuildBackend absolute = new BuildBackend("backend", List.of(tree.toString()), true);

    BuildResult result = build(tree, BOTH, viaSdist().backend(absolute).build());

    assertThat(result.warnings()).isEmpty();
    assertThat(told()).isEqualTo("('example-1.0.dist-info', 'example-1.0')");
  }

  @Test
  void backendPathThatIsNotThere_isNamed() {
    Path tree = tree(Trees.WHEEL);

    assertThatThrownBy(() -> build(tree, WHEEL_ONLY, settings().backend(shared(true)).build()))
        .isInstanceOf(InvalidProjectException.class)
        .hasMessageContaining(directory.resolve("shared").toString());
  }
}
