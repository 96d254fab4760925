package dev.hookd.client;

import dev.hookd.protocol.HookError;
import dev.hookd.protocol.HookUsage;
import dev.hookd.protocol.HookWarning;
import java.util.List;
import java.util.Optional;

/**
 * The daemon ran the call, and it failed; the daemon is as warm as before. One subclass per cause;
 * their parents answer to the exceptions of pyproject_hooks.
 */
public abstract sealed class HookFailedException extends HookdException
    permits BackendUnavailableException,
        BackendInvalidException,
        HookMissingException,
        OperationUnsupportedException,
        MalformedHookArgumentException,
        HookRuntimeException {

  private final transient CallReport report;

  HookFailedException(CallReport report) {
    super(report.error().message(), null);
    this.report = report;
  }

  /**
   * The exception for a failure that a daemon once reported, for whoever keeps failures.
   *
   * @param daemon the one that reported it
   */
  public static HookFailedException of(HookError error, HookOutput output, DaemonInfo daemon) {
    return new CallReport(error, output, List.of(), Optional.empty(), daemon).toException();
  }

  @Override
  public String kind() {
    return report.error().kind().wireName();
  }

  @Override
  public Optional<String> hint() {
    return report.hint();
  }

  /** The same failure with advice, from somebody who knows more of what was to be done. */
  public HookFailedException withHint(String advice) {
    HookFailedException advised =
        new CallReport(
                report.error(),
                report.output(),
                report.warnings(),
                report.usage(),
                report.daemon(),
                Optional.of(advice))
            .toException();
    advised.setStackTrace(getStackTrace());
    for (Throwable suppressed : getSuppressed()) {
      advised.addSuppressed(suppressed);
    }
    return advised;
  }

  /** The failure as the daemon reported it. */
  public HookError error() {
    return report.error();
  }

  /**
   * The qualified name of the Python exception's class; empty when none was raised, and from a
   * classic daemon.
   */
  public Optional<String> pythonException() {
    return Optional.ofNullable(report.error().exception());
  }

  /** Python's traceback. */
  public Optional<String> pythonTraceback() {
    return Optional.ofNullable(report.error().traceback());
  }

  /** The last part of what the hook wrote. */
  public HookOutput output() {
    return report.output();
  }

  public List<HookWarning> warnings() {
    return report.warnings();
  }

  /** Empty from a classic daemon, and when no process was started. */
  public Optional<HookUsage> usage() {
    return report.usage();
  }

  public DaemonInfo daemon() {
    return report.daemon();
  }
}
