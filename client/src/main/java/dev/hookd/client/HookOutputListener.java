package dev.hookd.client;

/**
 * Hears what one hook and its subprocesses write, while the hook runs. Called from one thread at a
 * time: the one that waits for the call. What a listener throws is logged, and it hears no more.
 */
public interface HookOutputListener {

  /**
   * The next part of a stream; each byte is told once, before the call ends. The two streams are
   * files of their own: how their parts were mixed is not known.
   *
   * @param text decoded as UTF-8, a character never cut in two, what is no UTF-8 replaced; not
   *     empty
   */
  void output(HookStream stream, String text);

  /**
   * The daemon died under the hook, which runs once more: what comes now is from the new run. All
   * of the old one has been told.
   */
  default void restarted() {}

  /** The call has ended, and all has been told. Not called where {@link #output} has thrown. */
  default void ended() {}
}
