package dev.hookd.frontend.build;

import dev.hookd.client.HookOutputListener;
import dev.hookd.client.HookResult;
import dev.hookd.client.LaunchSpec;
import dev.hookd.frontend.BuildSettings;
import dev.hookd.frontend.FrontendListener;
import dev.hookd.frontend.HookContext;
import dev.hookd.frontend.HookInterceptor;
import dev.hookd.frontend.environment.BuildEnvironment;
import dev.hookd.frontend.source.SourceTree;
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
import org.jspecify.annotations.Nullable;
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
  private final Interceptors interceptors;
  private final TreeLocks treeLocks;

  /**
   * What every call of a front end has in common.
   *
   * @param interceptors in the order in which they are asked before a hook
   */
  public HookRunner(
      DaemonPool pool,
      FrontendListener listener,
      List<HookInterceptor> interceptors,
      TreeLocks treeLocks) {
    this.pool = pool;
    this.listener = listener;
    this.interceptors = new Interceptors(interceptors);
    this.treeLocks = treeLocks;
  }

  /** Waits until nobody else works in the tree; see {@link TreeLocks}. */
  TreeLocks.Held lock(SourceTree tree) {
    return treeLocks.acquire(tree, () -> tell(() -> listener.treeBusy(tree.root())));
  }

  /** Tells that something is wrong with what is being built. */
  void warn(SourceTree tree, String message) {
    tell(() -> listener.buildWarning(tree.root(), message));
  }

  /**
   * Runs the request and waits. An interrupt cancels it.
   *
   * @throws dev.hookd.client.HookdException if it fails
   */
  HookResult run(BuildEnvironment environment, DaemonRequest request, BuildSettings settings) {
    if (request instanceof HookRequest hookRequest) {
      return runHook(environment, hookRequest, settings);
    }
    return pool.call(key(environment, request, settings), request, options(settings));
  }

  private HookResult runHook(
      BuildEnvironment environment, HookRequest asked, BuildSettings settings) {
    HookContext context =
        interceptors.before(
            new HookContext(
                asked.sourceTree(),
                asked.hook(),
                asked.backend(),
                asked.arguments().configSettings(),
                settings.environment()));
    HookRequest request =
        HookRequest.of(
                asked.sourceTree(),
                asked.backend(),
                asked.hook(),
                asked.arguments().withConfigSettings(context.configSettings()))
            .withIsolation(asked.isolation());
    HookResult result =
        pool.call(
            key(environment, request, settings, context.environment()),
            request,
            options(settings),
            follower(request));
    tell(() -> listener.hookEnded(request.sourceTree(), request.hook(), result.output()));
    interceptors.after(context, request, result);
    return result;
  }

  private static CallOptions options(BuildSettings settings) {
    return CallOptions.DEFAULT.withTimeout(settings.timeout()).withPriority(settings.priority());
  }

  private @Nullable HookOutputListener follower(HookRequest request) {
    try {
      return listener.hookStarting(request.sourceTree(), request.hook()).orElse(null);
    } catch (RuntimeException e) {
      LOG.warn("A listener failed", e);
      return null;
    }
  }

  private static void tell(Runnable event) {
    try {
      event.run();
    } catch (RuntimeException e) {
      LOG.warn("A listener failed", e);
    }
  }

  static DaemonKey key(
      BuildEnvironment environment, DaemonRequest request, BuildSettings settings) {
    return key(environment, request, settings, settings.environment());
  }

  private static DaemonKey key(
      BuildEnvironment environment,
      DaemonRequest request,
      BuildSettings settings,
      Map<String, String> extraVariables) {
    Map<String, String> variables = new HashMap<>(environment.variables());
    variables.putAll(extraVariables);
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
