package dev.hookd.frontend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hookd.client.HookOutput;
import dev.hookd.client.HookRuntimeException;
import dev.hookd.frontend.environment.Pythons;
import dev.hookd.frontend.metadata.MetadataField;
import dev.hookd.protocol.BuildBackend;
import dev.hookd.protocol.Hook;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Where the metadata of sdists come from, and what of it is kept, with real daemons. */
class HookdMetadataTest extends FrontendFixture {

  private static final String PROMISE =
      "Metadata-Version: 2.4\nName: example\nVersion: 1.0\nDynamic: License-File\n";

  private static final String REQUIRES = Trees.requires("return []");

  private final Queue<Hook> hooks = new ConcurrentLinkedQueue<>();

  /** Its own wheels and metadata, since the sdists of two tests may be the same. */
  private Hookd.Builder listening() throws IOException {
    for (String kept : List.of("metadata", "wheels")) {
      forget(cache.resolve(kept));
    }
    return again();
  }

  private Hookd.Builder again() {
    return builder(2)
        .listener(
            new FrontendListener() {
              @Override
              public void hookEnded(Path sourceTree, Hook hook, HookOutput output) {
                hooks.add(hook);
              }
            });
  }

  private Path sdist(String... functions) {
    return Sdists.of(tree(functions), directory);
  }

  private Path promising(String pkgInfo, String... functions) throws IOException {
    Path tree = tree(functions);
    Files.writeString(tree.resolve("PKG-INFO"), pkgInfo);
    return Sdists.of(tree, directory);
  }

  private BuildSettings.Builder resolution() {
    return settings().metadataFields(MetadataField.RESOLUTION);
  }

  @Test
  void promise_isTheAnswer_andRunsNothing() throws IOException {
    Path sdist = promising(PROMISE, "raise AssertionError");
    Hookd hookd = closedLater(listening().build());
    // Nothing but the files is looked at: not even the interpreter.
    BuildSettings settings = resolution().python("/no/such/python").build();

    MetadataResult first = hookd.metadata(Input.of(sdist), settings);
    MetadataResult second = hookd.metadata(Input.of(sdist), settings);

    assertThat(first.source()).isEqualTo(MetadataSource.STATIC_PKG_INFO);
    assertThat(first.metadata().text()).isEqualTo(PROMISE);
    assertThat(first.isComplete()).isFalse();
    assertThat(first.steps()).containsOnlyKeys("hash", "cache", "static");
    assertThat(first.cached()).isFalse();
    assertThat(second.cached()).isTrue();
    assertThat(second.source()).isEqualTo(MetadataSource.STATIC_PKG_INFO);
    assertThat(second.fields()).isEqualTo(first.fields());
    assertThat(second.steps()).containsOnlyKeys("hash", "cache");
  }

  @Test
  void staticOnly_withoutAPromise_saysWhatIsMissing() throws IOException {
    Path sdist = promising(PROMISE + "Dynamic: Requires-Dist\n", "raise AssertionError");
    Hookd hookd = closedLater(listening().build());
    BuildSettings settings = resolution().metadataPolicy(MetadataPolicy.STATIC_ONLY).build();

    assertThatThrownBy(() -> hookd.metadata(Input.of(sdist), settings))
        .isInstanceOfSatisfying(
            NotStaticException.class, e -> assertThat(e.kind()).isEqualTo("NotStatic"))
        .hasMessageContaining("Requires-Dist")
        .hasMessageContaining("[project]");
    assertThatThrownBy(() -> hookd.metadata(Input.of(directory.resolve("tree")), settings))
        .isInstanceOf(NotStaticException.class);
  }

  @Test
  void policyBuild_asksTheHooks_whateverIsPromised() throws IOException {
    Path sdist = promising(PROMISE, REQUIRES, Trees.PREPARE);
    Hookd hookd = closedLater(listening().build());
    hookd.metadata(Input.of(sdist), resolution().build());

    MetadataResult result =
        hookd.metadata(Input.of(sdist), resolution().metadataPolicy(MetadataPolicy.BUILD).build());

    assertThat(result.source()).isEqualTo(MetadataSource.PREPARE_METADATA);
    assertThat(result.isComplete()).isTrue();
    assertThat(hooks)
        .containsExactly(Hook.GET_REQUIRES_FOR_BUILD_WHEEL, Hook.PREPARE_METADATA_FOR_BUILD_WHEEL);
    assertThat(result.steps())
        .containsOnlyKeys(
            "hash",
            "cache",
            "static",
            "unpack",
            "environment",
            "requires-hook",
            "prepare-metadata");
  }

