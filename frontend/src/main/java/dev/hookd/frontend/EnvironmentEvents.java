package dev.hookd.frontend;

import dev.hookd.frontend.environment.BuildEnvironment;
import dev.hookd.frontend.environment.EnvironmentListener;
import dev.hookd.frontend.environment.EnvironmentSpec;
import java.time.Duration;
import java.time.Instant;

/** Counts environments, and passes on what the face of this module tells of them. */
final class EnvironmentEvents implements EnvironmentListener {

  private final FrontendListener listener;
  private final WorkMeters meters;

  EnvironmentEvents(FrontendListener listener, WorkMeters meters) {
    this.listener = listener;
    this.meters = meters;
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
    meters.environmentCreated(elapsed);
    listener.environmentCreated(spec.requirements(), elapsed);
  }

  @Override
  public void failed(EnvironmentSpec spec, EnvironmentFailedException failure, Duration elapsed) {
    meters.environmentFailed(failure, elapsed);
  }

  @Override
  public void output(String line) {
    listener.installerOutput(line);
  }
}
