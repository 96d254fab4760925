package dev.hookd.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Inputs read from a stream, a line each. Read by a thread of its own: a read of standard input
 * cannot be interrupted, and outcomes are to be handed over while the next input is awaited. It
 * reads ahead no more than a few lines.
 */
final class InputLines implements InputRequest.Source {

  private static final int AHEAD = 64;

  private final InputStream stream;
  private final byte end;
  private final Runnable onChange;
  private final BlockingQueue<InputRequest> ahead = new ArrayBlockingQueue<>(AHEAD);
  private boolean started;
  private volatile boolean atEnd;
  private volatile @Nullable Throwable failure;

  /**
   * @param end what ends a line: a line feed, before which a carriage return is dropped, or NUL
   * @param onChange called from another thread when an input has come or the stream has ended
   */
  InputLines(InputStream stream, byte end, Runnable onChange) {
    this.stream = stream;
    this.end = end;
    this.onChange = onChange;
  }

  @Override
  public @Nullable InputRequest poll() {
    if (!started) {
      started = true;
      Thread reader = new Thread(this::read, "hookd-stdin");
      reader.setDaemon(true); // it may wait for a line that never comes
      reader.start();
    }
    return ahead.poll();
  }

  /** Also after a failure to read, which {@link #throwFailure} then throws. */
  @Override
  public boolean isExhausted() {
    return atEnd && ahead.isEmpty();
  }

  /**
   * @throws StreamFailedException if the stream could not be read to its end
   */
  void throwFailure() {
    Throwable cause = failure;
    if (cause != null) {
      throw new StreamFailedException(
          "cannot read standard input: " + cause.getMessage(),
          "the inputs read before are answered",
          cause);
    }
  }

  @SuppressWarnings("CatchingUnchecked") // whoever waits must learn of an Error, too
  private void read() {
    try {
      InputLine line = new InputLine();
      byte[] buffer = new byte[1 << 14];
      int length;
      while ((length = stream.read(buffer)) >= 0) {
        int start = 0;
        for (int i = 0; i < length; i++) {
          if (buffer[i] == end) {
            line.append(buffer, start, i - start);
            hand(line);
            start = i + 1;
          }
        }
        line.append(buffer, start, length - start);
      }
      hand(line);
    } catch (InterruptedException | IOException | RuntimeException | Error e) {
      failure = e;
    } finally {
      atEnd = true;
      onChange.run();
    }
  }

  private void hand(InputLine line) throws InterruptedException {
    InputRequest input = line.take(end == '\n');
    if (input != null) {
      ahead.put(input);
      onChange.run();
    }
  }
}