  @Test
  void answerOfHooks_isKept_forTheNextProcessToo() throws IOException {
    Path sdist = sdist(REQUIRES, Trees.PREPARE);
    MetadataResult first =
        closedLater(listening().build()).metadata(Input.of(sdist), settings().build());
    hooks.clear();
    Path copy = Files.copy(sdist, directory.resolve("copy.tar.gz"));

    MetadataResult second =
        closedLater(again().build()).metadata(Input.of(copy), settings().build());

    assertThat(first.cached()).isFalse();
    assertThat(second.cached()).isTrue();
    assertThat(second.source()).isEqualTo(MetadataSource.PREPARE_METADATA);
    assertThat(second.metadata().raw()).isEqualTo(first.metadata().raw());
    assertThat(hooks).isEmpty();
  }

  @Test
  void answerOfHooks_isNotThatOfOtherSettings() throws IOException {
    Path sdist = sdist(REQUIRES, Trees.PREPARE);
    Hookd hookd = closedLater(listening().build());
    hookd.metadata(Input.of(sdist), settings().build());

    assertThat(
            hookd
                .metadata(
                    Input.of(sdist),
                    settings().backend(new BuildBackend("backend", List.of("."))).build())
                .cached())
        .isFalse();
    BuildSettings without = settings().buildIsolation(false).build();
    assertThat(hookd.metadata(Input.of(sdist), without).cached()).isFalse();
    assertThat(hookd.metadata(Input.of(sdist), without).cached()).as("no isolation").isFalse();
    Hookd disabled = closedLater(again().metadataCache(MetadataCacheConfig.DISABLED).build());
    assertThat(disabled.metadata(Input.of(sdist), settings().build()).cached()).isFalse();
  }

  @Test
  void answerOfHooks_isNotThatOfOtherRulesAroundThem() throws IOException {
    Path sdist = sdist(REQUIRES, Trees.PREPARE);
    List<Boolean> cached = new ArrayList<>();
    listening();

    for (String id : List.of("rules-1", "rules-1", "rules-2")) {
      HookInterceptor rules = () -> id;
      try (Hookd hookd = again().interceptor(rules).build()) {
        cached.add(hookd.metadata(Input.of(sdist), settings().build()).cached());
      }
    }

    assertThat(cached).containsExactly(false, true, false);
  }

  @Test
  void answerOfHooks_isNotThatOfAnotherEnvironment() throws IOException {
    Path sdist = sdist(REQUIRES, Trees.PREPARE);
    closedLater(listening().build()).metadata(Input.of(sdist), settings().build());

    forget(cache.resolve("environments"));
    MetadataResult again =
        closedLater(again().build()).metadata(Input.of(sdist), settings().build());

    assertThat(again.cached()).isFalse();
  }

  @Test
  void severalPythons_areServedByOneFrontEnd_eachWithItsOwnAnswer() throws Exception {
    Path sdist =
        sdist(
            REQUIRES,
            Trees.PREPARE.replace(
                "f.write(METADATA)",
                "f.write(METADATA + b'Summary: %d.%d\\n' % sys.version_info[:2])"));
    Hookd hookd = closedLater(listening().build());
    List<Path> pythons = Pythons.oldestAndNewest();
    List<CompletableFuture<MetadataResult>> answers = new ArrayList<>();

    for (Path python : pythons) {
      BuildSettings settings = settings().python(python.toString()).build();
      answers.add(hookd.metadataAsync(Input.of(sdist), settings));
    }

    List<String> versions = new ArrayList<>();
    for (CompletableFuture<MetadataResult> answer : answers) {
      versions.add(answer.get(60, TimeUnit.SECONDS).metadata().first("Summary").orElseThrow());
    }
    assertThat(versions).hasSameSizeAs(pythons).doesNotHaveDuplicates();
    assertThat(
            hookd.metadata(Input.of(sdist), settings().python(pythons.get(0).toString()).build()))
        .satisfies(
            again -> {
              assertThat(again.cached()).isTrue();
              assertThat(again.metadata().first("Summary")).contains(versions.get(0));
            });
  }

  @Test
  void tree_isNeverKept() throws IOException {
    Path tree = tree(REQUIRES, Trees.PREPARE);
    Hookd hookd = closedLater(listening().build());

    hookd.metadata(Input.of(tree), settings().build());

    assertThat(hookd.metadata(Input.of(tree), settings().build()).cached()).isFalse();
    assertThat(hooks).hasSize(4);
  }

