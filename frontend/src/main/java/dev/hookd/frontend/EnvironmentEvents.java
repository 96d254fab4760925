package dev.hookd.frontend;

import dev.hookd.frontend.environment.BuildEnvironment;
import dev.hookd.frontend.environment.EnvironmentListener;
import dev.hookd.frontend.environment.EnvironmentSpec;
import java.time.Duration;
import java.time.Instant;

/** Passes on what the face of this module tells of environments. */
final class EnvironmentEvents implements EnvironmentListener {

  private final FrontendListener listener;

  EnvironmentEvents(FrontendListener listener) {
    this.listener = listener;
  }

  @Override
  public void resolving(EnvironmentSpec spec) {
    listener.environmentCreating(spec.requirements());
  }

  @Override
  public void stale(EnvironmentSpec spec, Instant resolved, EnvironmentFailedException reason) {
    listener.environmentStale(spec.requirements(), resolved, String.valueOf(reason.getMessage()));
  }

  @Override
  public void created(EnvironmentSpec spec, BuildEnvironment environment, Duration elapsed) {
    listener.environmentCreated(spec.requirements(), elapsed);
  }

  @Override
  public void output(String line) {
    listener.installerOutput(line);
  }
}
