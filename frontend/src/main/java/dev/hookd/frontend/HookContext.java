package dev.hookd.frontend;

import dev.hookd.protocol.BuildBackend;
import dev.hookd.protocol.ConfigSettings;
import dev.hookd.protocol.Hook;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A hook that is about to be called. Immutable.
 *
 * @param sourceTree absolute
 * @param hook the one that will be called
 * @param backend whose hook it is
 * @param configSettings {@code null} is Python's {@code None}
 * @param environment variables on top of those that every hook in its build environment gets
 */
public record HookContext(
    Path sourceTree,
    Hook hook,
    BuildBackend backend,
    @Nullable ConfigSettings configSettings,
    Map<String, String> environment) {

  public HookContext {
    environment = Map.copyOf(environment);
  }

  /** Without the variables' values, which may be secrets. */
  @Override
  public String toString() {
    return "HookContext[" + hook.wireName() + " of " + backend.object() + " in " + sourceTree + "]";
  }

  /** The same with another {@link #configSettings}. */
  public HookContext withConfigSettings(@Nullable ConfigSettings settings) {
    return new HookContext(sourceTree, hook, backend, settings, environment);
  }

  /** The same with another {@link #environment}. */
  public HookContext withEnvironment(Map<String, String> variables) {
    return new HookContext(sourceTree, hook, backend, configSettings, variables);
  }
}
