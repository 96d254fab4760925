package dev.hookd.pool;

import dev.hookd.client.LaunchFailedException;
import dev.hookd.protocol.DaemonRequest;
import dev.hookd.protocol.HookUsage;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All listeners as one, which never throws. */
final class Listeners implements PoolListener {

  private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);

  private final List<PoolListener> listeners;

  Listeners(List<PoolListener> listeners) {
    this.listeners = List.copyOf(listeners);
  }

  @Override
  public void callStarted(DaemonKey key, DaemonRequest request, Duration waited) {
    tell(listener -> listener.callStarted(key, request, waited));
  }

  @Override
  public void callRetried(DaemonKey key, DaemonRequest request) {
    tell(listener -> listener.callRetried(key, request));
  }

  @Override
  public void callMeasured(DaemonKey key, DaemonRequest request, HookUsage usage) {
    tell(listener -> listener.callMeasured(key, request, usage));
  }

  @Override
  public void callFinished(
      DaemonKey key, DaemonRequest request, @Nullable Duration ran, @Nullable Throwable failure) {
    tell(listener -> listener.callFinished(key, request, ran, failure));
  }

  @Override
  public void callVerified(DaemonKey key, DaemonRequest request, Verification verification) {
    tell(listener -> listener.callVerified(key, request, verification));
  }

  @Override
  public void daemonStarted(DaemonKey key, long pid, Duration took) {
    tell(listener -> listener.daemonStarted(key, pid, took));
  }

  @Override
  public void daemonStartFailed(DaemonKey key, LaunchFailedException failure, Duration took) {
    tell(listener -> listener.daemonStartFailed(key, failure, took));
  }

  @Override
  public void daemonRetired(DaemonKey key, long pid, RetirementCause cause) {
    tell(listener -> listener.daemonRetired(key, pid, cause));
  }

  private void tell(Consumer<PoolListener> event) {
    for (PoolListener listener : listeners) {
      try {
        event.accept(listener);
      } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
        LOG.warn("The pool listener {} failed", listener.getClass().getName(), e);
      }
    }
  }
}
