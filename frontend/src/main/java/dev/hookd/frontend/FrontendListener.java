package dev.hookd.frontend;

import dev.hookd.client.HookOutput;
import dev.hookd.protocol.Hook;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Told of what takes long, so that a person can be shown it. Called from the threads that do the
 * work: be quick, and thread-safe. What a listener throws is logged and goes no further.
 */
public interface FrontendListener {

  /** Tells nobody. */
  FrontendListener NONE = new FrontendListener() {};

  /** A build environment with these requirements is being made, which may take a while. */
  default void environmentCreating(List<String> requirements) {}

  /** A line that the installer said while an environment was made. */
  default void installerOutput(String line) {}

  /** The environment is complete. */
  default void environmentCreated(List<String> requirements, Duration elapsed) {}

  /** A hook has succeeded; this is what it wrote. What a failed one wrote is in its exception. */
  default void hookEnded(Path sourceTree, Hook hook, HookOutput output) {}
}
