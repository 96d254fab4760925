package dev.hookd.frontend;

import dev.hookd.client.HookdException;
import org.jspecify.annotations.Nullable;

/**
 * The work on a project was ended before it was done: its thread was interrupted, or the front end
 * closed.
 */
public final class WorkCancelledException extends HookdException {

  public WorkCancelledException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  @Override
  public String kind() {
    return "Cancelled";
  }
}
