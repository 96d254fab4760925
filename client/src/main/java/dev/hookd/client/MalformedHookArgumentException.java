package dev.hookd.client;

/** The daemon could not read an argument of the call. */
public final class MalformedHookArgumentException extends HookFailedException {

  MalformedHookArgumentException(CallReport report) {
    super(report);
  }
}
