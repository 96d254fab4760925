package dev.hookd.frontend;

import dev.hookd.client.HookdException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The input is not a project that can be built: no such path, not an archive, a {@code
 * pyproject.toml} that breaks PEP 517 or 518. The message names the file, the key and the position.
 */
public final class InvalidProjectException extends HookdException {

  private final @Nullable String hint;

  public InvalidProjectException(String message, @Nullable String hint, @Nullable Throwable cause) {
    super(message, cause);
    this.hint = hint;
  }

  @Override
  public String kind() {
    return "InvalidProject";
  }

  @Override
  public Optional<String> hint() {
    return Optional.ofNullable(hint);
  }
}
