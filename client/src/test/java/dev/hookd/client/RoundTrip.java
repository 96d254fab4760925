package dev.hookd.client;

import dev.hookd.client.testing.TestPythons;
import dev.hookd.protocol.BuildBackend;
import dev.hookd.protocol.Hook;
import dev.hookd.protocol.HookArguments;
import dev.hookd.protocol.HookRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.Arrays;
import java.util.Map;

/**
 * Prints what a call of an empty hook costs through this client, and what of it is the daemon's.
 */
final class RoundTrip {

  private static final int WARM_UP = 500;
  private static final int CALLS = 500;

  private RoundTrip() {}

  /**
   * Measures.
   *
   * @param arguments an empty directory to work in, which is the caller's to delete
   */
  public static void main(String[] arguments) throws IOException {
    Path temporary = Files.createDirectories(Path.of(arguments[0])).toRealPath();
    LaunchSpec own =
        LaunchSpec.of(
            TestPythons.PYTHON,
            Map.of(
                "TMPDIR",
                temporary.toString(),
                "PYTHONPATH",
                Paths.get("scripts/hookd/backends").toAbsolutePath().toString()));
    HookRequest request =
        HookRequest.of(
            temporary,
            BuildBackend.of("ok_backend"),
            Hook.GET_REQUIRES_FOR_BUILD_SDIST,
            HookArguments.NONE);
    try (HookDaemon daemon = Daemons.start(temporary, own)) {
      long[] ours = new long[CALLS];
      long[] hooks = new long[CALLS];
      for (int i = -WARM_UP; i < CALLS; i++) {
        long start = System.nanoTime();
        HookResult result = daemon.call(request, Daemons.LONG);
        if (i >= 0) {
          ours[i] = System.nanoTime() - start;
          hooks[i] = result.usage().orElseThrow().wall().toNanos();
        }
      }
      print("call()", ours);
      print("of that the hook's process, as the daemon says", hooks);
    }
  }

  private static void print(String what, long[] nanos) {
    Arrays.sort(nanos);
    System.out.printf(
        "%-48s median %.3f ms, 10%% %.3f ms, 90%% %.3f ms%n",
        what, nanos[CALLS / 2] / 1e6, nanos[CALLS / 10] / 1e6, nanos[CALLS * 9 / 10] / 1e6);
  }
}