  @Test
  void failureOfAHook_isKept_withAllItsWords() throws IOException {
    Path sdist =
        sdist(
            Trees.requires(
                """
                print('to stdout', flush=True)
                open(os.environ['COUNT'], 'a').write('x')
                raise ValueError('no version')
                """),
            Trees.PREPARE);
    Path count = directory.resolve("count");
    BuildSettings settings =
        settings().environment(java.util.Map.of("COUNT", count.toString())).build();
    HookRuntimeException first = failure(closedLater(listening().build()), sdist, settings);

    HookRuntimeException second = failure(closedLater(again().build()), sdist, settings);

    assertThat(Files.readString(count)).isEqualTo("x");
    assertThat(second).isNotSameAs(first).hasMessage(first.getMessage());
    assertThat(second.pythonTraceback()).isEqualTo(first.pythonTraceback()).isPresent();
    assertThat(second.pythonException()).contains("builtins.ValueError");
    assertThat(second.output().stdout().text()).contains("to stdout");
  }

  @Test
  void failureThatMayBeTheMachines_isNotKept() throws IOException {
    Path sdist =
        sdist(Trees.requires("open(os.environ['COUNT'], 'a').write('x')\nos.kill(os.getpid(), 9)"));
    Path count = directory.resolve("count");
    BuildSettings settings =
        settings().environment(java.util.Map.of("COUNT", count.toString())).build();
    Hookd hookd = closedLater(listening().build());

    failure(hookd, sdist, settings);
    failure(hookd, sdist, settings);

    assertThat(Files.readString(count)).isEqualTo("xx");
  }

  private static HookRuntimeException failure(Hookd hookd, Path sdist, BuildSettings settings) {
    try {
      throw new AssertionError("no failure: " + hookd.metadata(Input.of(sdist), settings));
    } catch (HookRuntimeException e) {
      return e;
    }
  }

  @Test
  void wheelThatWasBuiltForItsMetadata_isKept() throws IOException {
    Path sdist = sdist(Trees.WHEEL);
    Hookd hookd = closedLater(listening().build());

    MetadataResult result = hookd.metadata(Input.of(sdist), settings().build());

    assertThat(result.source()).isEqualTo(MetadataSource.WHEEL);
    assertThat(result.steps()).containsKeys("prepare-metadata", "build-wheel");
    assertThat(names(cache.resolve("wheels")))
        .singleElement()
        .asString()
        .endsWith("-example-1.0-py3-none-any.whl");
    hooks.clear();
    BuildResult built =
        hookd.build(
            Input.of(sdist),
            java.util.Set.of(Product.WHEEL),
            directory.resolve("out"),
            settings().build());
    assertThat(built.files().get(Product.WHEEL))
        .isEqualTo(directory.toRealPath().resolve("out/example-1.0-py3-none-any.whl"))
        .isNotEmptyFile();
    assertThat(hooks).doesNotContain(Hook.BUILD_WHEEL);
  }

  @Test
  void requestsAtTheSameTime_shareOneRun_whichOutlivesACancelledOne() throws Exception {
    Path sdist = sdist(Trees.requires("wait_for_test(); return []"), Trees.PREPARE);
    Hookd hookd = closedLater(listening().build());
    CompletableFuture<MetadataResult> first =
        hookd.metadataAsync(Input.of(sdist), settings().build());
    CompletableFuture<MetadataResult> second =
        hookd.metadataAsync(Input.of(sdist), settings().build());
    HookWitness.RunningHook hook = witness.awaitHook();
    // Another path to the same bytes: waits for the same run.
    Path copy = Files.copy(sdist, directory.resolve("copy.tar.gz"));
    CompletableFuture<MetadataResult> third =
        hookd.metadataAsync(Input.of(copy), settings().build());

    first.cancel(true);
    hook.release();

    MetadataResult result = second.get(30, TimeUnit.SECONDS);
    assertThat(result.cached()).isFalse();
    assertThat(third.get(30, TimeUnit.SECONDS).metadata().raw()).isEqualTo(result.metadata().raw());
    assertThat(first).isCancelled();
    assertThat(hooks)
        .containsExactly(Hook.GET_REQUIRES_FOR_BUILD_WHEEL, Hook.PREPARE_METADATA_FOR_BUILD_WHEEL);
  }

  @Test
  void requestsThatAreAllCancelled_endTheRun() throws Exception {
    Path sdist = sdist(Trees.requires("wait_for_test(); return []"), Trees.PREPARE);
    Hookd hookd = closedLater(listening().build());
    CompletableFuture<MetadataResult> first =
        hookd.metadataAsync(Input.of(sdist), settings().build());
    CompletableFuture<MetadataResult> second =
        hookd.metadataAsync(Input.of(sdist), settings().build());
    HookWitness.RunningHook hook = witness.awaitHook();

    first.cancel(true);
    second.cancel(true);

    hook.awaitGone();
  }
}
