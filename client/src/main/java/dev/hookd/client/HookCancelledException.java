package dev.hookd.client;

/** The call ended because its caller asked for it; the hook's processes have been killed. */
public final class HookCancelledException extends CallEndedException {

  /** Public for a pool, whose calls may be cancelled before any daemon has them. */
  public HookCancelledException(String message, HookOutput output, OutputTail daemonStderr) {
    super(message, output, daemonStderr, null);
  }

  @Override
  public String kind() {
    return "Cancelled";
  }
}
