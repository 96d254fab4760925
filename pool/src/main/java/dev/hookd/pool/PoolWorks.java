package dev.hookd.pool;

import dev.hookd.client.DaemonDiedException;
import dev.hookd.client.DaemonLauncher;
import dev.hookd.client.DaemonProcess;
import dev.hookd.client.HookCall;
import dev.hookd.client.HookCancelledException;
import dev.hookd.client.HookDaemon;
import dev.hookd.client.HookDaemonConfig;
import dev.hookd.client.HookFailedException;
import dev.hookd.client.HookResult;
import dev.hookd.client.HookTimeoutException;
import dev.hookd.client.LaunchFailedException;
import dev.hookd.client.LaunchSpec;
import dev.hookd.client.OutputTail;
import dev.hookd.client.ProtocolViolationException;
import dev.hookd.client.UnsupportedRequestException;
import dev.hookd.protocol.DaemonRequest;
import dev.hookd.protocol.Dialect;
import dev.hookd.protocol.HookUsage;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what the scheduler decided: sends calls, starts and ends daemons, completes futures. Holds
 * no state of the pool. Thread-safe.
 *
 * <p>A call is sent from the thread on which its daemon became free, mostly the daemon's own reader
 * thread: a hop to another thread would cost as much as the whole round trip. Starting and ending
 * wait for processes and run on {@code daemonThreads}; futures that strangers have hung their code
 * on are completed on {@code callbacks}, so that this code cannot hold up a daemon.
 */
final class PoolWorks {

  private static final Logger LOG = LoggerFactory.getLogger(PoolWorks.class);

  private final HookScheduler scheduler;
  private final DaemonLauncher launcher;
  private final HookDaemonConfig daemonConfig;
  private final LongSupplier clock;
  private final PoolListener listener;
  private final Executor daemonThreads;
  private final Executor callbacks;
  private final LongConsumer wakeAt;
  private final Quarantine quarantine;
  private final Verifications verifications;

  /** Calls whose futures are on their way to a thread that completes them. */
  private final Set<PendingCall> handedOver = ConcurrentHashMap.newKeySet();

  /**
   * What this thread still has to do. An effect may lead to further ones on the same thread; they
   * queue up here instead of going deeper into the stack.
   */
  @SuppressWarnings("ThreadLocalUsage") // one pool must not do the work of another
  private final ThreadLocal<@Nullable Deque<Effect>> agenda = new ThreadLocal<>();

  PoolWorks(
      HookScheduler scheduler,
      DaemonLauncher launcher,
      HookDaemonConfig daemonConfig,
      LongSupplier clock,
      PoolListener listener,
      Executor daemonThreads,
      Executor callbacks,
      LongConsumer wakeAt,
      Quarantine quarantine,
      Verifications verifications) {
    this.scheduler = scheduler;
    this.launcher = launcher;
    this.daemonConfig = daemonConfig;
    this.clock = clock;
    this.listener = listener;
    this.daemonThreads = daemonThreads;
    this.callbacks = callbacks;
    this.wakeAt = wakeAt;
    this.quarantine = quarantine;
    this.verifications = verifications;
  }

  void perform(List<Effect> effects) {
    if (effects.isEmpty()) {
      return;
    }
    Deque<Effect> begun = agenda.get();
    if (begun != null) {
      begun.addAll(effects);
      return;
    }
    Deque<Effect> work = new ArrayDeque<>(effects);
    agenda.set(work);
    try {
      for (Effect effect = work.poll(); effect != null; effect = work.poll()) {
        try {
          perform(effect);
        } catch (Throwable e) {
          LOG.error(
              "The pool could not do {}", effect, e); // and goes on: the rest is owed to others
        }
      }
    } finally {
      agenda.remove();
    }
  }

