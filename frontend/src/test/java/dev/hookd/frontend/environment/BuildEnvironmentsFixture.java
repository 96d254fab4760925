package dev.hookd.frontend.environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.hookd.frontend.EnvironmentFailedException;
import dev.hookd.frontend.interpreter.PythonInterpreter;
import dev.hookd.frontend.system.CacheDirectory;
import dev.hookd.frontend.system.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Real interpreters and a real pip; the only index is a directory of wheels made here. */
abstract class BuildEnvironmentsFixture {

  @TempDir Path temp;
  Path cache;
  Path wheels;
  PythonInterpreter python;
  Map<String, String> caller;
  final Recorder recorder = new Recorder();

  /** Counts what was made. */
  static final class Recorder implements EnvironmentListener {
    private final List<String> events = new ArrayList<>();
    private final List<String> lines = new ArrayList<>();
    final CountDownLatch firstLine = new CountDownLatch(1);

    @Override
    public synchronized void resolving(EnvironmentSpec spec) {
      events.add("resolving");
    }

    @Override
    public synchronized void stale(
        EnvironmentSpec spec, Instant resolved, EnvironmentFailedException reason) {
      events.add("stale " + resolved);
    }

    @Override
    public synchronized void creating(EnvironmentSpec spec, Path root, int distributions) {
      events.add("creating " + distributions);
    }

    @Override
    public synchronized void created(
        EnvironmentSpec spec, BuildEnvironment environment, Duration elapsed) {
      events.add("created");
    }

    @Override
    public synchronized void output(String line) {
      lines.add(line);
      firstLine.countDown();
    }

    synchronized List<String> events() {
      return List.copyOf(events);
    }

    /** So far: a thread of the installer's output adds to them. */
    synchronized List<String> lines() {
      return List.copyOf(lines);
    }

    synchronized long count(String event) {
      return events.stream().filter(e -> e.startsWith(event)).count();
    }
  }

  @BeforeEach
  void prepare() throws IOException {
    cache = temp.resolve("cache");
    wheels = Files.createDirectories(temp.resolve("wheels"));
    python = Pythons.any(temp.resolve("probes"));
    caller = Pythons.offline(wheels);
    caller.put("TMPDIR", Files.createDirectory(temp.resolve("tmp")).toString());
  }

  /** JUnit would delete the links to the interpreter with a warning for each. */
  @AfterEach
  void cleanUp() throws IOException {
    assertThat(temp.resolve("tmp")).as("the caller's TMPDIR").isEmptyDirectory();
    DurableFiles.deleteTree(temp.resolve("cache"));
    DurableFiles.deleteTree(temp.resolve("venv"));
  }

  EnvironmentsConfig.Builder config() {
    return EnvironmentsConfig.builder(caller).cache(CacheDirectory.at(cache)).listener(recorder);
  }

  BuildEnvironments environments() {
    return new BuildEnvironments(config().build());
  }

  EnvironmentSpec spec(String... requirements) {
    return new EnvironmentSpec(python, List.of(requirements), InstallerKind.PIP);
  }

  EnvironmentFailedException failure(BuildEnvironments environments, EnvironmentSpec spec) {
    return catchThrowableOfType(EnvironmentFailedException.class, () -> environments.get(spec));
  }

  List<Path> leftovers() throws IOException {
    Path root = cache.resolve("environments");
    if (!Files.isDirectory(root)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(root, 2)) {
      return files
          .filter(p -> root.relativize(p).getNameCount() == 2)
          .filter(p -> !p.endsWith("used"))
          .filter(p -> !p.startsWith(root.resolve("locks")))
          .filter(p -> !p.startsWith(root.resolve("requests")))
          .toList();
    }
  }
}
