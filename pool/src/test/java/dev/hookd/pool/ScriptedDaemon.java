package dev.hookd.pool;

import dev.hookd.client.DaemonProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A daemon inside the JVM that speaks the extended dialect and does what the request's variable
 * {@code DO} says, so that a test reaches the pool through the real client.
 */
final class ScriptedDaemon implements DaemonProcess {

  /** What a daemon does before it serves. */
  enum Birth {
    WELL,
    EXITS_BEFORE_READY,
    NEVER_READY
  }

  private static final Pattern DO = Pattern.compile("\"DO\":\"([a-z-]+)(?::([0-9]+))?\"");

  private final long pid;
  private final Birth birth;
  private final Runnable lastAct;
  private final ByteQueue stdin = new ByteQueue();
  private final ByteQueue stdout = new ByteQueue();
  private final ByteQueue stderr = new ByteQueue();
  private final OutputStream out = stdout.output();
  private final CompletableFuture<Integer> exit = new CompletableFuture<>();
  private final Thread thread;
  private final AtomicInteger served = new AtomicInteger();
  private final AtomicBoolean exiting = new AtomicBoolean();
  private volatile boolean inHook;

  /**
   * @param lastAct runs once, before anybody can see that the daemon has exited: who is woken by
   *     the exit and starts another daemon must not find this one counted still
   */
  ScriptedDaemon(long pid, Birth birth, Runnable lastAct) {
    this.pid = pid;
    this.birth = birth;
    this.lastAct = lastAct;
    thread = new Thread(this::live, "scripted-daemon-" + pid);
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  int served() {
    return served.get();
  }

  Thread thread() {
    return thread;
  }

  /**
   * Waits for a hook that was told to {@code wait} or to be {@code stubborn}. A daemon that the
   * pool calls busy has not necessarily got its call yet.
   */
  void awaitHook() {
    PoolTesting.awaitUntil("the hook runs", () -> inHook);
  }

  /** Ends a hook that was told to {@code wait}, once it runs. */
  void finishHook() {
    awaitHook();
    inHook = false;
    try {
      byte[] line = "finish\n".getBytes(StandardCharsets.UTF_8);
      stdin.write(line, 0, line.length);
    } catch (IOException e) {
      throw new AssertionError("the daemon is gone", e);
    }
  }

  private void live() {
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(stdin.input(), StandardCharsets.UTF_8))) {
      exitWith(serve(in));
    } catch (IOException | IllegalStateException killed) {
      exitWith(137);
    }
  }

  private int serve(BufferedReader in) throws IOException {
    if (birth == Birth.EXITS_BEFORE_READY) {
      return 1;
    }
    if (birth == Birth.WELL) {
      say("READY");
    }
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      switch (line) {
        case "hello" ->
            say(
                "HELLO {\"protocol\":1,\"daemon\":\"scripted\",\"version\":\"1\",\"pid\":"
                    + pid
                    + ",\"python\":{\"implementation\":\"cpython\",\"version\":\"3.11.7\","
                    + "\"executable\":\"/python\"},\"platform\":\"linux\",\"features\":[\"run\"]}\n"
                    + "READY");
        case "run", "features" -> {
          Integer status = run(in, in.readLine());
          if (status != null) {
            return status;
          }
          served.incrementAndGet();
        }
        case "shutdown" -> {
          say("SHUTDOWN");
          return 0;
        }
        default -> {
          // A cancel that crossed its answer, or the end of a hook that is over.
        }
      }
    }
    return 0;
  }

  /** The exit status, if the daemon ends by it. */
  private @Nullable Integer run(BufferedReader in, String request) throws IOException {
    Matcher matcher = DO.matcher(request);
    String what = matcher.find() ? matcher.group(1) : "ok";
    switch (what) {
      case "ok" -> say(answer(request) + "\nREADY");
      case "spin" -> {
        long until = System.nanoTime() + Long.parseLong(matcher.group(2)) * 1_000;
        while (System.nanoTime() - until < 0) {
          Thread.onSpinWait();
        }
        say(answer(request) + "\nREADY");
      }
      case "error" -> say(error("no", false) + "\nREADY");
      case "preloaded" -> say(usage(matcher.group(2)) + "\n" + answer(request) + "\nREADY");
      case "preloaded-error" ->
          say(usage(matcher.group(2)) + "\n" + error("no", false) + "\nREADY");
      case "wait" -> {
        inHook = true;
        String line = in.readLine();
        if (line == null) {
          return 0;
        }
        say(line.equals("cancel") ? error("cancelled", true) : answer(request));
        say("READY");
      }
      case "stubborn" -> {
        inHook = true;
        while (in.readLine() != null) {
          // Hears the cancel, and the end of its input when it is killed.
        }
        return 0;
      }
      case "die" -> {
        return 137;
      }
      case "fatal" -> {
        say("FATAL {\"kind\":\"Broken\",\"message\":\"out of order\",\"traceback\":null}");
        return 70;
      }
      case "garbage" -> say("hello from setup.py");
      case "answer-and-stay" -> {
        say(answer(request) + "\nREADY");
        while (in.readLine() != null) {
          // Hears that it is to shut down, and stays until it is killed.
        }
        return 0;
      }
      case "answer-and-die" -> {
        say(answer(request) + "\nREADY");
        return 1;
      }
      default -> throw new IllegalStateException(what);
    }
    return null;
  }

  private String answer(String request) {
    return request.contains("build_wheel\",") && !request.contains("get_requires")
        ? "OK \"" + pid + "\""
        : "OK [\"" + pid + "\"]";
  }

  /** A hook that made use of that many modules imported ahead, at a millisecond each. */
  private static String usage(String modules) {
    return "USAGE {\"wall\":0.1,\"user\":0.1,\"system\":0,\"max_rss\":1,\"isolation\":\"fork\","
        + "\"preloaded\":"
        + modules
        + ",\"saved\":"
        + Integer.parseInt(modules) / 1e3
        + "}";
  }

  private static String error(String message, boolean cancelled) {
    return "ERROR {\"kind\":\"HookRuntimeError\",\"message\":\""
        + message
        + "\",\"exception\":null,\"traceback\":null,\"unsupported_operation\":false,"
        + "\"cancelled\":"
        + cancelled
        + "}";
  }

  private void say(String lines) throws IOException {
    byte[] bytes = (lines + "\n").getBytes(StandardCharsets.UTF_8);
    out.write(bytes, 0, bytes.length);
  }

  private void exitWith(int status) {
    if (!exiting.compareAndSet(false, true)) {
      return;
    }
    stdin.end();
    stdout.end();
    stderr.end();
    lastAct.run();
    exit.complete(status);
  }

  @Override
  public long pid() {
    return pid;
  }

  @Override
  public OutputStream stdin() {
    return stdin.output();
  }

  @Override
  public InputStream stdout() {
    return stdout.input();
  }

  @Override
  public InputStream stderr() {
    return stderr.input();
  }

  @Override
  public CompletableFuture<Integer> onExit() {
    return exit;
  }

  @Override
  public void killTree() {
    exitWith(137);
  }
}
