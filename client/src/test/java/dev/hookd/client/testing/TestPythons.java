package dev.hookd.client.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The Python interpreters of this machine, and the checkout's files, for tests. */
public final class TestPythons {

  /** A real interpreter: {@code python3} may be a shim that costs as much as a build hook. */
  public static final Path PYTHON =
      ask(Path.of("python3"))
          .map(Interpreter::executable)
          .orElseThrow(() -> new IllegalStateException("the tests need python3 on the PATH"));

  private TestPythons() {}

  /** An interpreter, and what it calls itself, for example {@code cpython 3.11.7}. */
  public record Interpreter(Path executable, String version, int minor) {}

  /** The checkout that the tests belong to. */
  public static Path root() {
    String root = System.getProperty("hookd.root");
    if (root == null) {
      throw new IllegalStateException("the build sets the system property hookd.root");
    }
    return Path.of(root);
  }

  /** {@code rude_daemon.py}, {@code classic_daemon.py}... */
  public static Path fixture(String name) {
    return root().resolve("client/src/test/python").resolve(name);
  }

  /** Every CPython from 3.8 on, on the PATH and beside it, each version once. */
  public static List<Interpreter> all() {
    List<Path> candidates = new ArrayList<>();
    Path versions = Path.of(System.getProperty("user.home"), ".pyenv", "versions");
    if (Files.isDirectory(versions)) {
      try (DirectoryStream<Path> found = Files.newDirectoryStream(versions)) {
        found.forEach(version -> candidates.add(version.resolve("bin/python")));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    for (String directory : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
      for (int minor = 8; minor <= 20; minor++) {
        candidates.add(Path.of(directory, "python3." + minor));
      }
    }
    Map<String, Interpreter> byVersion = new LinkedHashMap<>();
    for (Path candidate : candidates) {
      if (Files.isExecutable(candidate)) {
        ask(candidate)
            .filter(python -> python.minor() >= 8)
            .ifPresent(python -> byVersion.putIfAbsent(python.version(), python));
      }
    }
    return List.copyOf(byVersion.values());
  }

  private static Optional<Interpreter> ask(Path python) {
    String program =
        "import os, sys; print(os.path.realpath(sys.executable));"
            + " print(sys.implementation.name, '.'.join(map(str, sys.version_info[:3])));"
            + " print(sys.version_info[1] if sys.version_info[0] == 3 else -1)";
    try {
      Process process =
          new ProcessBuilder(python.toString(), "-c", program)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      List<String> lines =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .toList();
      if (process.waitFor() != 0 || lines.size() != 3 || !lines.get(1).startsWith("cpython")) {
        return Optional.empty(); // a shim without a version behind it, or another implementation
      }
      return Optional.of(
          new Interpreter(Path.of(lines.get(0)), lines.get(1), Integer.parseInt(lines.get(2))));
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
