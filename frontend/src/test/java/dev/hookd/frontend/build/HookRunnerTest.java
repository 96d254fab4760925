package dev.hookd.frontend.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hookd.frontend.BuildSettings;
import dev.hookd.frontend.environment.BuildEnvironment;
import dev.hookd.pool.DaemonKey;
import dev.hookd.protocol.BuildBackend;
import dev.hookd.protocol.Hook;
import dev.hookd.protocol.HookArguments;
import dev.hookd.protocol.HookRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HookRunnerTest {

  private static final BuildEnvironment CACHED =
      new BuildEnvironment(
          "id",
          Path.of("/c/id/1"),
          Path.of("/c/id/1/bin/python"),
          Map.of(),
          Path.of("/c/id/learned"));
  private static final BuildEnvironment INTERPRETER =
      new BuildEnvironment(
          "interpreter-id", Path.of("/usr"), Path.of("/usr/bin/python3"), Map.of(), null);

  private static DaemonKey key(
      BuildEnvironment environment, BuildBackend backend, BuildSettings settings) {
    HookRequest request =
        HookRequest.of(Path.of("/tree"), backend, Hook.BUILD_WHEEL, HookArguments.NONE);
    return HookRunner.key(environment, request, settings);
  }

  private static DaemonKey key(BuildEnvironment environment, BuildSettings settings) {
    return key(environment, new BuildBackend("a_backend", List.of()), settings);
  }

  @Test
  void key_ofACachedEnvironment_namesWhereItsDaemonsLearn() {
    BuildSettings settings = BuildSettings.builder().build();
    BuildBackend inTree = new BuildBackend("a_backend", List.of("."));

    assertThat(key(CACHED, settings).launch().daemonArguments())
        .containsExactly("--learned=/c/id/learned");
    assertThat(key(CACHED, inTree, settings).launch().daemonArguments())
        .containsExactly("--learned=/c/id/learned");
    assertThat(key(CACHED, settings)).isEqualTo(key(CACHED, settings));
  }

  @Test
  void key_ofAnInterpreterAsItIs_keepsNothing() {
    BuildSettings settings = BuildSettings.builder().buildIsolation(false).build();

    assertThat(key(INTERPRETER, settings).launch().daemonArguments()).isEmpty();
  }

  @Test
  void key_ofADaemonGivenByPath_hasNoOptionOfOurs() {
    BuildSettings settings = BuildSettings.builder().daemonScript(Path.of("/d.py")).build();

    assertThat(key(CACHED, settings).launch().daemonArguments()).isEmpty();
  }
}
