package dev.hookd.client;

/** The backend's module has no such object. */
public final class MissingBackendAttributeException extends BackendInvalidException {

  MissingBackendAttributeException(CallReport report) {
    super(report);
  }
}
