package dev.hookd.client;

/** The backend cannot be imported: {@code BackendUnavailable} of pyproject_hooks. */
public abstract sealed class BackendUnavailableException extends HookFailedException
    permits MissingBackendModuleException, BackendImportException {

  BackendUnavailableException(CallReport report) {
    super(report);
  }
}
