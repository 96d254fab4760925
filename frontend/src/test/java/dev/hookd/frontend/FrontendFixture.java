package dev.hookd.frontend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hookd.frontend.environment.InstallerKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A front end for each test, one cache for all, and the proof that nothing is left of either. */
abstract class FrontendFixture {

  private static final long DEADLINE_SECONDS = 30;

  /** Shared, so that the one empty environment is made once. */
  @TempDir static Path cache;

  @TempDir Path directory;
  HookWitness witness;
  private final List<Hookd> opened = new ArrayList<>();

  @BeforeEach
  void listen() throws IOException {
    witness = new HookWitness();
  }

  /** A front end without a network that works on so many projects at once. */
  Hookd.Builder builder(int parallelism) {
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.keySet().removeIf(name -> name.startsWith("PIP_") || name.startsWith("UV_"));
    environment.put("PIP_NO_INDEX", "1");
    environment.put("PIP_CONFIG_FILE", "/dev/null");
    return Hookd.builder().cacheDirectory(cache).environment(environment).parallelism(parallelism);
  }

  Hookd hookd(int parallelism) {
    return closedLater(builder(parallelism).build());
  }

  Hookd closedLater(Hookd hookd) {
    opened.add(hookd);
    return hookd;
  }

  /** Settings whose hooks can report to the {@link #witness}. */
  BuildSettings.Builder settings() {
    return BuildSettings.builder().installer(InstallerKind.PIP).environment(witness.variables());
  }

  Path tree(String... functions) {
    return Trees.of(directory.resolve("tree"), functions);
  }

  /** Takes something out of the shared cache. */
  static void forget(Path root) throws IOException {
    if (Files.exists(root)) {
      try (Stream<Path> files = Files.walk(root)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  @AfterEach
  void close_leavesNothing() throws Exception {
    for (Hookd hookd : opened) {
      hookd.close();
    }
    witness.close();
    for (ProcessHandle process : ProcessHandle.current().descendants().toList()) {
      Processes.awaitGone(process);
    }
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      // The timer is one for the JVM, and goes when it has had nothing to do for a while.
      if (thread.getName().startsWith("hookd-") && !thread.getName().equals("hookd-timer")) {
        thread.join(TimeUnit.SECONDS.toMillis(DEADLINE_SECONDS));
        assertThat(thread.isAlive()).as(thread.getName()).isFalse();
      }
    }
    assertThat(names(cache.resolve("users"))).isEmpty();
  }

  static List<String> names(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
    }
  }

  static Throwable failureOf(CompletableFuture<?> future) throws Exception {
    try {
      Object result = future.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
      throw new AssertionError("expected a failure, got: " + result);
    } catch (ExecutionException e) {
      return Objects.requireNonNull(e.getCause());
    }
  }
}
