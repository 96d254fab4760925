package dev.hookd.client;

/**
 * The backend raised its own {@code UnsupportedOperation} (PEP 517, "build_sdist"): {@code
 * UnsupportedOperation} of pyproject_hooks.
 */
public final class OperationUnsupportedException extends HookFailedException {

  OperationUnsupportedException(CallReport report) {
    super(report);
  }
}
