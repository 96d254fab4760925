package dev.hookd.frontend.environment;

import dev.hookd.frontend.interpreter.PythonInterpreter;
import dev.hookd.frontend.interpreter.PythonInterpreters;
import dev.hookd.frontend.system.CacheDirectory;
import dev.hookd.frontend.system.ChildProcess;
import dev.hookd.frontend.system.SearchPath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The interpreters of this machine, and environments to run installers in without a network. */
public final class Pythons {

  private Pythons() {}

  static PythonInterpreter any(Path cache) {
    return new PythonInterpreters(CacheDirectory.at(cache), System.getenv()).findDefault();
  }

  /** 3.8 to 3.14, from pyenv's versions and from PATH; each minor version once, oldest first. */
  static List<Path> all() throws IOException {
    TreeMap<Integer, Path> found = new TreeMap<>();
    Path versions = Path.of(System.getProperty("user.home"), ".pyenv", "versions");
    if (Files.isDirectory(versions)) {
      try (Stream<Path> entries = Files.list(versions)) {
        for (Path version : entries.toList()) {
          String name = String.valueOf(version.getFileName());
          if (name.matches("3\\.(8|9|1\\d)\\..*") && Files.exists(version.resolve("bin/python"))) {
            found.put(Integer.valueOf(name.split("\\.", 3)[1]), version.resolve("bin/python"));
          }
        }
      }
    }
    for (int minor = 8; minor <= 14; minor++) {
      int key = minor;
      SearchPath.find(System.getenv(), "python3." + minor).stream()
          .filter(path -> !path.toString().contains("/shims/"))
          .findFirst()
          .ifPresent(path -> found.putIfAbsent(key, path));
    }
    return new ArrayList<>(found.values());
  }

  /** Of {@link #all}; at least one. */
  public static List<Path> oldestAndNewest() throws IOException {
    return of(0, -1);
  }

  /** Of {@link #all}; at least one. */
  static List<Path> oldestMiddleAndNewest() throws IOException {
    return of(0, all().size() / 2, -1);
  }

  /** Of {@link #all} those with these numbers, once each; -1 is the last. */
  private static List<Path> of(int... numbers) throws IOException {
    List<Path> all = all();
    if (all.isEmpty()) {
      throw new IllegalStateException("no Python 3.8 to 3.14 on this machine");
    }
    return IntStream.of(numbers)
        .mapToObj(number -> all.get(number < 0 ? all.size() - 1 : number))
        .distinct()
        .toList();
  }

  /** This process's environment without its own pip options; the only index is a directory. */
  static Map<String, String> offline(Path wheels) {
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.keySet().removeIf(name -> name.startsWith("PIP_") || name.startsWith("UV_"));
    environment.keySet().removeIf(name -> name.equals("VIRTUAL_ENV"));
    environment.put("PIP_NO_INDEX", "1");
    environment.put("PIP_FIND_LINKS", wheels.toString());
    environment.put("PIP_CONFIG_FILE", "/dev/null");
    environment.put("UV_NO_CONFIG", "1");
    environment.put("UV_OFFLINE", "1");
    environment.put("UV_FIND_LINKS", wheels.toString());
    return environment;
  }

  /** What this Python prints for this code, with these variables and no others. */
  static String print(BuildEnvironment environment, String code) {
    try {
      ChildProcess.Outcome outcome =
          ChildProcess.run(
              List.of(environment.python().toString(), "-c", code),
              environment.root(),
              environment.variables(),
              Duration.ofSeconds(60),
              line -> {});
      return outcome.output();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
