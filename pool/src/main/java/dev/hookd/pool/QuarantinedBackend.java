package dev.hookd.pool;

import dev.hookd.protocol.BuildBackend;
import java.util.Objects;

/**
 * A backend that answered otherwise in a warm process than in a fresh one, in one environment. Its
 * calls there are fresh until {@link DaemonPool#trustAgain}.
 *
 * @param environment the environment's id; where a key has none, the path of its interpreter
 * @param reason what differed, in which hook
 */
public record QuarantinedBackend(String environment, BuildBackend backend, String reason) {

  public QuarantinedBackend {
    Objects.requireNonNull(environment, "environment");
    Objects.requireNonNull(backend, "backend");
    Objects.requireNonNull(reason, "reason");
  }
}
