package dev.hookd.frontend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Hears from hooks that call {@code wait_for_test()} when they run, and when they are gone. */
final class HookWitness implements AutoCloseable {

  private static final int DEADLINE_MILLIS = 30_000;
  private static final int LOOK_MILLIS = 20;

  private final ServerSocket server;
  private final List<RunningHook> hooks = new ArrayList<>();

  HookWitness() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  /** What tells a hook where to report. */
  Map<String, String> variables() {
    return Map.of("WITNESS", String.valueOf(server.getLocalPort()));
  }

  /** Waits for the next hook that has come to {@code wait_for_test()}. */
  RunningHook awaitHook() throws IOException {
    server.setSoTimeout(DEADLINE_MILLIS);
    while (true) {
      Optional<RunningHook> hook = accept();
      if (hook.isPresent()) {
        return hook.get();
      }
    }
  }

  /** Waits for the next hook as well, but no longer than the work lasts that is to run it. */
  Optional<RunningHook> awaitHookOf(Future<?> work) throws IOException {
    server.setSoTimeout(LOOK_MILLIS);
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(DEADLINE_MILLIS);
    while (true) {
      boolean done = work.isDone(); // before looking: whoever reported while it ran is found
      try {
        Optional<RunningHook> hook = accept();
        if (hook.isPresent()) {
          return hook;
        }
      } catch (SocketTimeoutException e) {
        if (done) {
          return Optional.empty();
        }
        if (System.nanoTime() - deadline > 0) {
          throw e;
        }
      }
    }
  }

  /** The hook that reports next; empty if it was killed before it could say who it is. */
  private Optional<RunningHook> accept() throws IOException {
    Socket socket = server.accept();
    socket.setSoTimeout(DEADLINE_MILLIS);
    BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
    String pid;
    try {
      pid = reader.readLine();
    } catch (SocketException e) {
      pid = null; // a reset
    }
    if (pid == null) {
      socket.close();
      return Optional.empty();
    }
    RunningHook hook = new RunningHook(socket, reader, Long.parseLong(pid));
    hooks.add(hook);
    return Optional.of(hook);
  }

  @Override
  public void close() throws IOException {
    for (RunningHook hook : hooks) {
      hook.socket.close();
    }
    server.close();
  }

  record RunningHook(Socket socket, BufferedReader reader, long pid) {

    /** Lets the hook go on. */
    void release() throws IOException {
      socket.getOutputStream().write('\n');
    }

    /** Waits until the hook's process has ended without having been released. */
    void awaitGone() throws Exception {
      try {
        assertThat(reader.read()).isEqualTo(-1);
      } catch (SocketException e) {
        assertThat(e).hasMessageContaining("reset"); // gone as well
      }
      Processes.awaitGone(pid);
    }
  }
}
