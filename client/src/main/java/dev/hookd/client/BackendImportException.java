package dev.hookd.client;

/** Importing the backend raised an exception. */
public final class BackendImportException extends BackendUnavailableException {

  BackendImportException(CallReport report) {
    super(report);
  }
}
