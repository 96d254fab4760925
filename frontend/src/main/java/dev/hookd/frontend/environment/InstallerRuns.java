package dev.hookd.frontend.environment;

import dev.hookd.frontend.system.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs installers: a bounded number at once, in the caller's environment, heard by the listener.
 */
final class InstallerRuns {

  private static final Logger LOG = LoggerFactory.getLogger(InstallerRuns.class);

  /** Answers take moments, however short or long the work itself may take. */
  private static final Duration LONGEST_ANSWER = Duration.ofMinutes(5);

  private final Map<String, String> variables;
  private final Duration timeout;
  private final Duration stallLimit;
  private final Semaphore permits;
  private final Consumer<String> lines;

  InstallerRuns(EnvironmentsConfig config) {
    variables = InstallerOptions.variables(config.callerEnvironment());
    timeout = config.installTimeout();
    stallLimit = config.stallLimit();
    permits = new Semaphore(config.parallelism(), true);
    EnvironmentListener listener = config.listener();
    lines =
        line -> {
          LOG.trace("installer: {}", line);
          try {
            listener.output(line);
          } catch (RuntimeException e) {
            LOG.warn("an environment listener failed", e);
          }
        };
  }

  /** How long an installer may do nothing at all. */
  Duration stallLimit() {
    return stallLimit;
  }

  /** What installers see. */
  Map<String, String> variables() {
    return variables;
  }

  /**
   * Runs it with a temporary directory inside of {@code work}, for whoever removes that: a killed
   * installer removes nothing.
   */
  ChildProcess.Outcome run(List<String> command, Path work, Map<String, String> environment)
      throws IOException, InterruptedException {
    return run(command, work, environment, process -> false);
  }

  /** The same, with somebody who may give the installer up. */
  ChildProcess.Outcome run(
      List<String> command,
      Path work,
      Map<String, String> environment,
      Predicate<ProcessHandle> hopeless)
      throws IOException, InterruptedException {
    Map<String, String> seen = new TreeMap<>(environment);
    seen.put("TMPDIR", Files.createDirectories(work.resolve("tmp")).toString());
    permits.acquire();
    try {
      LOG.debug("runs {}", command.get(0));
      return ChildProcess.run(command, work, seen, timeout, lines, hopeless);
    } finally {
      permits.release();
    }
  }

  /** For a question, not for work: its output is nobody's progress. */
  ChildProcess.Outcome ask(List<String> command, Path work)
      throws IOException, InterruptedException {
    return ChildProcess.run(command, work, variables, LONGEST_ANSWER, line -> {});
  }
}
