package dev.hookd.pool;

import dev.hookd.client.DaemonLauncher;
import dev.hookd.client.HookOutputListener;
import dev.hookd.client.HookResult;
import dev.hookd.client.HookdException;
import dev.hookd.client.LiveOutput;
import dev.hookd.protocol.DaemonRequest;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warm daemons for many keys behind one queue. Thread-safe.
 *
 * <p>Every call that is submitted gets exactly one outcome: a result, or one exception. These are
 * {@link dev.hookd.client.HookdException}s:
 *
 * <ul>
 *   <li>what the daemon or the hook did, as {@link dev.hookd.client.HookDaemon} tells it;
 *   <li>{@link PoolRejectedException}: the queue is full;
 *   <li>{@link WaitTimeoutException}: no daemon in time;
 *   <li>{@link dev.hookd.client.LaunchFailedException}: the key's daemons do not come up;
 *   <li>{@link dev.hookd.client.HookCancelledException}: the caller wanted no answer any more;
 *   <li>{@link PoolClosedException}: the pool is closed, or was before the call was through;
 *   <li>{@link dev.hookd.client.UnsupportedRequestException}: the key's daemon is a classic one,
 *       and cannot be asked for that.
 * </ul>
 *
 * <p>A daemon that dies under a hook that only computes, or whose caller allows it, does not fail
 * the call: it runs once more on another daemon.
 */
