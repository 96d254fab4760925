package dev.hookd.pool;

import dev.hookd.client.HookdException;
import org.jspecify.annotations.Nullable;

/**
 * The pool is closed: it did not accept the call, or could not finish it within the drain time. In
 * the latter case, if the hook was running, the cause carries what it had written.
 */
public final class PoolClosedException extends HookdException {

  PoolClosedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  @Override
  public String kind() {
    return "PoolClosed";
  }
}
