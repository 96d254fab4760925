package dev.hookd.cli;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * What a command line tool takes from its process, as values: so that a test can run the real
 * command in its own JVM.
 *
 * @param environment the caller's environment variables
 * @param workingDirectory absolute; relative paths start here
 * @param stdinIsTerminal whether a person writes standard input
 * @param stdoutIsTerminal whether a person reads standard output
 * @param stderrIsTerminal whether a person reads standard error
 */
record Surroundings(
    InputStream stdin,
    OutputStream stdout,
    OutputStream stderr,
    Map<String, String> environment,
    Path workingDirectory,
    boolean stdinIsTerminal,
    boolean stdoutIsTerminal,
    boolean stderrIsTerminal) {

  Surroundings {
    environment = Map.copyOf(environment);
  }

  /**
   * Those of this process. Java 17 cannot ask whether a descriptor is a terminal; the launcher can,
   * and tells.
   */
  static Surroundings ofProcess() {
    return new Surroundings(
        new FileInputStream(FileDescriptor.in),
        new FileOutputStream(FileDescriptor.out),
        new FileOutputStream(FileDescriptor.err),
        callersEnvironment(),
        Path.of("").toAbsolutePath(),
        Boolean.getBoolean("hookd.stdin.terminal"),
        Boolean.getBoolean("hookd.stdout.terminal"),
        Boolean.getBoolean("hookd.stderr.terminal"));
  }

  /** The launcher may start Java in a UTF-8 locale; what hooks see is the caller's. */
  private static Map<String, String> callersEnvironment() {
    Map<String, String> variables = new HashMap<>(System.getenv());
    String locale = System.getProperty("hookd.caller.LC_ALL");
    if (locale != null && locale.isEmpty()) {
      variables.remove("LC_ALL");
    } else if (locale != null) {
      variables.put("LC_ALL", locale);
    }
    return variables;
  }
}
