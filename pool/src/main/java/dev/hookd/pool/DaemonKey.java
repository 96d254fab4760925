package dev.hookd.pool;

import dev.hookd.client.LaunchSpec;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What makes two calls able to share a daemon. Two keys are equal when a daemon started for one can
 * serve the other; the launcher is the pool's, and the isolation each request's.
 *
 * @param environmentId names the frozen build environment by what is in it; empty for none
 * @param backend the backend object that these daemons keep warm, as the project names it
 * @param launch interpreter, variables, script and arguments of the daemon
 */
public record DaemonKey(String environmentId, String backend, LaunchSpec launch) {

  private static final Pattern SHELL_SAFE = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

  /** Variables whose values nobody keeps a secret in; the value of any other one is not shown. */
  private static final Set<String> HARMLESS =
      Set.of(
          "HOME",
          "LANG",
          "LANGUAGE",
          "LD_LIBRARY_PATH",
          "LOGNAME",
          "PATH",
          "PYTHONDONTWRITEBYTECODE",
          "PYTHONHASHSEED",
          "PYTHONHOME",
          "PYTHONIOENCODING",
          "PYTHONNOUSERSITE",
          "PYTHONPATH",
          "PYTHONSAFEPATH",
          "PYTHONUTF8",
          "SHELL",
          "SOURCE_DATE_EPOCH",
          "TEMP",
          "TERM",
          "TMP",
          "TMPDIR",
          "TZ",
          "USER",
          "VIRTUAL_ENV");

  public DaemonKey {
    Objects.requireNonNull(environmentId, "environmentId");
    Objects.requireNonNull(backend, "backend");
    Objects.requireNonNull(launch, "launch");
  }

  /**
   * The command that starts such a daemon, to be pasted into a shell; what the values of variables
   * may keep secret is left out. The environment and the backend stand behind it in a comment.
   */
  @Override
  public String toString() {
    StringBuilder command = new StringBuilder();
    Path directory = launch.workingDirectory();
    if (directory != null) {
      command.append("cd ").append(quoted(directory.toString())).append(" && ");
    }
    command.append("env -i");
    for (Map.Entry<String, String> variable : new TreeMap<>(launch.environment()).entrySet()) {
      String name = variable.getKey();
      boolean shown = HARMLESS.contains(name) || name.startsWith("LC_");
      command.append(' ').append(quoted(name + "=" + (shown ? variable.getValue() : "***")));
    }
    Path script = launch.daemonScript();
    command.append(' ').append(quoted(launch.python().toString()));
    command.append(' ').append(script == null ? "hookd.py" : quoted(script.toString()));
    for (String argument : launch.daemonArguments()) {
      command.append(' ').append(quoted(argument));
    }
    return command
        .append("  # ")
        .append(environmentId.isEmpty() ? "no environment" : comment(environmentId))
        .append(", ")
        .append(comment(backend))
        .toString();
  }

  /** A line break would end the comment and begin a command. */
  private static String comment(String text) {
    return text.replaceAll("\\p{Cntrl}", "?");
  }

  private static String quoted(String word) {
    return SHELL_SAFE.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
