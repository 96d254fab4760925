package dev.hookd.frontend;

import dev.hookd.client.HookdException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A build environment could not be made: no such interpreter, an unsatisfiable requirement, an
 * installer that failed, a full disk. Nothing half made is left in the cache.
 */
public sealed class EnvironmentFailedException extends HookdException permits BuildCycleException {

  private final String installerOutput;
  private final @Nullable String hint;

  /**
   * @param installerOutput the last lines that the installer said; empty when none was run
   */
  public EnvironmentFailedException(
      String message, String installerOutput, @Nullable String hint, @Nullable Throwable cause) {
    super(message, cause);
    this.installerOutput = installerOutput;
    this.hint = hint;
  }

  @Override
  public String kind() {
    return "EnvironmentFailed";
  }

  /** The last lines of what the installer said on its outputs; empty when none was run. */
  public String installerOutput() {
    return installerOutput;
  }

  @Override
  public Optional<String> hint() {
    return Optional.ofNullable(hint);
  }
}
