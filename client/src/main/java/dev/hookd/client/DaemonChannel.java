package dev.hookd.client;

import dev.hookd.protocol.ClientMessage;
import dev.hookd.protocol.DaemonMessage;
import dev.hookd.protocol.ProtocolCodec;
import dev.hookd.protocol.ProtocolException;
import dev.hookd.protocol.ProtocolLimits;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The process of a daemon with its three streams: hands each message to its listener on the reader
 * thread, and tells the listener once that the process is gone, its descendants with it, and
 * nothing of it left.
 */
final class DaemonChannel {

  private static final Logger LOG = LoggerFactory.getLogger(DaemonChannel.class);

  private static final int READ_BYTES = 16 << 10;
  private static final int STDERR_TAIL_BYTES = 64 << 10;

  /** How long after the end of its output a process may take to end by itself. */
  private static final long EXIT_MILLIS = 1_000;

  /** How long a killed process may take to be gone. */
  private static final long KILLED_MILLIS = 5_000;

  /** How long after a process's end its output may stay open: somebody else holds it then. */
  private static final long STRAY_MILLIS = 500;

  /** On the reader thread, but for {@link #ended} when that thread cannot be had. */
  interface Listener {

    /**
     * The daemon has said something.
     *
     * @throws ProtocolException if the daemon may not say that now
     */
    void received(DaemonMessage message);

    /** Once. */
    void ended(Ending ending);
  }

  /**
   * How a daemon ended.
   *
   * @param violation what it said against the protocol
   * @param failure the read or write that failed
   * @param exitStatus {@code null} when it is not known
   */
  record Ending(
      @Nullable ProtocolException violation,
      @Nullable IOException failure,
      @Nullable Integer exitStatus) {}

  private final DaemonProcess process;
  private final ProtocolCodec codec;
  private final Listener listener;
  private final ScheduledExecutorService timer;
  private final OutboundWriter writer;
  private final CarriedOutput carried = new CarriedOutput();
  private final TailBuffer stderr = new TailBuffer(STDERR_TAIL_BYTES);
  private final Thread reader;
  private final Thread stderrDrain;
  private final AtomicBoolean ended = new AtomicBoolean();
  private volatile @Nullable IOException failure;

  /** What the daemon says while its children are being killed is no answer to anything. */
  private volatile boolean killing;

  DaemonChannel(
      DaemonProcess process,
      ProtocolLimits limits,
      Listener listener,
      ScheduledExecutorService timer) {
    this.process = process;
    this.codec = new ProtocolCodec(limits);
    this.listener = listener;
    this.timer = timer;
    this.writer =
        new OutboundWriter(process.stdin(), "hookd-writer-" + process.pid(), this::writeFailed);
    this.reader = daemonThread(this::read, "hookd-reader-" + process.pid());
    this.stderrDrain = daemonThread(this::drainStderr, "hookd-stderr-" + process.pid());
  }

