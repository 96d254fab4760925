package dev.hookd.client;

/** The backend's module does not exist in the build environment or on {@code backend-path}. */
public final class MissingBackendModuleException extends BackendUnavailableException {

  MissingBackendModuleException(CallReport report) {
    super(report);
  }
}
