package dev.hookd.client;

import dev.hookd.protocol.HookUsage;
import dev.hookd.protocol.HookWarning;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A call that succeeded.
 *
 * @param value what the hook returned
 * @param warnings those that Python showed; always empty from a classic daemon
 * @param usage empty from a classic daemon
 * @param elapsed from the first byte written to the daemon to its last one read
 */
public record HookResult(
    Value value,
    HookOutput output,
    List<HookWarning> warnings,
    Optional<HookUsage> usage,
    DaemonInfo daemon,
    Duration elapsed) {

  /** What a hook returns: a list of strings, or a name. */
  public sealed interface Value {

    /** Requirements, or the hooks that a backend defines. */
    record Strings(List<String> items) implements Value {}

    /** The basename of what the hook made; empty when it returned {@code None}. */
    record Name(Optional<String> basename) implements Value {}
  }

  public HookResult {
    warnings = List.copyOf(warnings);
  }

  /**
   * The strings of a {@code get_requires_*} hook, or of the features.
   *
   * @throws IllegalStateException if the hook returns a name
   */
  public List<String> strings() {
    if (value instanceof Value.Strings strings) {
      return strings.items();
    }
    throw new IllegalStateException("the hook returns a name, not a list");
  }

  /**
   * The basename that a {@code build_*} or {@code prepare_*} hook returned; empty for {@code None}.
   *
   * @throws IllegalStateException if the hook returns a list
   */
  public Optional<String> basename() {
    if (value instanceof Value.Name name) {
      return name.basename();
    }
    throw new IllegalStateException("the hook returns a list, not a name");
  }
}
