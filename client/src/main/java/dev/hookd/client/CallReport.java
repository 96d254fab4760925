package dev.hookd.client;

import dev.hookd.protocol.HookError;
import dev.hookd.protocol.HookUsage;
import dev.hookd.protocol.HookWarning;
import java.util.List;
import java.util.Optional;

/** All that is known of a call that the daemon answered with an error. */
record CallReport(
    HookError error,
    HookOutput output,
    List<HookWarning> warnings,
    Optional<HookUsage> usage,
    DaemonInfo daemon,
    Optional<String> hint) {

  CallReport {
    warnings = List.copyOf(warnings);
  }

  /** As the daemon reported it: without advice. */
  CallReport(
      HookError error,
      HookOutput output,
      List<HookWarning> warnings,
      Optional<HookUsage> usage,
      DaemonInfo daemon) {
    this(error, output, warnings, usage, daemon, Optional.empty());
  }

  /** The exception for this error. */
  HookFailedException toException() {
    return switch (error.kind()) {
      case MISSING_BACKEND_MODULE -> new MissingBackendModuleException(this);
      case BACKEND_IMPORT_ERROR -> new BackendImportException(this);
      case MALFORMED_BACKEND_NAME -> new MalformedBackendNameException(this);
      case MISSING_BACKEND_ATTRIBUTE -> new MissingBackendAttributeException(this);
      case UNSUPPORTED_HOOK -> new HookMissingException(this);
      case MALFORMED_HOOK_ARGUMENT, INVALID_HOOK_NAME, INVALID_ACTION ->
          new MalformedHookArgumentException(this);
      case HOOK_RUNTIME_ERROR ->
          error.unsupportedOperation()
              ? new OperationUnsupportedException(this)
              : new HookRuntimeException(this);
    };
  }
}
