package dev.hookd.protocol;

import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;

/**
 * One call of one hook.
 *
 * @param sourceTree absolute; the hook's working directory
 * @param environment variables on top of the daemon's own, for this call alone
 */
public record HookRequest(
    Path sourceTree,
    BuildBackend backend,
    Hook hook,
    HookArguments arguments,
    Map<String, String> environment,
    Isolation isolation)
    implements DaemonRequest {

  public HookRequest {
    if (!sourceTree.isAbsolute()) {
      throw new IllegalArgumentException("the source tree must be absolute, got: " + sourceTree);
    }
    Objects.requireNonNull(backend, "backend");
    Objects.requireNonNull(hook, "hook");
    Objects.requireNonNull(arguments, "arguments");
    environment = Map.copyOf(environment);
    Objects.requireNonNull(isolation, "isolation");
  }

  /** A call with no extra variables, isolated by a fork. */
  public static HookRequest of(
      Path sourceTree, BuildBackend backend, Hook hook, HookArguments arguments) {
    return new HookRequest(sourceTree, backend, hook, arguments, Map.of(), Isolation.FORK);
  }

  public HookRequest withEnvironment(Map<String, String> variables) {
    return new HookRequest(sourceTree, backend, hook, arguments, variables, isolation);
  }

  @Override
  public HookRequest withIsolation(Isolation wanted) {
    return new HookRequest(sourceTree, backend, hook, arguments, environment, wanted);
  }
}
