package dev.hookd.frontend.environment;

import dev.hookd.frontend.EnvironmentFailedException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/**
 * Told what happens while an environment is made, so that a person can see why a first call takes
 * seconds. Called on the thread that makes the environment ({@link #output}: on a thread of the
 * installer's output), possibly on several at once; an exception thrown here is logged and changes
 * nothing.
 */
public interface EnvironmentListener {

  /** Hears nothing. */
  EnvironmentListener NONE = new EnvironmentListener() {};

  /** The installer starts to find out which versions {@code spec} means. */
  default void resolving(EnvironmentSpec spec) {}

  /**
   * What {@code spec} was resolved to has grown old, but the index cannot be reached: it is used
   * for once more.
   *
   * @param reason why it could not be resolved again
   */
  default void stale(EnvironmentSpec spec, Instant resolved, EnvironmentFailedException reason) {}

  /** Another process holds the lock, and most likely makes the very same thing. */
  default void waiting(EnvironmentSpec spec, Path lock) {}

  /** Versions are known ({@code distributions} of them); the environment is being made. */
  default void creating(EnvironmentSpec spec, Path root, int distributions) {}

  /** The environment is complete; {@code elapsed} counts from the request, waiting included. */
  default void created(EnvironmentSpec spec, BuildEnvironment environment, Duration elapsed) {}

  /**
   * The environment could not be made; told once, however many wait for it. {@code elapsed} counts
   * from the request.
   */
  default void failed(EnvironmentSpec spec, EnvironmentFailedException failure, Duration elapsed) {}

  /** One line of the installer's standard output or error, without its line end. */
  default void output(String line) {}
}
