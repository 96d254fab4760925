package dev.hookd.frontend;

import dev.hookd.client.HookdException;
import java.util.Optional;

/**
 * The policy is to run no code of the project, and its files do not promise what was asked for. The
 * message says which field is missing, or why they are not believed.
 */
public final class NotStaticException extends HookdException {

  public NotStaticException(String message) {
    super(message, null);
  }

  @Override
  public String kind() {
    return "NotStatic";
  }

  @Override
  public Optional<String> hint() {
    return Optional.of(
        "ask for fewer fields (those of a resolver, for example), or let its build backend run");
  }
}
