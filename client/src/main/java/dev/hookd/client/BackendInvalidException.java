package dev.hookd.client;

/** The name of the backend object is wrong: {@code BackendInvalid} of pyproject_hooks. */
public abstract sealed class BackendInvalidException extends HookFailedException
    permits MalformedBackendNameException, MissingBackendAttributeException {

  BackendInvalidException(CallReport report) {
    super(report);
  }
}
