package dev.hookd.cli;

import dev.hookd.client.CallEndedException;
import dev.hookd.client.DaemonDiedException;
import dev.hookd.client.DaemonInfo;
import dev.hookd.client.HookFailedException;
import dev.hookd.client.HookOutput;
import dev.hookd.client.HookdException;
import dev.hookd.client.LaunchFailedException;
import dev.hookd.client.ProtocolViolationException;
import dev.hookd.frontend.EnvironmentFailedException;
import dev.hookd.protocol.HookUsage;
import dev.hookd.protocol.HookWarning;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * All that can be told of a failure, whichever exception it came as.
 *
 * @param kind the stable name of the cause, or {@code InternalError}
 * @param exception the qualified name of the Python exception's class, where one was raised
 * @param details what the machinery said, by name
 * @param usage what the hook's process used, where it is known
 * @param daemon the daemon that ran the call, where it is known
 * @param cause the exception itself, for {@code --debug}
 */
record Failure(
    String kind,
    String message,
    @Nullable String exception,
    @Nullable String traceback,
    @Nullable String hint,
    HookOutput output,
    List<HookWarning> warnings,
    List<Detail> details,
    @Nullable HookUsage usage,
    @Nullable DaemonInfo daemon,
    @Nullable Throwable cause) {

  /** This machine's disk: full, read-only, not ours. */
  static final String IO_ERROR = "IOError";

  static final String INTERNAL_ERROR = "InternalError";

  /** The kinds that are a hook's or a project's fault; all others are the machinery's. */
  private static final Set<String> HOOK_OR_PROJECT =
      Set.of(
          "MissingBackendModule",
          "MissingBackendAttribute",
          "MalformedBackendName",
          "BackendImportError",
          "InvalidHookName",
          "InvalidAction",
          "UnsupportedHook",
          "MalformedHookArgument",
          "HookRuntimeError",
          "InvalidProject",
          "IncompatiblePython",
          "NotStatic",
          "DistributionNotFound",
          "BuildCycle",
          "Vetoed",
          "Timeout",
          "Cancelled");

  /**
   * Something that the machinery said.
   *
   * @param name the name in JSON, for example {@code daemon_stderr}
   * @param title the name for a person
   */
  record Detail(String name, String title, String text) {}

  Failure {
    warnings = List.copyOf(warnings);
    details = List.copyOf(details);
  }

  static Failure of(Throwable thrown) {
    Throwable e = thrown;
    while ((e instanceof CompletionException || e instanceof ExecutionException)
        && e.getCause() != null) {
      e = e.getCause();
    }
    if (e instanceof HookFailedException failed) {
      return new Failure(
          failed.kind(),
          message(failed),
          failed.pythonException().orElse(null),
          failed.pythonTraceback().orElse(null),
          failed.hint().orElseGet(() -> Hints.of(failed.kind())),
          failed.output(),
          failed.warnings(),
          List.of(),
          failed.usage().orElse(null),
          failed.daemon(),
          failed);
    }
    if (e instanceof HookdException hookd) {
      return new Failure(
          hookd.kind(),
          message(hookd),
          null,
          null,
          hookd.hint().orElseGet(() -> Hints.of(hookd.kind())),
          hookd instanceof CallEndedException ended ? ended.output() : HookOutput.EMPTY,
          List.of(),
          details(hookd),
          null,
          null,
          hookd);
    }
    boolean isDisk = e instanceof UncheckedIOException && e.getCause() != null;
    String kind = isDisk ? IO_ERROR : INTERNAL_ERROR;
    return new Failure(
        kind,
        String.valueOf(isDisk ? e.getCause() : e),
        null,
        null,
        Hints.of(kind),
        HookOutput.EMPTY,
        List.of(),
        List.of(),
        null,
        null,
        e);
  }

  /** The status that the command exits with for this failure. */
  int exitStatus() {
    return HOOK_OR_PROJECT.contains(kind) ? ExitStatus.FAILED : ExitStatus.MACHINERY;
  }

  private static String message(HookdException e) {
    return e.getMessage() == null ? e.kind() : e.getMessage();
  }

  private static List<Detail> details(HookdException e) {
    List<Detail> details = new ArrayList<>();
    if (e instanceof LaunchFailedException launch) {
      add(details, "daemon_stderr", "the daemon's standard error", launch.daemonStderr().text());
    }
    if (e instanceof EnvironmentFailedException environment) {
      add(details, "installer_output", "the installer", environment.installerOutput());
    }
    if (e instanceof CallEndedException ended) {
      add(details, "daemon_stderr", "the daemon's standard error", ended.daemonStderr().text());
    }
    if (e instanceof DaemonDiedException died) {
      died.fatal().ifPresent(fatal -> add(details, "fatal", "the daemon's last word", fatal));
    }
    if (e instanceof ProtocolViolationException violation) {
      add(details, "carried", "what the daemon said instead", violation.carried());
    }
    return details;
  }

  private static void add(List<Detail> details, String name, String title, String text) {
    if (!text.isBlank()) {
      details.add(new Detail(name, title, text));
    }
  }
}
