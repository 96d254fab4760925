package dev.hookd.frontend.build;

import dev.hookd.protocol.Hook;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One hook of one sdist, run by a warm daemon and by a fresh process.
 *
 * @param differences what is not equal, with the values of both sides; all of it when {@code
 *     random}, and otherwise only what fresh processes agree on among themselves
 * @param random whether fresh processes differ from each other wherever the two sides differ
 * @param fresh the first fresh run
 */
record Comparison(
    Hook hook,
    SortedMap<String, String> differences,
    boolean random,
    WarmSide.Run warm,
    Outcome fresh) {

  /**
   * So many fresh runs are made to see one of them differ. What hash randomisation turns around in
   * half of all processes stays hidden once in 512 times.
   */
  private static final int MAX_FRESH_RUNS = 10;

  /** And for so long, in which a clock of whole seconds has gone on twice. */
  private static final long FRESH_RUNS_NANOS = Duration.ofSeconds(2).toNanos();

  /**
   * Compares.
   *
   * @param made is shown the directory that the hook made something in, if it did not fail
   */
  static Comparison of(
      CorpusProject project, Hook hook, WarmSide warmSide, FreshSide freshSide, Made made)
      throws IOException, InterruptedException {
    PristineTree tree = project.tree();
    try {
      tree.restore();
      WarmSide.Run warm = warmSide.run(tree, project.backend(), project.environmentFor(hook), hook);
      Outcome fresh = freshRun(project, hook, freshSide, warm);
      SortedMap<String, String> differences = warm.outcome().differencesTo(fresh);
      SortedMap<String, String> unexplained = new TreeMap<>(differences);
      long begin = System.nanoTime();
      for (int runs = 1;
          !unexplained.isEmpty()
              && (runs < MAX_FRESH_RUNS || System.nanoTime() - begin < FRESH_RUNS_NANOS);
          runs++) {
        if (runs == 1) {
          awaitNextSecond(); // what differs is the time in archives, mostly
        }
        Outcome again = freshRun(project, hook, freshSide, warm);
        unexplained.keySet().removeAll(fresh.differencesTo(again).keySet());
      }
      if (fresh.failure() == null) {
        made.look(tree.outputDirectory().resolve(hook.wireName()));
      }
      boolean random = unexplained.isEmpty() && !differences.isEmpty();
      return new Comparison(hook, random ? differences : unexplained, random, warm, fresh);
    } finally {
      tree.restore(); // what was built may be large, and its turn may not come again soon
    }
  }

  private static void awaitNextSecond() throws InterruptedException {
    Instant next = Instant.now().truncatedTo(ChronoUnit.SECONDS).plusSeconds(1);
    for (Instant now = Instant.now(); now.isBefore(next); now = Instant.now()) {
      Thread.sleep(Duration.between(now, next).plusMillis(1).toMillis());
    }
  }

  /** Looks at what a hook has made, before it is deleted. */
  interface Made {
    void look(Path directory) throws IOException;
  }

  private static Outcome freshRun(
      CorpusProject project, Hook hook, FreshSide freshSide, WarmSide.Run warm)
      throws IOException, InterruptedException {
    project.tree().restore();
    return freshSide.run(
        project.tree(),
        project.backend(),
        project.environmentFor(hook),
        hook,
        warm.outcome().failure());
  }

  /** How both sides failed; {@code null} when they did not. */
  @Nullable Failure failure() {
    return warm.outcome().failure();
  }

  boolean isFaithful() {
    return differences.isEmpty() || random;
  }

  /** {@code equal}, {@code failed-equally}, {@code random} or {@code different}. */
  String verdict() {
    if (differences.isEmpty()) {
      return failure() == null ? "equal" : "failed-equally";
    }
    return random ? "random" : "different";
  }
}
