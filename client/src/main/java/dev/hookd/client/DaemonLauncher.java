package dev.hookd.client;

/** Starts daemons: as a local process, in a container... Thread-safe. */
public interface DaemonLauncher {

  /**
   * Starts a daemon and returns at once, before it is ready.
   *
   * @throws LaunchFailedException if no process could be started; nothing is left behind then
   */
  DaemonProcess launch(LaunchSpec spec);

  /** A short name for keys, logs and metrics, for example {@code local}. */
  String name();
}
