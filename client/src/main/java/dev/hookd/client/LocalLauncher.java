package dev.hookd.client;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts daemons as child processes of this JVM, with exactly the environment of their {@link
 * LaunchSpec}. Thread-safe.
 *
 * <p>The daemon that this library carries is written to a directory named by its content, which
 * JVMs may share and which is verified before each start.
 *
 * <p>A daemon's tree is killed as far as it can be found: every descendant, in whatever session;
 * and on Linux also what is no descendant any more but still holds one of the daemon's standard
 * streams. That is all of them for a daemon that is a subreaper, as this project's is.
 */
public final class LocalLauncher implements DaemonLauncher {

  private final DaemonScripts scripts;

  /**
   * @param scriptDirectory where the carried daemon is written; made when it does not exist. It
   *     must not be writable by other users
   */
  public LocalLauncher(Path scriptDirectory) {
    this.scripts = new DaemonScripts(scriptDirectory);
  }

  @Override
  public DaemonProcess launch(LaunchSpec spec) {
    try {
      Path script = spec.daemonScript() == null ? scripts.unpack() : spec.daemonScript();
      List<String> command = new ArrayList<>();
      command.add(spec.python().toString());
      command.add(script.toString());
      command.addAll(spec.daemonArguments());
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.environment().clear();
      builder.environment().putAll(spec.environment());
      if (spec.workingDirectory() != null) {
        builder.directory(spec.workingDirectory().toFile());
      }
      return new LocalProcess(builder.start());
    } catch (IOException | IllegalArgumentException e) {
      throw new LaunchFailedException(
          "the daemon cannot be started: " + e.getMessage(),
          OutputTail.EMPTY,
          "Check that %s is an interpreter that this user may run.".formatted(spec.python()),
          e);
    }
  }

  @Override
  public String name() {
    return "local";
  }
}
