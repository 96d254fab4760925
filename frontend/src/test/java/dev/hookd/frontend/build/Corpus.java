package dev.hookd.frontend.build;

import dev.hookd.frontend.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The pinned sdists of {@code scripts/corpus}, in the cache directory. */
record Corpus(Path directory, Path oraclePython, String problem) {

  private static final Path SCRIPTS = Path.of(System.getProperty("hookd.root"), "scripts/corpus");

  private static final Duration LIMIT = Duration.ofMinutes(15);

  /** What the scripts end with when the package index did not give what was asked of it. */
  private static final int UNAVAILABLE = 75;

  /** Downloads what is missing. Where the index does not give it, {@link #problem} says so. */
  static Corpus fetch() throws IOException, InterruptedException {
    Run sdists = run(SCRIPTS.resolve("fetch"));
    Run oracle = run(SCRIPTS.resolve("oracle-venv"));
    String problem = sdists.status != 0 ? sdists.errors : oracle.status != 0 ? oracle.errors : "";
    return new Corpus(Path.of(sdists.output.strip()), Path.of(oracle.output.strip()), problem);
  }

  boolean isComplete() {
    return problem.isEmpty();
  }

  /** The sdists that are on the list, and no others that lie beside them. */
  List<CorpusSdist> sdists() throws IOException {
    return Files.readAllLines(SCRIPTS.resolve("sdists.txt")).stream()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .map(line -> CorpusSdist.parse(line, directory))
        .toList();
  }

  Oracle startOracle() throws IOException {
    return Oracle.start(oraclePython, SCRIPTS.resolve("oracle.py"));
  }

  private record Run(int status, String output, String errors) {}

  private static Run run(Path script) throws IOException, InterruptedException {
    Path output = Files.createTempFile("corpus-", ".out");
    Path errors = Files.createTempFile("corpus-", ".log");
    try {
      Process process =
          new ProcessBuilder(List.of(script.toString()))
              .redirectOutput(output.toFile())
              .redirectError(errors.toFile())
              .start();
      process.getOutputStream().close();
      if (!Processes.endsIn(process, LIMIT)) {
        throw new AssertionError(
            script + " did not end in " + LIMIT + ": " + Files.readString(errors));
      }
      Run run = new Run(process.exitValue(), Files.readString(output), Files.readString(errors));
      if (run.status != 0 && run.status != UNAVAILABLE) {
        throw new AssertionError(script + " failed: " + run.errors);
      }
      return run;
    } finally {
      Files.delete(output);
      Files.delete(errors);
    }
  }
}
