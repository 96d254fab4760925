package dev.hookd.frontend.environment;

import dev.hookd.frontend.BuildCycleException;
import dev.hookd.frontend.EnvironmentFailedException;
import dev.hookd.frontend.RequirementOptions;
import dev.hookd.frontend.requirement.Requirement;
import dev.hookd.frontend.system.ChildProcess;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Turns what an installer or the file system said into one exception that names the way out. */
final class InstallerFailure {

  private record Known(Pattern pattern, String hint) {}

  private static final String UNREACHABLE =
      "the package index could not be reached: check the network and the installer's index,"
          + " proxy and certificate settings";

  private static final String NOT_FOUND =
      "check the requirement's spelling and version, and whether the index has it for this"
          + " Python and platform";

  /** In order: a full disk or a dead network also makes installers say "no such version". */
  private static final List<Known> HINTS =
      List.of(
          known(
              "No space left on device|Disk quota exceeded",
              "make room, or set HOOKD_CACHE_DIR (and TMPDIR) to a file system that has some"),
          known(
              "Permission denied|Read-only file system",
              "check who owns the cache directory, or set HOOKD_CACHE_DIR to one that you can"
                  + " write to"),
          known(
              "NewConnectionError|ConnectTimeout|ConnectionError|Failed to establish a new connection"
                  + "|name resolution|ProxyError|SSLError|CERTIFICATE_VERIFY_FAILED|Read timed out"
                  + "|Connection (?:refused|reset)|dns error|error sending request|Failed to fetch"
                  + "|tcp connect error|ReadTimeoutError",
              UNREACHABLE),
          known(
              "DO NOT MATCH THE HASHES|Hash mismatch",
              "the index serves another file than the one that was resolved: try again, and mistrust"
                  + " the index if it goes on"),
          known(
              "Python\\.h|unable to execute|command '[^']*(?:gcc|cc|clang|g\\+\\+|c\\+\\+)' failed"
                  + "|No such file or directory: '(?:gcc|cc|clang)'|linker `?cc`? not found"
                  + "|can't find Rust compiler",
              "a build requirement has no wheel for this Python and is compiled here: install a"
                  + " compiler and the Python headers, or take a Python that it has wheels for"),
          known(
              "ResolutionImpossible|conflicting dependencies|are incompatible",
              "the build requirements exclude one another: loosen one of them"),
          known(
              "Requires-Python|requires a different Python|does not satisfy Python",
              "a build requirement does not support this Python: take another interpreter"),
          known(
              "No matching distribution|Could not find a version|no versions? of|was not found in"
                  + "|No solution found|network was disabled",
              NOT_FOUND),
          known(
              "Failed to build|metadata-generation-failed|subprocess-exited-with-error"
                  + "|Failed building wheel",
              "a build requirement has no wheel for this Python, and building it from its sdist"
                  + " failed"));

  private static final List<Pattern> CULPRITS =
      List.of(
          Pattern.compile("No matching distribution found for ([^\\s(]+)"),
          Pattern.compile("satisfies the requirement ([^\\s(]+)"),
          Pattern.compile("there (?:is|are) no versions? of ([^\\s]+)"),
          Pattern.compile("Because ([^\\s]+) was not found"),
          Pattern.compile("Failed to build `([^`]+)`"),
          Pattern.compile("Failed building wheel for ([^\\s]+)"),
          Pattern.compile("No such file or directory: '([^']+)'"));

  private InstallerFailure() {}

  private static Known known(String pattern, String hint) {
    return new Known(Pattern.compile(pattern), hint);
  }

  /** The same of a resolution, where the cause may be known better. */
  static EnvironmentFailedException of(
      String doing,
      ChildProcess.Outcome outcome,
      List<Requirement> requirements,
      RequirementOptions options) {
    EnvironmentFailedException failure = of(doing, outcome);
    String hint = failure.hint().orElse("");
    boolean missing = hint.equals(NOT_FOUND) || hint.equals(UNREACHABLE);
    if (failure instanceof BuildCycleException || !missing || !options.index().offline()) {
      return failure;
    }
    return new EnvironmentFailedException(
        String.valueOf(failure.getMessage()),
        failure.installerOutput(),
        InstallerInput.howToPrefetch(requirements),
        null);
  }

  /** Whether it was the network that failed. */
  static boolean isUnreachable(EnvironmentFailedException failure) {
    return failure.hint().orElse("").equals(UNREACHABLE);
  }

  /**
   * @param doing what failed, as "pip could not resolve [...]"
   */
  static EnvironmentFailedException of(String doing, ChildProcess.Outcome outcome) {
    String output = outcome.output();
    if (outcome.timedOut()) {
      return new EnvironmentFailedException(
          doing + ": it took too long and was killed",
          output,
          "raise --install-timeout (in Java: Hookd.Builder.installTimeout), or see in its output what"
              + " it waited for",
          null);
    }
    Optional<List<String>> cycle = BuildCycle.in(outcome.tail());
    if (cycle.isPresent()) {
      return new BuildCycleException(cycle.get(), output);
    }
    StringBuilder message = new StringBuilder(doing);
    culprit(output).ifPresent(name -> message.append(" (at fault: ").append(name).append(')'));
    message.append(": ").append(lastWord(outcome));
    return new EnvironmentFailedException(message.toString(), output, hint(output), null);
  }

  /** A failure that is not the installer's own: of the file system, or to start it. */
  static EnvironmentFailedException of(String doing, IOException cause) {
    String reason = String.valueOf(cause.getMessage());
    String hint = hint(reason);
    if (hint == null && cause instanceof AccessDeniedException) {
      hint = hint("Permission denied");
    }
    if (cause instanceof FileSystemException && !(cause instanceof AccessDeniedException)) {
      reason = cause.getClass().getSimpleName() + " " + reason;
    }
    return new EnvironmentFailedException(doing + ": " + reason, "", hint, cause);
  }

  static EnvironmentFailedException interrupted(String doing, InterruptedException cause) {
    return new EnvironmentFailedException(doing + ": interrupted", "", null, cause);
  }

  private static Optional<String> culprit(String output) {
    for (Pattern pattern : CULPRITS) {
      Matcher matcher = pattern.matcher(output);
      if (matcher.find()) {
        return Optional.of(matcher.group(1));
      }
    }
    return Optional.empty();
  }

  private static @Nullable String hint(String output) {
    return HINTS.stream()
        .filter(known -> known.pattern().matcher(output).find())
        .map(Known::hint)
        .findFirst()
        .orElse(null);
  }

  /** The last line that an installer marked as an error, else its last line at all. */
  private static String lastWord(ChildProcess.Outcome outcome) {
    String last = "";
    String error = "";
    for (String line : outcome.tail()) {
      if (!line.isBlank()) {
        last = line.strip();
        if (last.regionMatches(true, 0, "error:", 0, 6)) {
          error = last.substring(6).strip();
        }
      }
    }
    String word = error.isEmpty() ? last : error;
    return word.isEmpty() ? "exit status " + outcome.exitCode() : word;
  }
}
