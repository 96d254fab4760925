package dev.hookd.pool;

import dev.hookd.client.HookdException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The queue is full; the call was never accepted. */
public final class PoolRejectedException extends HookdException {

  PoolRejectedException(String message, @Nullable Throwable lastStartFailure) {
    super(message, lastStartFailure);
  }

  @Override
  public String kind() {
    return "Rejected";
  }

  @Override
  public Optional<String> hint() {
    return Optional.of("Submit less at a time, or raise maxQueue or maxDaemons.");
  }
}
