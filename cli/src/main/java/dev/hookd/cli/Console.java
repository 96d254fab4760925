package dev.hookd.cli;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The two outputs of the command: results go to standard output, and nothing else does; all other
 * words go to standard error. UTF-8. Thread-safe.
 */
final class Console {

  private static final String ERASE_LINE = "\r\u001b[K";

  private final OutputStream stdout;
  private final PrintStream stderr;
  private final Style resultStyle;
  private final Style messageStyle;
  private final boolean stderrIsTerminal;

  private @Nullable IOException failure;
  private boolean mute;

  /** The progress bar that stands on the terminal's last line; empty when there is none. */
  private String progress = "";

  Console(Surroundings surroundings) {
    this.stdout = new BufferedOutputStream(surroundings.stdout(), 1 << 14);
    // What cannot be said on standard error cannot be said anywhere: a PrintStream drops it.
    this.stderr = new PrintStream(surroundings.stderr(), true, StandardCharsets.UTF_8);
    this.resultStyle = Style.of(surroundings.stdoutIsTerminal(), surroundings.environment());
    this.messageStyle = Style.of(surroundings.stderrIsTerminal(), surroundings.environment());
    this.stderrIsTerminal = surroundings.stderrIsTerminal();
  }

  /** The style of standard output. */
  Style resultStyle() {
    return resultStyle;
  }

  /** The style of standard error. */
  Style messageStyle() {
    return messageStyle;
  }

  boolean stderrIsTerminal() {
    return stderrIsTerminal;
  }

  /**
   * Writes a line of the result.
   *
   * @throws OutputException if it cannot be written
   */
  void result(String line) {
    result((line + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /** Writes a part of the result as it is. */
  synchronized void result(byte[] bytes) {
    if (mute) {
      return;
    }
    eraseProgress();
    try {
      stdout.write(bytes);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** Hands what was written to its reader. */
  synchronized void flush() {
    if (mute) {
      return;
    }
    if (failure != null) {
      throw new OutputException(failure);
    }
    try {
      stdout.flush();
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** Writes a line to standard error. */
  synchronized void message(String line) {
    if (!mute) {
      eraseProgress();
      stderr.print(line + "\n");
      stderr.flush();
    }
  }

  /** Writes what a hook said to standard error, and ends its last line. */
  synchronized void hookOutput(String text) {
    if (!mute && !text.isEmpty()) {
      eraseProgress();
      stderr.print(text.endsWith("\n") ? text : text + "\n");
      stderr.flush();
    }
  }

  /** Shows the progress bar on the last line of the terminal, in place of the one before. */
  synchronized void progress(String line) {
    if (!mute) {
      stderr.print("\r" + line + "\u001b[K");
      stderr.flush();
      progress = line;
    }
  }

  /** Takes the progress bar off the terminal. */
  synchronized void endProgress() {
    if (!mute) {
      eraseProgress();
    }
  }

  /** Says nothing more: the person has left with Ctrl-C. */
  synchronized void mute() {
    eraseProgress();
    mute = true;
  }

  /** A writer to standard output, for picocli; its failures show at the next {@link #flush}. */
  PrintWriter resultWriter() {
    return new PrintWriter(
        new OutputStream() {
          @Override
          public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
          }

          @Override
          public void write(byte[] bytes, int offset, int length) {
            result(Arrays.copyOfRange(bytes, offset, offset + length));
          }
        },
        false,
        StandardCharsets.UTF_8);
  }

  /** A writer to standard error, for picocli. */
  PrintWriter messageWriter() {
    return new PrintWriter(stderr, true, StandardCharsets.UTF_8);
  }

  private void eraseProgress() {
    if (!progress.isEmpty()) {
      stderr.print(ERASE_LINE);
      stderr.flush();
      progress = "";
    }
  }

  private OutputException failed(IOException e) {
    if (failure == null) {
      failure = e;
    }
    return new OutputException(e);
  }
}
