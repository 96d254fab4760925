package dev.hookd.frontend;

import dev.hookd.client.HookdException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A {@link HookInterceptor} forbids a hook, or what it made. Thrown by interceptors. */
public final class HookVetoedException extends HookdException {

  private final @Nullable String hint;

  /**
   * @param message the rule that is broken, and by what
   * @param hint one sentence that names the way out; {@code null} where there is none
   */
  public HookVetoedException(String message, @Nullable String hint) {
    super(message, null);
    this.hint = hint;
  }

  @Override
  public String kind() {
    return "Vetoed";
  }

  @Override
  public Optional<String> hint() {
    return Optional.ofNullable(hint);
  }
}
