package dev.hookd.client;

/** The backend does not define the hook: {@code HookMissing} of pyproject_hooks. */
public final class HookMissingException extends HookFailedException {

  HookMissingException(CallReport report) {
    super(report);
  }
}
