package dev.hookd.pool;

import dev.hookd.client.HookdException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * No daemon was free, or could be started, within the time the call would wait; the hook never ran,
 * unless a daemon had died under it before. The message carries the pool's counts, the cause the
 * last failed start of that key.
 */
public final class WaitTimeoutException extends HookdException {

  private final Duration waited;

  WaitTimeoutException(String message, Duration waited, @Nullable Throwable lastStartFailure) {
    super(message, lastStartFailure);
    this.waited = waited;
  }

  @Override
  public String kind() {
    return "WaitTimeout";
  }

  /** How long the call had waited. */
  public Duration waited() {
    return waited;
  }

  @Override
  public Optional<String> hint() {
    return Optional.of("Raise maxWait or maxDaemons, or submit less at a time.");
  }
}
