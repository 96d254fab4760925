package dev.hookd.client;

/**
 * The backend object is not {@code module}, {@code module:object} or {@code
 * module:object.attribute}.
 */
public final class MalformedBackendNameException extends BackendInvalidException {

  MalformedBackendNameException(CallReport report) {
    super(report);
  }
}