  private void perform(Effect effect) {
    if (effect instanceof Effect.Run run) {
      run(run.call(), run.daemon());
    } else if (effect instanceof Effect.Settle settle) {
      settle(settle);
    } else if (effect instanceof Effect.WakeAt wake) {
      wakeAt.accept(wake.nanos());
    } else if (effect instanceof Effect.Cancel cancel) {
      cancel.call().cancelRunning();
    } else if (effect instanceof Effect.Start start) {
      prepareStart(start.daemon());
    } else if (effect instanceof Effect.Launch launch) {
      launch(launch.daemon());
    } else if (effect instanceof Effect.Abort abort) {
      abort.daemon().abort();
    } else if (effect instanceof Effect.Stop stop) {
      prepareStop(stop.daemon());
    } else if (effect instanceof Effect.Retired retired) {
      retired(retired.daemon(), retired.cause());
    } else if (effect instanceof Effect.Retried retried) {
      LOG.info("Daemon died under a call, which runs again: {}", retried.call().key);
      listener.callRetried(retried.call().key, retried.call().request);
    } else if (effect instanceof Effect.Verify verify) {
      verifications.begin(verify.call());
    } else if (effect instanceof Effect.EndVerification end) {
      verifications.end(end.call());
    } else if (effect instanceof Effect.Unverified unverified) {
      verifications.tell(unverified.call(), Verification.skipped(unverified.reason()));
    }
  }

  // ---- calls -------------------------------------------------------------------------------

  private void run(PendingCall call, PooledDaemon daemon) {
    if (call.cancelRequested()) {
      perform(scheduler.handedBack(daemon, call));
      return;
    }
    if (daemon.hasExited()) {
      perform(scheduler.notSent(daemon, call));
      return;
    }
    if (call.shadowOf == null) {
      Duration waited = Duration.ofNanos(call.startedAt - call.waitsSince);
      listener.callStarted(call.key, call.request, waited);
    }
    HookCall running;
    try {
      running = daemon.client().submit(sendable(call, daemon), call.options.timeout(), call.live);
    } catch (UnsupportedRequestException unanswerable) {
      ended(call, daemon, null, unanswerable);
      return;
    } catch (Throwable dead) {
      LOG.debug("Daemon {} was found dead before it got a call", daemon.pid(), dead);
      perform(scheduler.notSent(daemon, call));
      return;
    }
    call.attach(running);
    // What this returns could only fail by a fault of ended(), which lets nothing out.
    var unused =
        running.result().whenComplete((result, failure) -> ended(call, daemon, result, failure));
  }

  /** Asked as late as this, so that a call that has waited does not slip through. */
  private DaemonRequest sendable(PendingCall call, PooledDaemon daemon) {
    // A classic daemon has no fresh processes, and so no answer of its was ever found wrong.
    return daemon.client().info().dialect() == Dialect.EXTENDED
        ? quarantine.applied(call.key, call.request)
        : call.request;
  }

  private void ended(
      PendingCall call,
      PooledDaemon daemon,
      @Nullable HookResult result,
      @Nullable Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    boolean answered = cause == null || cause instanceof HookFailedException;
    RetirementCause retirement = retirementAfter(cause, daemon.client().isIdle());
    perform(scheduler.ended(daemon, call, result, cause, retirement, answered));
  }

  private static @Nullable RetirementCause retirementAfter(
      @Nullable Throwable failure, boolean usable) {
    if (failure instanceof DaemonDiedException died) {
      return died.fatal().isPresent() ? RetirementCause.FATAL : RetirementCause.EXITED;
    } else if (failure instanceof ProtocolViolationException) {
      return RetirementCause.PROTOCOL_VIOLATION;
    } else if (usable) {
      return null;
    } else if (failure instanceof HookTimeoutException
        || failure instanceof HookCancelledException) {
      return RetirementCause.CANCELLED_HARD;
    }
    return RetirementCause.EXITED;
  }

  private void settle(Effect.Settle settle) {
    PendingCall call = settle.call();
    if (call.shadowOf == null) {
      usage(settle).ifPresent(usage -> listener.callMeasured(call.key, call.request, usage));
      listener.callFinished(call.key, call.request, settle.ran(), settle.failure());
    }
    try {
      if (call.completedInline) {
        complete(settle);
      } else {
        handOver(settle);
      }
    } finally {
      scheduler.settled();
    }
  }

  private static Optional<HookUsage> usage(Effect.Settle settle) {
    if (settle.failure() instanceof HookFailedException failed) {
      return failed.usage();
    }
    return Optional.ofNullable(settle.result()).flatMap(HookResult::usage);
  }

  private void handOver(Effect.Settle settle) {
    handedOver.add(settle.call());
    try {
      callbacks.execute(() -> completeHandedOver(settle));
    } catch (Throwable e) { // rejected, or no thread can be made
      LOG.debug("No thread for the callbacks of a call; they run on this one", e);
      completeHandedOver(settle);
    }
  }

