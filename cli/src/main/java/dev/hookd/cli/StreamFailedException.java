package dev.hookd.cli;

import dev.hookd.client.HookdException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Standard input cannot be read, or the file of {@code --output} cannot be used. */
final class StreamFailedException extends HookdException {

  private final String hint;

  StreamFailedException(String message, String hint, @Nullable Throwable cause) {
    super(message, cause);
    this.hint = hint;
  }

  @Override
  public String kind() {
    return Failure.IO_ERROR;
  }

  @Override
  public Optional<String> hint() {
    return Optional.of(hint);
  }
}
