package dev.hookd.client;

import dev.hookd.protocol.ClientMessage;
import dev.hookd.protocol.DaemonMessage;
import dev.hookd.protocol.DaemonRequest;
import dev.hookd.protocol.Dialect;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One warm Python daemon: launched, shaken hands with, and asked one thing at a time.
 *
 * <p>Thread-safe; a second call while one is in progress is refused, not queued: that is the pool's
 * work.
 *
 * <p>One thread reads what the daemon says and drives the {@link Conversation} on the spot; a call
 * costs one write on the caller's thread and one completion on the reader's. All state changes
 * happen under one lock, which no read, no write that could block and no wait is done under.
 */
public final class HookDaemon implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(HookDaemon.class);

  private final LaunchSpec spec;
  private final HookDaemonConfig config;
  private final ScheduledExecutorService timer;
  private final DaemonChannel channel;
  private final AnnouncedFiles announcedFiles;
  private final CallOutcome outcome;
  private final CompletableFuture<DaemonInfo> handshake = new CompletableFuture<>();
  private final CompletableFuture<@Nullable Void> termination = new CompletableFuture<>();

  private final Object lock = new Object();
  private final Conversation conversation = new Conversation();
  private @Nullable PendingCall pending;

  /** No further call: the process has been killed, is about to be, or has ended. */
  private boolean doomed;

  private boolean closed;

  /** Why the handshake was not waited for any longer. */
  private @Nullable String givenUp;

  private volatile DaemonInfo info;

  private HookDaemon(
      DaemonProcess process,
      LaunchSpec spec,
      HookDaemonConfig config,
      ScheduledExecutorService timer) {
    this.spec = spec;
    this.config = config;
    this.timer = timer;
    this.info = new DaemonInfo(process.pid(), Dialect.CLASSIC, Optional.empty());
    this.announcedFiles = new AnnouncedFiles(process, config.outputTailBytes());
    this.channel = new DaemonChannel(process, config.limits(), new Events(), timer);
    this.outcome = new CallOutcome(channel);
  }

  /**
   * Launches a daemon and waits until it is ready. Asks for the extended dialect, and stays classic
   * with a daemon that does not know it. An interrupt ends the wait and is kept.
   *
   * @throws LaunchFailedException if no daemon came up in time
   */
  public static HookDaemon start(
      DaemonLauncher launcher, LaunchSpec spec, HookDaemonConfig config) {
    return start(launcher, spec, config, DaemonTimer.SHARED);
  }

  /**
   * The same with a timer of the caller's, which must outlive the daemon. Its tasks are short and
   * do not block.
   *
   * @throws LaunchFailedException if no daemon came up in time
   */
  public static HookDaemon start(
      DaemonLauncher launcher,
      LaunchSpec spec,
      HookDaemonConfig config,
      ScheduledExecutorService timer) {
    HookDaemon daemon = new HookDaemon(launcher.launch(spec), spec, config, timer);
    daemon.channel.start();
    daemon.awaitHandshake();
    return daemon;
  }

  private void awaitHandshake() {
    try {
      handshake.get(DaemonTimer.nanos(config.handshakeTimeout()), TimeUnit.NANOSECONDS);
      return;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof LaunchFailedException failed) {
        throw failed;
      }
      throw new IllegalStateException(e.getCause());
    } catch (TimeoutException e) {
      giveUp("not ready within %d ms".formatted(config.handshakeTimeout().toMillis()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      giveUp("the wait for it was interrupted");
    }
  }

  private void giveUp(String reason) {
    synchronized (lock) {
      givenUp = reason;
      doomed = true;
    }
    channel.kill();
    Waiting.untilDone(termination);
    throw launchFailure(new DaemonChannel.Ending(null, null, null));
  }

  private LaunchFailedException launchFailure(DaemonChannel.Ending ending) {
    String reason;
    Optional<String> fatal;
    synchronized (lock) {
      reason = givenUp;
      fatal = conversation.fatal();
    }
    return LaunchFailure.describe(
        spec, reason, ending, fatal.orElse(null), channel.carried(), channel.stderrTail());
  }

  /**
   * Starts a call.
   *
   * <p>What depends on the result's future runs on the daemon's reader thread unless it is made
   * asynchronous: it must not wait for this daemon.
   *
   * @param timeout how long it may take; {@code null}: as long as it likes
   * @throws IllegalStateException if a call is in progress, or the daemon is closed or dead
   * @throws UnsupportedRequestException if a classic daemon is asked for what it does not have: the
   *     features, extra variables, another source tree than the one it was started in, a fresh
   *     process
   */
  public HookCall submit(DaemonRequest request, @Nullable Duration timeout) {
    return submit(request, timeout, null);
  }

  /**
   * The same, followed by a listener of what the hook writes.
   *
   * @param live polled and finished by the caller; {@code null}: nobody follows
   */
  public HookCall submit(
      DaemonRequest request, @Nullable Duration timeout, @Nullable LiveOutput live) {
    if (info.dialect() == Dialect.CLASSIC) {
      ClassicLimits.check(request, spec);
    }
    synchronized (lock) {
      if (closed || doomed) {
        throw new IllegalStateException("the daemon is " + (closed ? "closed" : "dead"));
      }
      PendingCall call =
          new PendingCall(
              Exchange.describe(request), timeout, System.nanoTime(), live, this::cancel);
      channel.send(conversation.begin(request));
      pending = call;
      if (timeout != null) {
        call.arm(DaemonTimer.schedule(timer, timeout, () -> end(call, PendingCall.End.TIMEOUT)));
      }
      return call;
    }
  }

  /**
   * Runs a call and waits for its end. An interrupt cancels the call and is kept.
   *
   * @throws HookdException if the call failed
   * @throws IllegalStateException as {@link #submit}
   * @throws UnsupportedRequestException as {@link #submit}
   */
  public HookResult call(DaemonRequest request, @Nullable Duration timeout) {
    return Waiting.forResult(submit(request, timeout));
  }

  public DaemonInfo info() {
    return info;
  }

  /**
   * Whether the next {@link #submit} can succeed: alive, in step with the protocol, and not in a
   * call.
   */
  public boolean isIdle() {
    synchronized (lock) {
      return !closed && !doomed && conversation.state().isIdle();
    }
  }

  /** Whether the daemon can serve further calls, be it after the one in progress. */
  public boolean isUsable() {
    synchronized (lock) {
      return !closed && !doomed;
    }
  }

  /**
   * Completes, never exceptionally, when the daemon has ended for whatever cause and its process
   * tree and files are gone: before the result of the call that was in progress, if any.
   */
  public CompletableFuture<@Nullable Void> onTermination() {
    return termination.copy();
  }

  /** The last part of what the daemon itself has written to its standard error. Never blocks. */
  public OutputTail stderrTail() {
    return channel.stderrTail();
  }

  private void cancel(PendingCall call) {
    end(call, PendingCall.End.CANCEL);
  }

  private void end(PendingCall call, PendingCall.End reason) {
    synchronized (lock) {
      if (pending != call || !call.end(reason)) {
        return;
      }
      if (info.dialect() == Dialect.EXTENDED && !doomed) {
        channel.send(new ClientMessage.Cancel());
        call.arm(DaemonTimer.schedule(timer, config.cancelGrace(), () -> killDuring(call)));
        return;
      }
      doomed = true;
    }
    channel.kill();
  }

  private void killDuring(PendingCall call) {
    synchronized (lock) {
      if (pending != call) {
        return;
      }
      doomed = true;
    }
    channel.kill();
  }

  /**
   * Ends the daemon: a call in progress is cancelled, an idle daemon is asked to shut down, and the
   * process tree is killed after the grace time. Returns when no process, thread or file is left;
   * on the daemon's own reader thread, which cannot wait for itself, at once. Idempotent. An
   * interrupt does not shorten it and is kept.
   */
  @Override
  public void close() {
    PendingCall call;
    synchronized (lock) {
      closed = true;
      call = pending;
    }
    if (call != null) {
      cancel(call);
      if (!channel.isReaderThread()) {
        Waiting.untilDone(call.done());
      }
    }
    shutDown();
    if (channel.isReaderThread()) {
      Future<?> unused =
          DaemonTimer.schedule(timer, config.shutdownGrace(), this::killUnlessTerminated);
      return;
    }
    if (!Waiting.untilDone(termination, config.shutdownGrace())) {
      channel.kill();
      Waiting.untilDone(termination);
    }
    Waiting.join(channel);
  }

  private void shutDown() {
    synchronized (lock) {
      if (conversation.state().isIdle() && !doomed) {
        channel.send(conversation.shutdown());
      }
    }
  }

  private void killUnlessTerminated() {
    if (!termination.isDone()) {
      channel.kill();
    }
  }

  /** What the channel tells, on the reader thread. */
  private final class Events implements DaemonChannel.Listener {

    @Override
    public void received(DaemonMessage message) {
      PendingCall over = null;
      LiveOutput live;
      Conversation.Step step;
      synchronized (lock) {
        step = conversation.on(message);
        live = pending == null ? null : pending.live();
        if (step instanceof Conversation.Step.Send send) {
          channel.send(send.message());
        } else if (step instanceof Conversation.Step.Greeted) {
          info = new DaemonInfo(channel.pid(), conversation.dialect(), conversation.identity());
        } else if (step instanceof Conversation.Step.CallOver) {
          over = takePending();
        }
      }
      if (message instanceof DaemonMessage.Debug debug) {
        LOG.debug("Daemon {}: {}", channel.pid(), debug.text());
      } else if (live != null && message instanceof DaemonMessage.StdoutFile file) {
        follow(live, HookStream.STDOUT, file.path());
      } else if (live != null && message instanceof DaemonMessage.StderrFile file) {
        follow(live, HookStream.STDERR, file.path());
      } else if (step instanceof Conversation.Step.Greeted) {
        handshake.complete(info);
      } else if (over != null && step instanceof Conversation.Step.CallOver callOver) {
        outcome.answered(over, callOver.exchange(), announcedFiles.take(callOver.exchange()), info);
      }
    }

    private void follow(LiveOutput live, HookStream stream, String announced) {
      try {
        announcedFiles.find(announced).ifPresent(file -> live.announced(stream, file));
      } catch (RuntimeException e) { // of a launcher; the file is looked for again at the end
        LOG.debug("The output of a hook cannot be followed: {}", announced, e);
      }
    }

    @Override
    public void ended(DaemonChannel.Ending ending) {
      PendingCall call;
      Optional<Exchange> unfinished;
      boolean readyBefore;
      String fatal;
      synchronized (lock) {
        doomed = true;
        call = takePending();
        unfinished = conversation.end();
        readyBefore = handshake.isDone();
        fatal = conversation.fatal().orElse(null);
      }
      HookOutput output = unfinished.map(announcedFiles::take).orElse(HookOutput.EMPTY);
      if (!readyBefore) {
        handshake.completeExceptionally(launchFailure(ending));
      }
      termination.complete(null);
      if (call != null && unfinished.isPresent()) {
        Exchange exchange = unfinished.get();
        if (exchange.isAnswered() && ending.violation() == null) {
          outcome.answered(call, exchange, output, info);
        } else {
          outcome.ended(call, ending, fatal, output);
        }
      }
    }
  }

  private @Nullable PendingCall takePending() {
    PendingCall call = pending;
    pending = null;
    if (call != null) {
      call.disarm();
    }
    return call;
  }
}
