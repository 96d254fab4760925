package dev.hookd.protocol;

import java.nio.file.Path;
import java.util.Map;

/** What can be asked of a daemon about one source tree and its backend. */
public sealed interface DaemonRequest permits HookRequest, FeaturesRequest {

  /** Absolute; the working directory of the backend. */
  Path sourceTree();

  BuildBackend backend();

  /**
   * Variables on top of the daemon's own, for this request alone. A classic daemon cannot have any.
   */
  Map<String, String> environment();

  Isolation isolation();

  /** The same in another isolation. */
  DaemonRequest withIsolation(Isolation wanted);
}
