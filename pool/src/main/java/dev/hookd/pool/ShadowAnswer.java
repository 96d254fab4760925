package dev.hookd.pool;

import dev.hookd.client.HookFailedException;
import dev.hookd.client.HookResult;
import dev.hookd.protocol.HookUsage;
import dev.hookd.protocol.HookWarning;
import dev.hookd.protocol.Isolation;
import java.util.List;
import java.util.Optional;

/**
 * What a hook answered, as far as two answers are compared.
 *
 * <p>Tracebacks are left out, because frames of hookd's own may be in them, and so is what the hook
 * wrote to its standard output and error: that holds times, process ids and progress.
 *
 * @param text what it returned, or how it failed
 * @param warnings those that Python showed, in their order
 * @param wasFresh whether a fresh process gave it, be it that a warm one was asked for
 */
record ShadowAnswer(String text, List<HookWarning> warnings, boolean wasFresh) {

  static ShadowAnswer of(HookResult result) {
    String text =
        result.value() instanceof HookResult.Value.Strings strings
            ? "returned " + strings.items().stream().map(ShadowAnswer::quoted).toList()
            : "returned " + result.basename().map(ShadowAnswer::quoted).orElse("None");
    return new ShadowAnswer(text, result.warnings(), isFresh(result.usage()));
  }

  static ShadowAnswer of(HookFailedException failure) {
    String text =
        "failed with %s%s: %s"
            .formatted(
                failure.kind(),
                failure.pythonException().map(name -> " (" + name + ")").orElse(""),
                failure.getMessage());
    return new ShadowAnswer(text, failure.warnings(), isFresh(failure.usage()));
  }

  private static boolean isFresh(Optional<HookUsage> usage) {
    return usage.filter(used -> used.isolation() == Isolation.FRESH).isPresent();
  }

  private static String quoted(String text) {
    return '"' + text + '"';
  }
}
