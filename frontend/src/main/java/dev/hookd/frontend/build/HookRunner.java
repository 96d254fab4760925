package dev.hookd.frontend.build;

import dev.hookd.client.HookResult;
import dev.hookd.client.LaunchSpec;
import dev.hookd.frontend.BuildSettings;
import dev.hookd.frontend.FrontendListener;
import dev.hookd.frontend.environment.BuildEnvironment;
import dev.hookd.pool.CallOptions;
import dev.hookd.pool.DaemonKey;
import dev.hookd.pool.DaemonPool;
import dev.hookd.protocol.BuildBackend;
import dev.hookd.protocol.DaemonRequest;
import dev.hookd.protocol.HookRequest;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs a request in a daemon of the right environment. Thread-safe. */
public final class HookRunner {

  /**
   * What stands for the backend in the key of a daemon that serves in-tree backends: those are
   * imported in the hook's own process, from its own tree, so that one daemon of the environment
   * can serve them all.
   */
  private static final String IN_TREE = "(in-tree)";

  private static final Logger LOG = LoggerFactory.getLogger(HookRunner.class);

  private final DaemonPool pool;
  private final FrontendListener listener;

  public HookRunner(DaemonPool pool, FrontendListener listener) {
    this.pool = pool;
    this.listener = listener;
  }

  /**
   * Runs the request and waits. An interrupt cancels it.
   *
   * @throws dev.hookd.client.HookdException if it fails
   */
  HookResult run(BuildEnvironment environment, DaemonRequest request, BuildSettings settings) {
    CallOptions options =
        CallOptions.DEFAULT.withTimeout(settings.timeout()).withPriority(settings.priority());
    HookResult result = pool.call(key(environment, request, settings), request, options);
    if (request instanceof HookRequest hookRequest) {
      tell(hookRequest, result);
    }
    return result;
  }

  private void tell(HookRequest request, HookResult result) {
    try {
      listener.hookEnded(request.sourceTree(), request.hook(), result.output());
    } catch (RuntimeException e) {
      LOG.warn("A listener failed", e);
    }
  }

  static DaemonKey key(
      BuildEnvironment environment, DaemonRequest request, BuildSettings settings) {
    Map<String, String> variables = new HashMap<>(environment.variables());
    variables.putAll(settings.environment());
    // A daemon given by path may be a classic one, which runs its hooks where it was started.
    Path daemonScript = settings.daemonScript();
    Path directory = daemonScript == null ? environment.root() : request.sourceTree();
    // A daemon given by path need not know the option.
    Path learned = daemonScript == null ? environment.learned() : null;
    List<String> arguments = learned == null ? List.of() : List.of("--learned=" + learned);
    BuildBackend backend = request.backend();
    return new DaemonKey(
        environment.id(),
        backend.isInTree() ? IN_TREE : backend.object(),
        new LaunchSpec(environment.python(), variables, daemonScript, arguments, directory));
  }
}