  private void completeHandedOver(Effect.Settle settle) {
    try {
      complete(settle);
    } finally {
      handedOver.remove(settle.call());
    }
  }

  /**
   * Waits until every future that was handed over is complete; not for the strangers' code that
   * hangs on them.
   *
   * @return whether that was so within that time
   */
  boolean awaitHandedOver(long nanos) throws InterruptedException {
    long deadline = System.nanoTime() + nanos;
    for (PendingCall call : handedOver) {
      try {
        call.future.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
      } catch (ExecutionException | CancellationException outcome) {
        LOG.trace("A call has its outcome", outcome);
      } catch (TimeoutException e) {
        return false;
      }
    }
    return true;
  }

  private static void complete(Effect.Settle settle) {
    Throwable failure = settle.failure();
    HookResult result = settle.result();
    if (failure != null) {
      ((PoolFuture) settle.call().future).settleExceptionally(failure);
    } else if (result != null) {
      ((PoolFuture) settle.call().future).settle(result);
    }
  }

  // ---- daemons -----------------------------------------------------------------------------

  private void prepareStart(PooledDaemon daemon) {
    try {
      daemonThreads.execute(() -> perform(scheduler.beginStart(daemon)));
    } catch (Throwable e) {
      LaunchFailedException failure =
          new LaunchFailedException("no thread to start a daemon on", OutputTail.EMPTY, null, e);
      listener.daemonStartFailed(daemon.group.key, failure, Duration.ZERO);
      perform(scheduler.startFailed(daemon, failure));
    }
  }

  private void launch(PooledDaemon daemon) {
    DaemonKey key = daemon.group.key;
    long begun = clock.getAsLong();
    HookDaemon client;
    try {
      client = HookDaemon.start(watching(daemon), key.launch(), daemonConfig);
    } catch (Throwable e) {
      LaunchFailedException failure =
          e instanceof LaunchFailedException known
              ? known
              : new LaunchFailedException(
                  "the launcher " + launcher.name() + " failed: " + e, OutputTail.EMPTY, null, e);
      Duration took = Duration.ofNanos(clock.getAsLong() - begun);
      LOG.warn("A daemon did not come up after {} ms: {}", took.toMillis(), key, failure);
      listener.daemonStartFailed(key, failure, took);
      perform(scheduler.startFailed(daemon, failure));
      return;
    }
    daemon.attach(client);
    Duration took = Duration.ofNanos(clock.getAsLong() - begun);
    LOG.debug("Daemon {} is up after {} ms: {}", daemon.pid(), took.toMillis(), key);
    listener.daemonStarted(key, daemon.pid(), took);
    perform(scheduler.started(daemon));
    var unused = client.onTermination().thenRun(() -> perform(scheduler.processExited(daemon)));
  }

  /** The launcher, which shows the daemon's process while the daemon is not ready yet. */
  private DaemonLauncher watching(PooledDaemon daemon) {
    return new DaemonLauncher() {
      @Override
      public DaemonProcess launch(LaunchSpec spec) {
        DaemonProcess process = launcher.launch(spec);
        daemon.launched(process);
        return process;
      }

      @Override
      public String name() {
        return launcher.name();
      }
    };
  }

  private void prepareStop(PooledDaemon daemon) {
    try {
      daemonThreads.execute(() -> stop(daemon));
    } catch (Throwable e) {
      LOG.debug("No thread to end a daemon on; it ends on this one", e);
      stop(daemon);
    }
  }

  private void stop(PooledDaemon daemon) {
    try {
      daemon.client().close();
    } catch (Throwable e) {
      LOG.error("Daemon {} could not be ended", daemon.pid(), e);
    }
    // Mostly at once; but on the daemon's reader thread close() cannot wait for the end.
    var unused = daemon.client().onTermination().thenRun(() -> perform(scheduler.stopped(daemon)));
  }

  private void retired(PooledDaemon daemon, RetirementCause cause) {
    if (cause.isFault()) {
      LOG.warn("Daemon {} retired: {}: {}", daemon.pid(), cause, daemon.group.key);
    } else {
      LOG.debug("Daemon {} retired: {}: {}", daemon.pid(), cause, daemon.group.key);
    }
    listener.daemonRetired(daemon.group.key, daemon.pid(), cause);
  }
}
