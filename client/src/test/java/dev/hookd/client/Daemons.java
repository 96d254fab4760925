package dev.hookd.client;

import dev.hookd.client.testing.TestPythons;
import dev.hookd.protocol.BuildBackend;
import dev.hookd.protocol.Hook;
import dev.hookd.protocol.HookArguments;
import dev.hookd.protocol.HookRequest;
import dev.hookd.protocol.ProtocolLimits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Starts daemons for tests, each with a private place for temporary files. */
final class Daemons {

  /** Longer than anything takes, shorter than a person waits. */
  static final Duration LONG = Duration.ofSeconds(60);

  /** For well-behaved daemons: none is killed because the machine is slow. */
  static final HookDaemonConfig CONFIG =
      new HookDaemonConfig(LONG, LONG, LONG, 64 << 10, ProtocolLimits.DEFAULT);

  private Daemons() {}

  static Map<String, String> environment(Path temporary) {
    return Map.of(
        "PYTHONPATH",
        TestPythons.root().resolve("client/src/test/python/backends").toString(),
        "TMPDIR",
        temporary.toString(),
        "LANG",
        "C.UTF-8");
  }

  /** This project's own. */
  static LaunchSpec own(Path temporary) {
    return LaunchSpec.of(TestPythons.PYTHON, environment(temporary));
  }

  static LaunchSpec fixture(Path temporary, @Nullable Path tree, String name, String... arguments) {
    return new LaunchSpec(
        TestPythons.PYTHON,
        environment(temporary),
        TestPythons.fixture(name),
        List.of(arguments),
        tree);
  }

  static HookDaemon start(Path temporary, LaunchSpec spec) {
    return start(temporary, spec, CONFIG);
  }

  static HookDaemon start(Path temporary, LaunchSpec spec, HookDaemonConfig config) {
    return HookDaemon.start(new LocalLauncher(temporary.resolve("scripts")), spec, config);
  }

  static HookDaemon start(
      Path temporary, LaunchSpec spec, HookDaemonConfig config, HeldTimer timer) {
    return HookDaemon.start(
        new LocalLauncher(temporary.resolve("scripts")), spec, config, timer.executor());
  }

  static HookRequest request(Path tree, String backend, Hook hook) {
    return HookRequest.of(
        tree,
        BuildBackend.of(backend),
        hook,
        new HookArguments(
            tree.resolve("wheels"), tree.resolve("sdists"), tree.resolve("metadata"), null));
  }
}
