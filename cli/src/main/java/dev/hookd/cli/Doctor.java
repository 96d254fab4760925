package dev.hookd.cli;

import dev.hookd.frontend.EnvironmentFailedException;
import dev.hookd.frontend.Hookd;
import dev.hookd.frontend.interpreter.FoundPython;
import dev.hookd.frontend.interpreter.PythonInterpreter;
import dev.hookd.frontend.interpreter.PythonInterpreters;
import dev.hookd.frontend.interpreter.PythonSource;
import dev.hookd.frontend.system.CacheDirectory;
import dev.hookd.frontend.system.DiskUse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Looks at this machine, one check at a time. */
final class Doctor {

  private static final long LITTLE_SPACE = 1L << 30;

  private static final String INSTALL = "install CPython 3.8 or newer, or name one with --python";
  private static final String UNUSED =
      "it is not used; 'hookd python list' shows what else there is";

  private final Session session;
  private final PythonProbe probe;

  Doctor(Session session) {
    this.session = session;
    this.probe = new PythonProbe(session.environment());
  }

  Check java() {
    Runtime runtime = Runtime.getRuntime();
    String version = System.getProperty("java.version");
    return Check.ok(
        "java",
        "%s (%s), heap up to %s"
            .formatted(version, System.getProperty("java.home"), size(runtime.maxMemory())),
        Map.of("version", version, "home", System.getProperty("java.home")));
  }

  Check system() {
    int cores = Runtime.getRuntime().availableProcessors();
    String system = System.getProperty("os.name") + " " + System.getProperty("os.version");
    return Check.ok(
        "system",
        "%s %s, %d cores".formatted(system, System.getProperty("os.arch"), cores),
        Map.of("os", system, "cores", cores));
  }

  /** The interpreter that is asked for, or all that this shell leads to. */
  List<Check> pythons(@Nullable String wanted) {
    PythonInterpreters interpreters =
        new PythonInterpreters(CacheDirectory.of(session.environment()), session.environment());
    if (wanted != null) {
      try {
        return checks(List.of(interpreters.find(wanted)));
      } catch (EnvironmentFailedException e) {
        return List.of(Check.problem("python", String.valueOf(e.getMessage()), INSTALL));
      }
    }
    List<FoundPython> found =
        interpreters.list(EnumSet.range(PythonSource.HOOKD_PYTHON, PythonSource.PATH));
    List<Check> checks =
        new ArrayList<>(
            checks(found.stream().flatMap(each -> each.interpreter().stream()).toList()));
    if (checks.isEmpty()) {
      checks.add(
          Check.problem(
              "python", found.isEmpty() ? "none on PATH" : "none on PATH can be used", INSTALL));
    }
    for (FoundPython each : found) {
      each.problem()
          .ifPresent(problem -> checks.add(Check.warn("python", problem, UNUSED, Map.of())));
    }
    return checks;
  }

  private List<Check> checks(List<PythonInterpreter> interpreters) {
    return probe.facts(interpreters).stream().map(Doctor::check).toList();
  }

  private static Check check(PythonProbe.Python python) {
    String value =
        "%s %s at %s, %s, %s"
            .formatted(
                python.implementation(),
                python.version(),
                python.executable(),
                python.pip() == null ? "no pip" : "pip " + python.pip(),
                python.canMakeEnvironments() ? "venv" : "no venv");
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("version", python.version());
    facts.put("executable", python.executable());
    facts.put("implementation", python.implementation());
    facts.put("pip", python.pip() == null ? "" : python.pip());
    facts.put("venv", python.canMakeEnvironments());
    if (!python.canMakeEnvironments()) {
      return Check.warn(
          "python",
          value,
          "its venv or ensurepip is missing (Debian: the package python3-venv), or use uv",
          facts);
    }
    return Check.ok("python", value, facts);
  }

  Check uv() {
    Optional<String> uv = probe.firstLine("uv", "--version");
    return uv.map(version -> Check.ok("uv", version, Map.of("version", version)))
        .orElseGet(
            () ->
                Check.warn(
                    "uv",
                    "not found",
                    "not needed, but it makes build environments several times faster than pip",
                    Map.of()));
  }

  /** Where environments are kept, and whether there is room. */
  Check cache(Path directory) {
    try {
      Path existing = directory;
      while (!Files.exists(existing) && existing.getParent() != null) {
        existing = existing.getParent();
      }
      long free = Files.getFileStore(existing).getUsableSpace();
      long used = existing.equals(directory) ? DiskUse.of(directory) : 0;
      String value = "%s, %s used, %s free".formatted(directory, size(used), size(free));
      if (!Files.isDirectory(existing) || !Files.isWritable(existing)) {
        return Check.problem(
            "cache",
            existing + " cannot be written to",
            "make it writable, or set HOOKD_CACHE_DIR to a directory that is");
      }
      Map<String, Object> facts =
          Map.of("directory", directory.toString(), "used_bytes", used, "free_bytes", free);
      return free < LITTLE_SPACE
          ? Check.warn(
              "cache", value, "make room, or set HOOKD_CACHE_DIR to a larger file system", facts)
          : Check.ok("cache", value, facts);
    } catch (IOException e) {
      return Check.problem(
          "cache", directory + ": " + e.getMessage(), "set HOOKD_CACHE_DIR to another directory");
    }
  }

  /** A whole call, end to end. */
  Check selfTest(Hookd hookd, @Nullable String python) {
    try {
      SelfTest.Times times = SelfTest.run(hookd, python);
      return Check.ok(
          "self-test",
          String.format(
              Locale.ROOT,
              "a hook answered in %.0f ms cold, %.1f ms warm",
              times.cold().toNanos() / 1e6,
              times.warm().toNanos() / 1e6),
          Map.of(
              "cold_seconds", JsonText.seconds(times.cold()),
              "warm_seconds", JsonText.seconds(times.warm())));
    } catch (IOException e) {
      return Check.problem(
          "self-test", String.valueOf(e), "make the directory for temporary files writable");
    } catch (RuntimeException e) {
      Failure failure = Failure.of(e);
      if (session.verbosity() == Verbosity.VERBOSE || session.debug()) {
        session.report(failure, "self-test");
      }
      return Check.problem(
          "self-test",
          failure.kind() + ": " + failure.message(),
          failure.hint() == null || failure.hint().contains("doctor")
              ? "run 'hookd doctor --verbose' for all that was said"
              : failure.hint());
    }
  }

  static String size(long bytes) {
    if (bytes < 1L << 20) {
      return (bytes >> 10) + " KiB";
    }
    return bytes < 1L << 30
        ? (bytes >> 20) + " MiB"
        : String.format(Locale.ROOT, "%.1f GiB", bytes / (double) (1L << 30));
  }
}
