package dev.hookd.client;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes to a daemon's standard input, in order, without ever blocking the caller.
 *
 * <p>A pipe that the reader has emptied takes 4 KiB at once on every system (POSIX: PIPE_BUF and
 * the smallest pipe that Linux makes), and a daemon that is {@code READY} has emptied it. So up to
 * that much is written on the caller's thread, which saves a hand-over to another core for each
 * call, and what is beyond it by a thread that lives as long as there is something left.
 */
final class OutboundWriter implements Closeable {

  private static final Logger LOG = LoggerFactory.getLogger(OutboundWriter.class);

  /** 4 KiB less room for one {@code cancel} that crossed an answer. */
  private static final int INLINE_BYTES = 4096 - 64;

  private final OutputStream out;
  private final String threadName;
  private final Consumer<IOException> onFailure;
  private final Queue<byte[]> queue = new ArrayDeque<>();
  private int sinceReady;
  private boolean writing;
  private boolean failed;
  private boolean closed;

  /**
   * @param onFailure called once at most, on the thread whose write failed; must not block
   */
  OutboundWriter(OutputStream out, String threadName, Consumer<IOException> onFailure) {
    this.out = out;
    this.threadName = threadName;
    this.onFailure = onFailure;
  }

  /** Writes these bytes now or soon; does nothing once a write has failed. */
  synchronized void write(byte[] bytes) {
    if (failed || closed) {
      return;
    }
    sinceReady += bytes.length;
    if (!writing && sinceReady <= INLINE_BYTES) {
      writeNow(bytes);
      return;
    }
    queue.add(bytes);
    if (!writing) {
      writing = true;
      Thread thread = new Thread(this::drain, threadName);
      thread.setDaemon(true);
      thread.start();
    }
  }

  /** The daemon has read all that was written. */
  synchronized void daemonIsReady() {
    sinceReady = 0;
  }

  /**
   * Closes the daemon's standard input. While a write is blocked there the stream cannot be closed
   * without waiting for it, so that the writing thread does it when it can.
   */
  @Override
  public synchronized void close() throws IOException {
    closed = true;
    if (!writing) {
      out.close();
    }
  }

  private void drain() {
    while (true) {
      byte[] next;
      synchronized (this) {
        if (failed || closed || queue.isEmpty()) {
          queue.clear();
          writing = false;
          if (closed) {
            closeQuietly();
          }
          return;
        }
        next = queue.remove();
      }
      writeNow(next); // outside the lock: this is the write that may block
    }
  }

  private void closeQuietly() {
    try {
      out.close();
    } catch (IOException e) {
      LOG.debug("The standard input of an ended daemon was closed with an error", e);
    }
  }

  private void writeNow(byte[] bytes) {
    try {
      out.write(bytes);
      out.flush();
    } catch (IOException e) {
      synchronized (this) {
        failed = true;
      }
      onFailure.accept(e);
    }
  }
}
