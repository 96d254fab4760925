package dev.hookd.frontend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Hears from hooks that call {@code wait_for_test()} when they run, and when they are gone. */
final class HookWitness implements AutoCloseable {

  private static final int DEADLINE_MILLIS = 30_000;

  private final ServerSocket server;
  private final List<RunningHook> hooks = new ArrayList<>();

  HookWitness() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    server.setSoTimeout(DEADLINE_MILLIS);
  }

  /** What tells a hook where to report. */
  Map<String, String> variables() {
    return Map.of("WITNESS", String.valueOf(server.getLocalPort()));
  }

  /** Waits for the next hook that has come to {@code wait_for_test()}. */
  RunningHook awaitHook() throws IOException {
    Socket socket = server.accept();
    socket.setSoTimeout(DEADLINE_MILLIS);
    BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
    RunningHook hook = new RunningHook(socket, reader, Long.parseLong(reader.readLine()));
    hooks.add(hook);
    return hook;
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
      Optional<ProcessHandle> process = ProcessHandle.of(pid);
      if (process.isPresent()) {
        process.get().onExit().get(DEADLINE_MILLIS, TimeUnit.MILLISECONDS);
      }
    }
  }
}
