package dev.hookd.frontend;

import dev.hookd.client.HookOutput;
import dev.hookd.client.HookOutputListener;
import dev.hookd.pool.Verification;
import dev.hookd.protocol.Hook;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

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

  /**
   * What these requirements were resolved to has grown old, but the index cannot be reached: it is
   * used for once more.
   */
  default void environmentStale(List<String> requirements, Instant resolved, String reason) {}

  /**
   * A hook is about to be called, or waits for a daemon.
   *
   * @return who is told what it writes while it runs, on the thread that waits for it and before
   *     {@link #hookEnded}; empty (the default): nobody, which costs nothing
   */
  default Optional<HookOutputListener> hookStarting(Path sourceTree, Hook hook) {
    return Optional.empty();
  }

  /** A hook has succeeded; this is what it wrote. What a failed one wrote is in its exception. */
  default void hookEnded(Path sourceTree, Hook hook, HookOutput output) {}

  /**
   * Something is wrong with what is being built, though it goes on: see {@link
   * BuildResult#warnings}.
   */
  default void buildWarning(Path sourceTree, String message) {}

  /** Another process works in this tree; the hook waits until it is done. */
  default void treeBusy(Path sourceTree) {}

  /** Something about a package index is not as it should be, though the work goes on. */
  default void indexWarning(String message) {}

  /**
   * An sdist has come over the network.
   *
   * @param url without credentials
   * @param bytes its size
   */
  default void downloaded(String url, long bytes) {}

  /**
   * A verified call had another answer in a warm process than in fresh ones. Its answer comes from
   * a fresh one, and so do all of that backend in that environment from now on, until {@link
   * Hookd#trustAgain}.
   *
   * @param environment the id of the build environment
   * @param backend the backend object
   * @param hook the hook's name, or {@code features}
   * @param differences what differs; at least one
   */
  default void warmAnswerWrong(
      String environment, String backend, String hook, List<Verification.Difference> differences) {}
}
