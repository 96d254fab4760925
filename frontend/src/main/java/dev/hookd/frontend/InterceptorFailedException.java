package dev.hookd.frontend;

import dev.hookd.client.HookdException;
import org.jspecify.annotations.Nullable;

/** A {@link HookInterceptor} has an error of its own, so that nobody knows what its rules say. */
public final class InterceptorFailedException extends HookdException {

  public InterceptorFailedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  @Override
  public String kind() {
    return "InterceptorFailed";
  }
}
