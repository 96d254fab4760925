package dev.hookd.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hookd.client.testing.TestPythons;
import dev.hookd.protocol.BuildBackend;
import dev.hookd.protocol.ConfigSettings;
import dev.hookd.protocol.Dialect;
import dev.hookd.protocol.FeaturesRequest;
import dev.hookd.protocol.Hook;
import dev.hookd.protocol.HookArguments;
import dev.hookd.protocol.HookRequest;
import dev.hookd.protocol.HookWarning;
import dev.hookd.protocol.Isolation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HookDaemonTest {

  /** Which daemon answers; the same tests hold for all. */
  enum Kind {
    OURS,
    OURS_UV,
    CLASSIC,
    CLASSIC_UV;

    LaunchSpec spec(Path temporary, Path tree) {
      return switch (this) {
        case OURS -> Daemons.own(temporary);
        case OURS_UV ->
            new LaunchSpec(
                TestPythons.PYTHON,
                Daemons.environment(temporary),
                null,
                List.of("--dialect=uv"),
                null);
        case CLASSIC -> Daemons.fixture(temporary, tree, "classic_daemon.py");
        case CLASSIC_UV -> Daemons.fixture(temporary, tree, "classic_daemon.py", "--spelling=uv");
      };
    }

    boolean isClassic() {
      return this == CLASSIC || this == CLASSIC_UV;
    }
  }

  private static final BuildBackend ECHO = BuildBackend.of("echo_backend");

  @TempDir private Path temporary;
  private Path tree = Path.of("");

  @BeforeEach
  void makeTree() throws IOException {
    tree = Files.createDirectories(temporary.resolve("tree")).toRealPath();
    for (String directory : List.of("wheels", "sdists", "metadata")) {
      Files.createDirectories(tree.resolve(directory));
    }
  }

  private HookDaemon start(Kind kind) {
    return Daemons.start(temporary, kind.spec(temporary, tree));
  }

  private HookResult call(HookDaemon daemon, Hook hook, Map<String, ?> settings) {
    HookRequest request = Daemons.request(tree, "echo_backend", hook);
    return daemon.call(
        HookRequest.of(
            tree, ECHO, hook, request.arguments().withConfigSettings(ConfigSettings.of(settings))),
        Daemons.LONG);
  }

  @ParameterizedTest
  @EnumSource
  void everyHook_getsItsArgumentsAndReturnsItsValue(Kind kind) {
    try (HookDaemon daemon = start(kind)) {
      BackendHooks hooks = new BackendHooks(daemon, tree, ECHO, Daemons.LONG);
      ConfigSettings settings = ConfigSettings.of(Map.of("key", List.of("ä", "b")));

      assertThat(daemon.info().dialect())
          .isEqualTo(kind.isClassic() ? Dialect.CLASSIC : Dialect.EXTENDED);
      assertThat(hooks.getRequiresForBuildWheel(settings))
          .containsExactly(
              "get_requires_for_build_wheel",
              "{\"key\": [\"\\u00e4\", \"b\"]}",
              "naïve '\"\\ requirement");
      assertThat(hooks.getRequiresForBuildEditable(null))
          .startsWith("get_requires_for_build_editable", "null");
      assertThat(hooks.getRequiresForBuildSdist(ConfigSettings.EMPTY))
          .startsWith("get_requires_for_build_sdist", "{}");
      assertThat(hooks.prepareMetadataForBuildWheel(tree.resolve("metadata"), null))
          .isEqualTo("prepare_metadata_for_build_wheel-1.0");
      assertThat(hooks.prepareMetadataForBuildEditable(tree.resolve("metadata"), settings))
          .isEqualTo("prepare_metadata_for_build_editable-1.0");
      assertThat(hooks.buildWheel(tree.resolve("wheels"), settings, tree.resolve("metadata")))
          .isEqualTo("build_wheel-1.0");
      assertThat(hooks.buildEditable(tree.resolve("wheels"), null, null))
          .isEqualTo("build_editable-1.0");
      assertThat(hooks.buildSdist(tree.resolve("sdists"), null)).isEqualTo("build_sdist-1.0");
      assertThat(daemon.isIdle()).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource
  void output_isTheHooks_andItsFilesAreDeleted(Kind kind) throws IOException {
    try (HookDaemon daemon = start(kind)) {
      HookResult result =
          call(
              daemon, Hook.BUILD_WHEEL, Map.of("print", "to stdout ü", "print-error", "to stderr"));

      assertThat(result.output().stdout().text())
          .startsWith("to stdout ü\n")
          .contains(
              "[\"build_wheel\", [\"%s\", \"%s\"]"
                  .formatted(tree.resolve("wheels"), tree.resolve("metadata")))
          .endsWith("\"%s\"]\n".formatted(tree));
      assertThat(result.output().stderr().text()).isEqualTo("to stderr\n");
    }
    // Not before: a daemon may have made the files of its next call.
    assertThat(outputFiles()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void output_longerThanItsTail_isCutAtTheFront(Kind kind) {
    try (HookDaemon daemon = start(kind)) {
      HookResult result = call(daemon, Hook.BUILD_WHEEL, Map.of("write", "1000"));

      OutputTail stdout = result.output().stdout();
      assertThat(stdout.truncated()).isTrue();
      assertThat(stdout.totalBytes()).isGreaterThan(1_024_000);
      assertThat(stdout.text()).hasSize(Daemons.CONFIG.outputTailBytes()).endsWith("]\n");
    }
  }

  private List<Path> outputFiles() throws IOException {
    try (var files = Files.list(temporary)) {
      return files.filter(file -> file.getFileName().toString().startsWith("hookd-")).toList();
    }
  }

  @Test
  void call_ofOurDaemon_hasUsageAndWarnings() {
    try (HookDaemon daemon = start(Kind.OURS)) {
      HookResult result = call(daemon, Hook.BUILD_WHEEL, Map.of("warn", "careful"));

      assertThat(result.warnings()).extracting(HookWarning::message).containsExactly("careful");
      assertThat(result.usage().orElseThrow().isolation()).isEqualTo(Isolation.FORK);
      assertThat(result.usage().orElseThrow().maxRssBytes()).isGreaterThan(1 << 20);
      assertThat(result.daemon().identity().orElseThrow().implementation()).isEqualTo("cpython");
    }
  }

  @Test
  void call_inAFreshProcess_saysSo() {
    try (HookDaemon daemon = start(Kind.OURS)) {
      HookResult result =
          daemon.call(
              Daemons.request(tree, "echo_backend", Hook.BUILD_WHEEL)
                  .withIsolation(Isolation.FRESH),
              Daemons.LONG);

      assertThat(result.usage().orElseThrow().isolation()).isEqualTo(Isolation.FRESH);
    }
  }

  @Test
  void environment_isExactlyTheGivenOne() {
    try (HookDaemon daemon = start(Kind.OURS)) {
      HookRequest request =
          HookRequest.of(
                  tree,
                  ECHO,
                  Hook.GET_REQUIRES_FOR_BUILD_WHEEL,
                  HookArguments.NONE.withConfigSettings(ConfigSettings.of(Map.of("environ", ""))))
              .withEnvironment(Map.of("EXTRA", "1"));
      String variables =
          ConfigSettings.ofJson(daemon.call(request, Daemons.LONG).output().stdout().text().strip())
              .toJson();

      assertThat(variables)
          .isEqualTo(
              ConfigSettings.of(
                      new java.util.TreeMap<>(
                          Map.of(
                              "EXTRA",
                              "1",
                              "LANG",
                              "C.UTF-8",
                              "PYTHONPATH",
                              Daemons.environment(temporary).getOrDefault("PYTHONPATH", ""),
                              "TMPDIR",
                              temporary.toString())))
                  .toJson());
    }
  }

  @Test
  void supportedHooks_areThoseThatTheBackendDefines() {
    try (HookDaemon daemon = start(Kind.OURS)) {
      assertThat(new BackendHooks(daemon, tree, ECHO, Daemons.LONG).supportedHooks())
          .isEqualTo(Set.of(Hook.values()));
    }
  }

  @Test
  void inTreeBackend_isImportedFromTheTree() throws IOException {
    Files.createDirectories(tree.resolve("backends"));
    Files.writeString(
        tree.resolve("backends/own_backend.py"),
        "def get_requires_for_build_wheel(config_settings=None):\n    return ['own']\n");
    BuildBackend backend = new BuildBackend("own_backend", List.of("backends"));
    for (Kind kind : List.of(Kind.OURS, Kind.CLASSIC_UV)) {
      try (HookDaemon daemon = start(kind)) {
        assertThat(
                new BackendHooks(daemon, tree, backend, Daemons.LONG)
                    .getRequiresForBuildWheel(null))
            .containsExactly("own");
      }
    }
    try (HookDaemon daemon = start(Kind.CLASSIC)) {
      BackendHooks hooks = new BackendHooks(daemon, tree, backend, Daemons.LONG);
      assertThatThrownBy(() -> hooks.getRequiresForBuildWheel(null))
          .isInstanceOf(ProtocolViolationException.class)
          .hasMessageContaining("backend_path");
    }
  }

  @Test
  void request_ofAMegabyte_arrives() {
    try (HookDaemon daemon = start(Kind.OURS)) {
      String large = "x".repeat(1 << 20);

      assertThat(call(daemon, Hook.GET_REQUIRES_FOR_BUILD_WHEEL, Map.of("key", large)).strings())
          .contains("{\"key\": \"%s\"}".formatted(large));
    }
  }

  @Test
  void submit_toAClassicDaemon_refusesWhatItDoesNotHave() {
    try (HookDaemon daemon = start(Kind.CLASSIC)) {
      HookRequest request = Daemons.request(tree, "echo_backend", Hook.BUILD_WHEEL);

      assertThatThrownBy(() -> daemon.submit(FeaturesRequest.of(tree, ECHO), null))
          .isInstanceOf(UnsupportedRequestException.class);
      assertThatThrownBy(() -> daemon.submit(request.withEnvironment(Map.of("A", "1")), null))
          .isInstanceOf(UnsupportedRequestException.class)
          .hasMessageContaining("[A]");
      assertThatThrownBy(() -> daemon.submit(request.withIsolation(Isolation.FRESH), null))
          .isInstanceOf(UnsupportedRequestException.class);
      assertThatThrownBy(
              () ->
                  daemon.submit(Daemons.request(temporary, "echo_backend", Hook.BUILD_WHEEL), null))
          .isInstanceOf(UnsupportedRequestException.class)
          .hasMessageContaining(tree.toString());
      assertThat(daemon.isIdle()).isTrue();
    }
  }

  @Test
  void submit_duringACall_isRefused() {
    Path mark = temporary.resolve("mark");
    try (HookDaemon daemon = start(Kind.OURS)) {
      HookCall running = hanging(daemon, mark);
      Await.contentOf(mark);

      assertThat(daemon.isIdle()).isFalse();
      assertThat(daemon.isUsable()).isTrue();
      assertThatThrownBy(
              () -> daemon.submit(Daemons.request(tree, "echo_backend", Hook.BUILD_WHEEL), null))
          .isInstanceOf(IllegalStateException.class);
      running.cancel();
      assertThatThrownBy(() -> Waiting.forResult(running))
          .isInstanceOf(HookCancelledException.class);
    }
  }

  private HookCall hanging(HookDaemon daemon, Path mark) {
    return daemon.submit(
        HookRequest.of(
            tree,
            ECHO,
            Hook.BUILD_WHEEL,
            Daemons.request(tree, "", Hook.BUILD_WHEEL)
                .arguments()
                .withConfigSettings(
                    ConfigSettings.ofJson(
                        "{\"print\": \"before\", \"touch\": \"%s\", \"hang\": \"\"}"
                            .formatted(mark)))),
        null);
  }

  @Test
  void submit_afterClose_isRefused() {
    HookDaemon daemon = start(Kind.OURS);
    daemon.close();
    daemon.close();

    assertThat(daemon.isUsable()).isFalse();
    assertThat(daemon.onTermination()).isCompleted();
    assertThatThrownBy(
            () -> daemon.submit(Daemons.request(tree, "echo_backend", Hook.BUILD_WHEEL), null))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  @ParameterizedTest
  @EnumSource
  void close_duringACall_cancelsIt(Kind kind) throws IOException {
    Path mark = temporary.resolve("mark");
    HookDaemon daemon = start(kind);
    HookCall call = hanging(daemon, mark);
    long hook = Long.parseLong(Await.contentOf(mark));
    daemon.close();

    assertThatThrownBy(() -> Waiting.forResult(call))
        .isInstanceOfSatisfying(
            HookCancelledException.class,
            failure -> assertThat(failure.kind()).isEqualTo("Cancelled"));
    Await.gone(hook);
    Await.gone(daemon.info().pid());
    assertThat(outputFiles()).isEmpty();
  }

  @Test
  void close_onTheReaderThread_doesNotWaitForItself() {
    // Not held, it ends a daemon whose reader waits for itself as one that a stray process holds.
    try (HeldTimer timer = new HeldTimer()) {
      HookDaemon daemon =
          Daemons.start(temporary, Kind.OURS.spec(temporary, tree), Daemons.CONFIG, timer);
      // One that ends on demand: of a call that is over already this thread would do the closing.
      HookCall call = hanging(daemon, temporary.resolve("mark"));
      CompletableFuture<String> closed =
          call.result()
              .handle(
                  (result, failure) -> {
                    daemon.close();
                    return Thread.currentThread().getName();
                  });
      call.cancel();

      timer.releaseWhen("it is closed", closed::isDone);
      assertThat(closed.join()).startsWith("hookd-reader-");
      daemon.onTermination().join();
      Await.gone(daemon.info().pid());
    }
  }

  @Test
  void call_whenInterrupted_isCancelledAndKeepsTheInterrupt() throws InterruptedException {
    Path mark = temporary.resolve("mark");
    try (HookDaemon daemon = start(Kind.OURS)) {
      var seen = new java.util.concurrent.LinkedBlockingQueue<Object>();
      Thread caller =
          new Thread(
              () -> {
                try {
                  Waiting.forResult(hanging(daemon, mark));
                } catch (HookdException e) {
                  seen.add(e);
                }
                seen.add(Thread.currentThread().isInterrupted());
              });
      caller.start();
      Await.contentOf(mark);
      caller.interrupt();
      caller.join();

      assertThat(seen.remove()).isInstanceOf(HookCancelledException.class);
      assertThat(seen.remove()).isEqualTo(true);
      assertThat(daemon.isIdle()).isTrue();
    }
  }
}
