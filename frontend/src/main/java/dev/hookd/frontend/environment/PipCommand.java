package dev.hookd.frontend.environment;

import dev.hookd.frontend.EnvironmentFailedException;
import dev.hookd.frontend.interpreter.PythonInterpreter;
import dev.hookd.frontend.system.ChildProcess;
import dev.hookd.frontend.system.SearchPath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A pip that can work on an interpreter which is not its own ({@code --python}, pip 22.3), so that
 * none has to be put into an environment.
 *
 * @param command how it is started
 * @param own whether it is the interpreter's own
 */
record PipCommand(List<String> command, String version, boolean own) {

  private static final Pattern VERSION = Pattern.compile("(\\d+)\\.(\\d+)\\S*");
  private static final String HINT =
      "install pip 22.3 or newer for this Python or anywhere on PATH, or install uv";

  /**
   * The interpreter's own pip, else that of the Pythons on PATH, else a {@code pip} on PATH.
   *
   * @throws EnvironmentFailedException when none of them is new enough
   */
  static PipCommand find(PythonInterpreter interpreter, InstallerRuns runs, Path work)
      throws IOException, InterruptedException {
    List<String> unfit = new ArrayList<>();
    Optional<PipCommand> own = ofPython(interpreter.executable(), true, runs, work, unfit);
    if (own.isPresent()) {
      return own.get();
    }
    List<Path> pythons = new ArrayList<>();
    if (interpreter.virtual()) {
      pythons.add(interpreter.baseExecutable());
    }
    Map<String, String> variables = runs.variables();
    pythons.addAll(SearchPath.find(variables, "python3"));
    pythons.addAll(SearchPath.find(variables, "python"));
    for (Path python : pythons) {
      Optional<PipCommand> found = ofPython(python, false, runs, work, unfit);
      if (found.isPresent()) {
        return found.get();
      }
    }
    for (Path pip : SearchPath.find(variables, "pip")) {
      ChildProcess.Outcome outcome = runs.ask(List.of(pip.toString(), "--version"), work);
      Optional<PipCommand> found =
          recentEnough(outcome, "pip ", List.of(pip.toString()), false, unfit);
      if (found.isPresent()) {
        return found.get();
      }
    }
    throw new EnvironmentFailedException(
        "there is no pip 22.3 or newer for "
            + interpreter.executable()
            + (unfit.isEmpty() ? "" : " (too old: " + String.join(", ", unfit) + ")"),
        "",
        HINT,
        null);
  }

  /** Importing the package is a tenth of what {@code pip --version} costs. */
  private static Optional<PipCommand> ofPython(
      Path python, boolean own, InstallerRuns runs, Path work, List<String> unfit)
      throws IOException, InterruptedException {
    ChildProcess.Outcome outcome =
        runs.ask(
            List.of(python.toString(), "-c", "import pip; print('pip ' + pip.__version__)"), work);
    return recentEnough(outcome, "pip ", List.of(python.toString(), "-m", "pip"), own, unfit);
  }

  private static Optional<PipCommand> recentEnough(
      ChildProcess.Outcome outcome,
      String mark,
      List<String> command,
      boolean own,
      List<String> unfit) {
    if (!outcome.succeeded()) {
      return Optional.empty();
    }
    for (String line : outcome.tail()) {
      Matcher version = VERSION.matcher(line);
      if (line.startsWith(mark) && version.find(mark.length())) {
        int major = Integer.parseInt(version.group(1));
        if (major > 22 || (major == 22 && Integer.parseInt(version.group(2)) >= 3)) {
          return Optional.of(new PipCommand(command, version.group(), own));
        }
        unfit.add(version.group() + " of " + command.get(0));
      }
    }
    return Optional.empty();
  }

  /** The command line up to the subcommand, working on {@code python}. */
  List<String> on(Path python) {
    List<String> line = new ArrayList<>(command);
    line.add("--python");
    line.add(python.toString());
    return line;
  }
}