  private static Thread daemonThread(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  void start() {
    stderrDrain.start();
    reader.start();
    Future<?> unused = process.onExit().whenComplete((status, error) -> later(this::endStrays));
  }

  /** Writes a message without blocking; what follows from a failure is the end of the daemon. */
  void send(ClientMessage message) {
    writer.write(codec.encode(message));
  }

  void kill() {
    killing = true;
    process.killTree();
  }

  long pid() {
    return process.pid();
  }

  /** The last part of the daemon's standard error. */
  OutputTail stderrTail() {
    return stderr.tail();
  }

  /** The first part of what the daemon said since it was last ready. */
  String carried() {
    return carried.text();
  }

  boolean isReaderThread() {
    return Thread.currentThread() == reader;
  }

  /** Waits for the end of the two threads, if it can be had: a stray process may hold a stream. */
  void join() throws InterruptedException {
    reader.join(EXIT_MILLIS);
    stderrDrain.join(EXIT_MILLIS);
  }

  private void writeFailed(IOException e) {
    failure = e;
    killing = true;
    timer.execute(process::killTree); // not here: the writer may be inside of its caller's locks
  }

  private void read() {
    @Nullable ProtocolException violation = null;
    byte[] chunk = new byte[READ_BYTES];
    InputStream stdout = process.stdout();
    try {
      for (int length = stdout.read(chunk); length >= 0; length = stdout.read(chunk)) {
        feed(chunk, length);
      }
    } catch (ProtocolException e) {
      violation = e;
    } catch (IOException e) {
      failure = e;
    } catch (RuntimeException e) {
      // A defect on this side; that a call hangs would be another one.
      LOG.error("What daemon {} said could not be processed", process.pid(), e);
      violation = new ProtocolException("what the daemon said could not be processed: " + e, e);
    }
    if (violation != null) {
      process.killTree();
    }
    close(stdout);
    finish(violation);
    codec.close(); // last, for until the listener knows of the end it may send
  }

  /** Line by line, so that what a violation carried begins behind the last READY exactly. */
  private void feed(byte[] chunk, int length) {
    int start = 0;
    while (start < length) {
      int end = start;
      while (end < length && chunk[end] != '\n') {
        end++;
      }
      end = Math.min(end + 1, length);
      byte[] line = Arrays.copyOfRange(chunk, start, end);
      carried.append(line, line.length);
      codec.feed(line, line.length, this::received);
      start = end;
    }
  }

  private void received(DaemonMessage message) {
    if (killing
        && !(message instanceof DaemonMessage.StdoutFile)
        && !(message instanceof DaemonMessage.StderrFile)) {
      return; // but files are to be deleted also when they were announced just before
    }
    if (message instanceof DaemonMessage.Ready) {
      writer.daemonIsReady();
    }
    listener.received(message);
    if (message instanceof DaemonMessage.Ready) {
      carried.clear();
    }
  }

  private void drainStderr() {
    byte[] chunk = new byte[READ_BYTES];
    InputStream in = process.stderr();
    try {
      for (int length = in.read(chunk); length >= 0; length = in.read(chunk)) {
        stderr.append(chunk, length);
      }
    } catch (IOException e) {
      LOG.debug("The standard error of daemon {} ended early", process.pid(), e);
    }
  }

  /**
   * The process has ended, yet its output has not: a process that is no descendant any more holds
   * it. The launcher kills those it can find; if that does not help, the daemon ends without it.
   */
  private void endStrays() {
    if (ended.get()) {
      return;
    }
    process.killTree();
    later(
        () -> {
          if (!ended.get()) {
            LOG.warn("The output of daemon {} is held by a stray process", process.pid());
            finish(null);
          }
        });
  }

  private void later(Runnable task) {
    Future<?> unused = DaemonTimer.schedule(timer, Duration.ofMillis(STRAY_MILLIS), task);
  }

  private void finish(@Nullable ProtocolException violation) {
    if (!ended.compareAndSet(false, true)) {
      return;
    }
    Integer status = exitStatus(EXIT_MILLIS);
    process.killTree(); // of an ended process, too: it may have left some behind
    if (status == null) {
      status = exitStatus(KILLED_MILLIS);
    }
    close(writer);
    joinStderr();
    listener.ended(new Ending(violation, failure, status));
  }

  private @Nullable Integer exitStatus(long millis) {
    try {
      return process.onExit().get(millis, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return null;
    } catch (ExecutionException e) {
      LOG.warn("The exit status of daemon {} is not known", process.pid(), e);
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  private void joinStderr() {
    try {
      stderrDrain.join(STRAY_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (!stderrDrain.isAlive()) {
      close(process.stderr());
    }
  }

  private void close(Closeable stream) {
    try {
      stream.close();
    } catch (IOException e) {
      LOG.debug("A stream of daemon {} was closed with an error", process.pid(), e);
    }
  }
}
