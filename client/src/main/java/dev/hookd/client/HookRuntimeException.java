package dev.hookd.client;

/** The hook raised an exception, returned what is no answer, exited, crashed or was killed. */
public final class HookRuntimeException extends HookFailedException {

  HookRuntimeException(CallReport report) {
    super(report);
  }
}
