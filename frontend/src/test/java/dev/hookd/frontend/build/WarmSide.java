package dev.hookd.frontend.build;

import dev.hookd.client.DaemonInfo;
import dev.hookd.client.HookFailedException;
import dev.hookd.client.HookMissingException;
import dev.hookd.client.HookResult;
import dev.hookd.frontend.BuildSettings;
import dev.hookd.frontend.environment.BuildEnvironment;
import dev.hookd.protocol.BuildBackend;
import dev.hookd.protocol.Hook;
import dev.hookd.protocol.HookArguments;
import dev.hookd.protocol.HookRequest;
import dev.hookd.protocol.HookUsage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Runs hooks in the pool's daemons, and knows how often each daemon was called. Thread-safe. */
final class WarmSide {

  /**
   * @param daemon the process that answered
   * @param callsBefore how many calls that daemon had answered before
   * @param usage empty when no process was started for it
   */
  record Run(Outcome outcome, long daemon, int callsBefore, Optional<HookUsage> usage) {}

  private final HookRunner runner;
  private final BuildSettings settings;
  private final Map<Long, Integer> calls = new ConcurrentHashMap<>();

  WarmSide(HookRunner runner, BuildSettings settings) {
    this.runner = runner;
    this.settings = settings;
  }

  /** The tree is there when this is called, as the hook left it when it returns. */
  Run run(PristineTree tree, BuildBackend backend, BuildEnvironment environment, Hook hook)
      throws IOException {
    HookRequest request = HookRequest.of(tree.root(), backend, hook, arguments(tree, hook));
    try {
      HookResult result = runner.run(environment, request, settings);
      String value =
          hook.returns() == Hook.Returns.REQUIREMENTS
              ? String.valueOf(result.strings())
              : String.valueOf(result.basename().orElse(null));
      return finished(
          Outcome.returned(value, tree.facts(), result.elapsed()), result.daemon(), result.usage());
    } catch (HookFailedException e) {
      Duration elapsed = e.usage().map(HookUsage::wall).orElse(Duration.ZERO);
      // PEP 517, "Optional hooks": who lacks the hook asks for nothing.
      boolean asksForNothing =
          e instanceof HookMissingException && hook.returns() == Hook.Returns.REQUIREMENTS;
      Outcome outcome =
          asksForNothing
              ? Outcome.returned("[]", tree.facts(), elapsed)
              : Outcome.failed(Failure.ofWarm(e), tree.facts(), elapsed);
      return finished(outcome, e.daemon(), e.usage());
    }
  }

  private Run finished(Outcome outcome, DaemonInfo daemon, Optional<HookUsage> usage) {
    int now = calls.merge(daemon.pid(), 1, Integer::sum);
    return new Run(outcome, daemon.pid(), now - 1, usage);
  }

  private static HookArguments arguments(PristineTree tree, Hook hook) throws IOException {
    Path directory = null;
    if (hook.returns() == Hook.Returns.BASENAME) {
      directory = tree.makeOutputDirectory(hook.wireName());
    }
    return switch (hook) {
      case GET_REQUIRES_FOR_BUILD_WHEEL,
          GET_REQUIRES_FOR_BUILD_SDIST,
          GET_REQUIRES_FOR_BUILD_EDITABLE ->
          HookArguments.NONE;
      case PREPARE_METADATA_FOR_BUILD_WHEEL, PREPARE_METADATA_FOR_BUILD_EDITABLE ->
          new HookArguments(null, null, directory, null);
      case BUILD_WHEEL, BUILD_EDITABLE -> new HookArguments(directory, null, null, null);
      case BUILD_SDIST -> new HookArguments(null, directory, null, null);
    };
  }
}