public final class DaemonPool implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(DaemonPool.class);

  /** On top of the grace times, within which each daemon ends: for a machine that is very busy. */
  private static final Duration END_MARGIN = Duration.ofSeconds(10);

  private final PoolConfig config;
  private final HookScheduler scheduler;
  private final PoolWorks works;
  private final Evictor evictor;
  private final PoolExecutors executors;
  private final Quarantine quarantine = new Quarantine();
  private final @Nullable MicrometerPoolListener meters;
  private final AtomicBoolean closing = new AtomicBoolean();
  private final CompletableFuture<@Nullable Void> closed = new CompletableFuture<>();

  private DaemonPool(Builder builder) {
    config = builder.config;
    scheduler = new HookScheduler(config, builder.clock, builder.random, quarantine);
    evictor = new Evictor(builder.clock, this::tick);
    executors = new PoolExecutors(config.maxDaemons());
    List<PoolListener> listeners = new ArrayList<>(builder.listeners);
    meters =
        builder.registry == null
            ? null
            : new MicrometerPoolListener(builder.registry, this::snapshot);
    if (meters != null) {
      listeners.add(meters);
    }
    PoolListener all = new Listeners(listeners);
    works =
        new PoolWorks(
            scheduler,
            builder.launcher,
            config.daemon(),
            builder.clock,
            all,
            executors.daemons,
            executors.callbacks,
            evictor::wakeAt,
            quarantine,
            new Verifications(
                scheduler,
                quarantine,
                builder.verification(),
                all,
                executors.verifiers,
                this::perform));
  }

  /**
   * A pool with the default limits, unless told otherwise.
   *
   * @param launcher how the daemons are started, for example a {@link
   *     dev.hookd.client.LocalLauncher}
   */
  public static Builder builder(DaemonLauncher launcher) {
    return new Builder(Objects.requireNonNull(launcher, "launcher"));
  }

  /**
   * Accepts a call. The future completes with the result, or exceptionally with the exception that
   * is the outcome, on a thread of the pool's. Cancelling it, or completing it in any other way,
   * cancels the call: in the queue, or in the daemon, which stays warm where it can.
   *
   * <p>Code that hangs on the future may take its time, but must not wait there for other futures
   * of this pool: there are only so many of these threads. Compose, or use {@link #call}.
   */
  public CompletableFuture<HookResult> submit(
      DaemonKey key, DaemonRequest request, CallOptions options) {
    return submit(key, request, options, false, null).future;
  }

  /**
   * Runs a call and waits for its outcome. An interrupt cancels the call and is kept.
   *
   * @throws HookdException the outcome, if it is not a result
   */
  public HookResult call(DaemonKey key, DaemonRequest request, CallOptions options) {
    return call(key, request, options, null);
  }

  /**
   * The same, followed by a listener of what the hook writes, which is told on this thread. The
   * runs of a verification are not told.
   *
   * @param output {@code null}: nobody follows, which costs nothing
   * @throws HookdException the outcome, if it is not a result
   */
  public HookResult call(
      DaemonKey key,
      DaemonRequest request,
      CallOptions options,
      @Nullable HookOutputListener output) {
    LiveOutput live = output == null ? null : new LiveOutput(output);
    PendingCall call = submit(key, request, options, true, live);
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return call.await();
        } catch (InterruptedException e) {
          interrupted = true;
          works.perform(scheduler.cancel(call));
        }
      }
    } finally {
      if (live != null) {
        live.finish();
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private PendingCall submit(
      DaemonKey key,
      DaemonRequest request,
      CallOptions options,
      boolean completedInline,
      @Nullable LiveOutput live) {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(request, "request");
    Objects.requireNonNull(options, "options");
    PoolFuture future = new PoolFuture();
    PendingCall call = new PendingCall(key, request, options, future, completedInline);
    call.live = live;
    future.onAbandon(() -> works.perform(scheduler.cancel(call)));
    works.perform(scheduler.submit(call));
    return call;
  }

  /** What the pool looks like now. */
  public PoolSnapshot snapshot() {
    return scheduler.snapshot();
  }

  /**
   * Lets calls of a backend run warm again, which were sent to fresh processes because a warm
   * answer was wrong: after a new release of the backend, for example. What is trusted again is
   * verified like any other.
   *
   * @param backend an entry of {@link PoolSnapshot#quarantined()}, whose reason does not count
   * @return whether it was quarantined
   */
  public boolean trustAgain(QuarantinedBackend backend) {
    return quarantine.remove(backend);
  }

  private void perform(List<Effect> effects) {
    works.perform(effects);
  }

  /** Does what is due by now; the evictor's work. */
  void tick() {
    works.perform(scheduler.tick());
  }

  /**
   * Closes the pool for good: no further call is accepted, those accepted go on for at most {@link
   * PoolConfig#drainTimeout()}, and are cancelled then. Returns when every call has its outcome and
   * no process, thread or file of the pool is left. An interrupt ends the draining, not the rest,
   * and is kept. A second call waits for the first one.
   *
   * <p>Not to be called from a {@link PoolListener}.
   */
  @Override
  public void close() {
    if (!closing.compareAndSet(false, true)) {
      closed.join();
      return;
    }
    boolean interrupted = false;
    try {
      works.perform(scheduler.drain());
      try {
        scheduler.awaitCalls(Nanos.of(config.drainTimeout()));
      } catch (InterruptedException e) {
        interrupted = true;
      }
      works.perform(scheduler.terminate());
      Duration grace =
          config.daemon().cancelGrace().plus(config.daemon().shutdownGrace()).plus(END_MARGIN);
      interrupted |= awaitEnd(grace);
      evictor.close();
      executors.shutdown();
      interrupted |= awaitFutures();
      interrupted |= awaitThreads();
    } finally {
      if (meters != null) {
        meters.close();
      }
      closed.complete(null);
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Tells whether it was interrupted, which does not shorten it. */
  private boolean awaitEnd(Duration grace) {
    Uninterrupted wait = new Uninterrupted(grace);
    if (!wait.until(scheduler::awaitDaemons)) {
      LOG.error("Daemons are left after {} ms: {}", grace.toMillis(), snapshot().counts());
    }
    works.perform(scheduler.abandonCalls());
    if (!wait.until(scheduler::awaitCalls)) {
      LOG.error("Calls are left without an outcome: {}", snapshot().counts());
    }
    return wait.interrupted();
  }

  /**
   * Every call has its outcome by now, but the future of one may still wait for a thread to
   * complete it. This one helps, since the others may be held up by strangers' code.
   */
  private boolean awaitFutures() {
    executors.helpCallbacks();
    Uninterrupted wait = new Uninterrupted(END_MARGIN);
    if (!wait.until(works::awaitHandedOver)) {
      LOG.error("Futures of calls are not complete after {} ms", END_MARGIN.toMillis());
    }
    return wait.interrupted();
  }

  private boolean awaitThreads() {
    Uninterrupted wait = new Uninterrupted(END_MARGIN);
    boolean ended =
        wait.until(scheduler::awaitVerifications)
            && wait.until(executors::awaitVerifiers)
            && wait.until(evictor::awaitEnd)
            && wait.until(executors::awaitDaemons);
    if (!ended) {
      LOG.error("Threads of the pool are left after {} ms", END_MARGIN.toMillis());
    }
    // The callbacks are strangers' code, and this may be one of them: they end when they end.
    return wait.interrupted();
  }

  /** Collects what a pool is made of. Not thread-safe. */
  public static final class Builder {

    private PoolConfig config = PoolConfig.defaults();
    private final DaemonLauncher launcher;
    private LongSupplier clock = System::nanoTime;
    private RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
    private final List<PoolListener> listeners = new ArrayList<>();
    private @Nullable MeterRegistry registry;
    private ShadowVerifier.@Nullable Settings verification;
    private Path scratch = Path.of(System.getProperty("java.io.tmpdir"));

    private Builder(DaemonLauncher launcher) {
      this.launcher = launcher;
    }

    /** Default: {@link PoolConfig#defaults()}. */
    public Builder config(PoolConfig value) {
      config = Objects.requireNonNull(value, "config");
      return this;
    }

    /** A monotonic clock in nanoseconds, of which only differences count. */
    public Builder clock(LongSupplier value) {
      clock = Objects.requireNonNull(value, "clock");
      return this;
    }

    /** What ages and waits are jittered with, and calls picked to be verified; under a lock. */
    public Builder random(RandomGenerator value) {
      random = Objects.requireNonNull(value, "random");
      return this;
    }

    /** One more listener. */
    public Builder listener(PoolListener value) {
      listeners.add(Objects.requireNonNull(value, "listener"));
      return this;
    }

    /** Where the pool's meters go, and are taken from when it closes. Default: nowhere. */
    public Builder meterRegistry(MeterRegistry value) {
      registry = Objects.requireNonNull(value, "registry");
      return this;
    }

    /**
     * Where calls are verified, in private directories that are deleted: a directory that exists
     * when the first one is. Default: the one for temporary files.
     */
    public Builder scratchDirectory(Path value) {
      scratch = Objects.requireNonNull(value, "scratch");
      return this;
    }

    /** For tests: other limits of a verification, its directory included. */
    Builder verification(ShadowVerifier.Settings value) {
      verification = value;
      return this;
    }

    private ShadowVerifier.Settings verification() {
      return verification == null ? ShadowVerifier.Settings.in(scratch) : verification;
    }

    /** Starts no daemon yet; the first call does. */
    public DaemonPool build() {
      return new DaemonPool(this);
    }
  }
}
