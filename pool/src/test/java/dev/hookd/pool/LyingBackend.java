package dev.hookd.pool;

import static dev.hookd.pool.PoolTesting.awaitUntil;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hookd.client.LaunchSpec;
import dev.hookd.client.LocalLauncher;
import dev.hookd.client.testing.TestPythons;
import dev.hookd.protocol.BuildBackend;
import dev.hookd.protocol.ConfigSettings;
import dev.hookd.protocol.DaemonRequest;
import dev.hookd.protocol.Hook;
import dev.hookd.protocol.HookArguments;
import dev.hookd.protocol.HookRequest;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** Projects of {@code lying_backend.py}, and pools that verify its calls. */
final class LyingBackend {

  final List<Verification> verifications = new CopyOnWriteArrayList<>();
  final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  final Path tree;
  final Path out;
  final Path scratch;
  final Path log;
  private final Path temporary;
  private final Path wait;

  LyingBackend(Path temporary) {
    this.temporary = temporary;
    tree = directory("tree");
    out = directory("out");
    scratch = directory("scratch");
    wait = directory("wait");
    directory("tmp");
    log = temporary.resolve("log");
  }

  /** A pool that verifies each call, and looks again without waiting for the clock. */
  DaemonPool pool() {
    return pool(PoolConfig.builder().maxDaemons(1), Duration.ZERO);
  }

  DaemonPool pool(PoolConfig.Builder config, Duration clockStep) {
    return pool(
        config,
        new ShadowVerifier.Settings(scratch, new TreeCopy.Limits(100, 1 << 20), 5, clockStep));
  }

  DaemonPool pool(PoolConfig.Builder config, ShadowVerifier.Settings settings) {
    return DaemonPool.builder(new LocalLauncher(temporary.resolve("scripts")))
        .config(config.verifyRate(1).daemon(PoolTesting.REAL_DAEMONS).build())
        .verification(settings)
        .meterRegistry(registry)
        .listener(
            new PoolListener() {
              @Override
              public void callVerified(
                  DaemonKey key, DaemonRequest request, Verification verification) {
                verifications.add(verification);
              }
            })
        .build();
  }

  DaemonKey key() {
    return key(LaunchSpec.of(TestPythons.PYTHON, variables()));
  }

  DaemonKey key(LaunchSpec launch) {
    return new DaemonKey("env", "lying_backend", launch);
  }

  Map<String, String> variables() {
    return Map.of(
        "PYTHONPATH",
        TestPythons.root().resolve("pool/src/test/python").toString(),
        "PYTHONDONTWRITEBYTECODE",
        "1",
        "TMPDIR",
        temporary.resolve("tmp").toString());
  }

  /** A call that keeps a log of its runs, with these settings in pairs. */
  HookRequest request(Hook hook, String... settings) {
    Map<String, String> all = new HashMap<>(Map.of("log", log.toString()));
    for (int i = 0; i < settings.length; i += 2) {
      all.put(settings[i], settings[i + 1]);
    }
    Path metadata = hook == Hook.PREPARE_METADATA_FOR_BUILD_WHEEL ? out : null;
    return HookRequest.of(
        tree,
        BuildBackend.of("lying_backend"),
        hook,
        new HookArguments(out, out, metadata, ConfigSettings.of(Map.copyOf(all))));
  }

  /** The same, with runs that wait for {@link #release}. */
  HookRequest waiting(Hook hook, String... settings) {
    String[] all =
        Stream.concat(Stream.of("wait", wait.toString()), Stream.of(settings))
            .toArray(String[]::new);
    return request(hook, all);
  }

  /** Waits until the n-th run waits, and returns its process id. */
  long awaitRun(int number) {
    Path started = wait.resolve(Integer.toString(number));
    awaitUntil("run " + number + " has begun", () -> Files.exists(started));
    return Long.parseLong(read(started).strip());
  }

  void release(int number) {
    write(wait.resolve(number + ".go"), "");
  }

  /** How each run was made, {@code forked} or {@code new}, and the directory it had. */
  List<String> runs() {
    return Files.exists(log) ? read(log).lines().toList() : List.of();
  }

  List<String> kindsOfRuns() {
    return runs().stream().map(run -> run.substring(0, run.indexOf(' '))).toList();
  }

  Verification verification() {
    assertThat(verifications).hasSize(1);
    return verifications.get(0);
  }

  double counted(Verification.Outcome outcome) {
    var counter =
        registry.find("hookd.pool.verifications").tag("outcome", outcome.label()).counter();
    return counter == null ? 0 : counter.count();
  }

  /** Closes the pool, and looks whether anything is left of it. */
  void closeAndLookForLeftovers(DaemonPool pool) throws IOException {
    pool.close();
    assertThat(entries(scratch)).isEmpty();
    assertThat(entries(temporary.resolve("tmp"))).isEmpty();
    assertThat(ProcessHandle.current().descendants().filter(ProcessHandle::isAlive)).isEmpty();
    awaitUntil(
        "no thread is left",
        () ->
            Thread.getAllStackTraces().keySet().stream()
                .noneMatch(
                    thread -> thread.getName().matches("hookd-(pool|reader|writer|stderr).*")));
  }

  static List<Path> entries(Path directory) {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void write(Path file, String content) {
    try {
      Files.writeString(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path directory(String name) {
    try {
      return Files.createDirectories(temporary.toRealPath().resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
