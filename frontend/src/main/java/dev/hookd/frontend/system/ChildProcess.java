package dev.hookd.frontend.system;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.InterruptedIOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Runs one short-lived process to its end: no standard input, both outputs in one bounded tail and
 * line by line to a listener; its process tree is killed on time-out, on interruption and when this
 * JVM exits.
 */
public final class ChildProcess {

  private static final int TAIL_LINES = 200;
  private static final int LINE_CHARS = 4096;

  /** How often a running process's output is looked for. */
  private static final Duration LOOK = Duration.ofMillis(20);

  /** How often somebody looks whether the process is still worth waiting for. */
  private static final Duration WATCH = Duration.ofSeconds(1);

  /**
   * How long the reader has for what is left of the output when the process is gone. It has nothing
   * to wait for; so much time needs only a listener that blocks.
   */
  private static final Duration LAST_OUTPUT = Duration.ofSeconds(30);

  private static final Duration KILL_WAIT = Duration.ofSeconds(10);

  /**
   * How a process ended.
   *
   * @param exitCode of the process; meaningless after a time-out
   * @param tail the last lines of its output
   */
  public record Outcome(int exitCode, boolean timedOut, List<String> tail) {
    /** Whether it ended in time and with status 0. */
    public boolean succeeded() {
      return exitCode == 0 && !timedOut;
    }

    /** The tail as one text. */
    public String output() {
      return String.join("\n", tail);
    }
  }

  private ChildProcess() {}

  /**
   * Runs the process and waits for its end.
   *
   * @param variables the process's whole environment
   * @throws IOException when it cannot be started
   * @throws InterruptedException when this thread was interrupted; nothing of the tree runs then
   */
  public static Outcome run(
      List<String> command,
      Path directory,
      Map<String, String> variables,
      Duration timeout,
      Consumer<String> lines)
      throws IOException, InterruptedException {
    return run(command, directory, variables, timeout, lines, process -> false);
  }

  /**
   * The same, with somebody who looks at the process every now and then, and may give it up: that
   * is like a time-out.
   */
  public static Outcome run(
      List<String> command,
      Path directory,
      Map<String, String> variables,
      Duration timeout,
      Consumer<String> lines,
      Predicate<ProcessHandle> hopeless)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectInput(new File("/dev/null"))
            .redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().putAll(variables);
    Process process = builder.start();
    Thread atExit = new Thread(() -> killTree(process), "hookd-kill-installer");
    boolean hooked = addShutdownHook(atExit);
    Tail tail = new Tail(lines);
    Thread reader =
        new Thread(
            () -> tail.drain(process), "hookd-output-of-" + Path.of(command.get(0)).getFileName());
    reader.setDaemon(true);
    reader.start();
    try {
      boolean ended = awaitEnd(process, timeout, hopeless);
      if (!ended) {
        killTree(process);
      }
      reader.join(LAST_OUTPUT.toMillis());
      return new Outcome(ended ? process.exitValue() : -1, !ended, tail.lines());
    } finally {
      if (process.isAlive()) {
        killTree(process);
      }
      if (hooked) {
        removeShutdownHook(atExit);
      }
    }
  }

  private static boolean awaitEnd(
      Process process, Duration timeout, Predicate<ProcessHandle> hopeless)
      throws InterruptedException {
    long end = System.nanoTime() + timeout.toNanos();
    while (true) {
      long left = end - System.nanoTime();
      if (process.waitFor(Math.min(left, WATCH.toNanos()), TimeUnit.NANOSECONDS)) {
        return true;
      }
      if (left <= 0 || hopeless.test(process.toHandle())) {
        return false;
      }
    }
  }

  private static boolean addShutdownHook(Thread hook) {
    try {
      Runtime.getRuntime().addShutdownHook(hook);
      return true;
    } catch (IllegalStateException e) {
      return false; // the JVM is on its way out already: the caller's interruption must do
    }
  }

  private static void removeShutdownHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The JVM is on its way out and the hook runs or has run: there is nothing left to kill.
    }
  }

  /** Kills the process and what it started, and waits until the process itself is gone. */
  private static void killTree(Process process) {
    killTree(process.toHandle());
    boolean interrupted = false;
    long deadline = System.nanoTime() + KILL_WAIT.toNanos();
    while (process.isAlive() && System.nanoTime() < deadline) {
      try {
        process.waitFor(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Children are listed before their parent dies, since afterwards nobody knows them. */
  private static void killTree(ProcessHandle parent) {
    List<ProcessHandle> children = parent.children().toList();
    parent.destroyForcibly();
    children.forEach(ChildProcess::killTree);
  }

  /**
   * A process's output, all of it, that ends with the process: a child that lives on may hold the
   * pipe for ever, and a read that waits for either cannot be told that the process is gone. So
   * nothing is read but what is there.
   */
  private static final class OwnOutput extends InputStream {
    private final Process process;
    private final InputStream pipe;

    /** Bytes that were in the pipe when the process was gone; -1 as long as it is not. */
    private int rest = -1;

    OwnOutput(Process process) {
      this.process = process;
      pipe = process.getInputStream();
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      while (rest < 0) {
        // First this: what the process has written is then in the pipe.
        boolean gone = !process.isAlive();
        int available = pipe.available();
        if (gone) {
          rest = available;
        } else if (available > 0) {
          return pipe.read(bytes, offset, Math.min(length, available));
        } else {
          awaitExit();
        }
      }
      int count = rest == 0 ? -1 : pipe.read(bytes, offset, Math.min(length, rest));
      rest -= Math.max(count, 0);
      return count;
    }

    private void awaitExit() throws IOException {
      try {
        process.waitFor(LOOK.toNanos(), TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException();
      }
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public void close() throws IOException {
      pipe.close();
    }
  }

  /** The last lines of an output, while it is read. */
  private static final class Tail {
    private final Deque<String> lines = new ArrayDeque<>();
    private final Consumer<String> listener;

    Tail(Consumer<String> listener) {
      this.listener = listener;
    }

    void drain(Process process) {
      try (Reader reader =
          new BufferedReader(
              new InputStreamReader(new OwnOutput(process), StandardCharsets.UTF_8))) {
        StringBuilder line = new StringBuilder();
        for (int c = reader.read(); c >= 0; c = reader.read()) {
          if (c == '\n') {
            add(line);
          } else if (c != '\r' && line.length() < LINE_CHARS) {
            line.append((char) c);
          }
        }
        if (line.length() > 0) {
          add(line);
        }
      } catch (IOException e) {
        // "Stream closed": the process was killed. Anything else a reader could act on shows in
        // the exit code; what was read so far is the tail.
        synchronized (this) {
          lines.add("(the rest of the output could not be read: " + e.getMessage() + ")");
        }
      }
    }

    private void add(StringBuilder line) {
      String text = line.toString();
      line.setLength(0);
      synchronized (this) {
        lines.add(text);
        if (lines.size() > TAIL_LINES) {
          lines.remove();
        }
      }
      listener.accept(text);
    }

    synchronized List<String> lines() {
      return List.copyOf(lines);
    }
  }
}
