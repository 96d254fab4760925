package dev.hookd.frontend.environment;

import dev.hookd.frontend.EnvironmentFailedException;
import dev.hookd.frontend.RequirementOptions;
import dev.hookd.frontend.environment.Resolution.Distribution;
import dev.hookd.frontend.interpreter.PythonInterpreter;
import dev.hookd.frontend.requirement.ProjectName;
import dev.hookd.frontend.requirement.Requirement;
import dev.hookd.frontend.system.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code uv pip}: compiles the requirements to pins with hashes, installs those. */
final class UvInstaller implements Installer {

  private static final Pattern PIN =
      Pattern.compile(
          "([A-Za-z0-9._-]+)(?:\\[[^\\]]*])?(?:==(\\S+)|\\s*@\\s*(\\S+))(?:\\s*;.*?)?"
              + "((?:\\s+--hash=\\S+)*)\\s*");

  private static final String LINK_MODE = "UV_LINK_MODE";
  private static final String COPY = "copy";

  private final Path uv;
  private final InstallerRuns runs;
  private final PipInstaller pip;
  private final Map<String, String> variables;

  UvInstaller(Path uv, InstallerRuns runs, PipInstaller pip) {
    this.uv = uv;
    this.runs = runs;
    this.pip = pip;
    this.variables = new TreeMap<>(runs.variables());
    variables.put("UV_PYTHON_DOWNLOADS", "never");
  }

  @Override
  public InstallerKind kind() {
    return InstallerKind.UV;
  }

  private List<String> command(String subcommand, Path python) {
    return new ArrayList<>(
        List.of(
            uv.toString(),
            "pip",
            subcommand,
            "--no-progress",
            "--color=never",
            "--python",
            python.toString()));
  }

  @Override
  public Resolution resolve(
      PythonInterpreter interpreter,
      List<Requirement> requirements,
      RequirementOptions options,
      Path work)
      throws IOException, InterruptedException {
    List<String> lines = requirements.stream().map(Requirement::toString).toList();
    Path wanted = InstallerInput.requirements(work, "wanted.in", lines, options);
    Path pins = work.resolve("pins.txt");
    List<String> command = command("compile", interpreter.executable());
    command.addAll(List.of("--quiet", "--generate-hashes", "--no-header", "--no-annotate"));
    constrain(command, work, options, true);
    command.addAll(List.of("--output-file", pins.toString(), wanted.toString()));
    String doing = "uv could not resolve " + Requirement.shown(requirements);
    ChildProcess.Outcome outcome = run(doing, command, interpreter, lines, options, work, COPY);
    if (!outcome.succeeded()) {
      throw InstallerFailure.of(doing, outcome, requirements, options);
    }
    ChildProcess.Outcome version = runs.ask(List.of(uv.toString(), "--version"), work);
    String[] words = version.output().split(" ", 3);
    return new Resolution("uv " + (words.length > 1 ? words[1] : "?"), read(pins));
  }

  private static List<Distribution> read(Path pins) throws IOException {
    List<Distribution> distributions = new ArrayList<>();
    String text = Files.readString(pins).replaceAll("\\\\\\R", " ");
    for (String line : text.lines().toList()) {
      if (line.isBlank() || line.strip().startsWith("#")) {
        continue;
      }
      Matcher pin = PIN.matcher(line);
      if (!pin.matches()) {
        throw new IOException("uv answered with a line that is no pin: " + line);
      }
      String name = ProjectName.normalize(pin.group(1));
      List<String> hashes = new ArrayList<>();
      for (String word : pin.group(4).strip().split("\\s+", -1)) {
        if (!word.isEmpty()) {
          hashes.add(word.substring("--hash=".length()));
        }
      }
      String version = pin.group(2) == null ? "" : pin.group(2);
      String url = pin.group(3) == null ? "" : pin.group(3);
      String asked = url.isEmpty() ? name + "==" + version : name + " @ " + url;
      String source = url.replaceFirst("(//)[^/@]*@", "$1");
      // Which of the version's files will be taken uv does not say: it may be the sdist.
      distributions.add(new Distribution(name, version, source, hashes, true, asked));
    }
    return distributions;
  }

  @Override
  public void install(
      PythonInterpreter interpreter,
      Resolution resolution,
      RequirementOptions options,
      Path root,
      Path work)
      throws IOException, InterruptedException {
    List<String> lines = resolution.requirementLines();
    Path pins = InstallerInput.requirements(work, "pins.txt", lines, options);
    List<String> command = command("install", root.resolve("bin/python"));
    command.addAll(List.of("--no-deps", "--compile-bytecode", "-r", pins.toString()));
    constrain(command, work, options, false);
    String doing = "uv could not install the build requirements";
    String linkMode = canClone(root, work) ? "clone" : COPY;
    ChildProcess.Outcome outcome = run(doing, command, interpreter, lines, options, work, linkMode);
    if (!outcome.succeeded()) {
      throw InstallerFailure.of(doing, outcome);
    }
  }

  /**
   * Whether the file system shares the blocks of two files until one of them is written to. uv's
   * default, and what it does where it cannot clone, are hard links out of its cache: what a hook
   * writes into one would change every other environment.
   */
  private boolean canClone(Path root, Path work) throws IOException, InterruptedException {
    if (variables.containsKey(LINK_MODE)) {
      return false; // the caller has decided
    }
    Path file = Files.writeString(root.resolve(".hookd-clone"), "to be cloned");
    Path clone = root.resolve(".hookd-clone-2");
    try {
      return runs.ask(List.of("cp", "--reflink=always", file.toString(), clone.toString()), work)
          .succeeded();
    } catch (IOException e) {
      return false; // there is no cp
    } finally {
      Files.deleteIfExists(file);
      Files.deleteIfExists(clone);
    }
  }

  /** What is resolved already needs constraints only for what it is built with. */
  private static void constrain(
      List<String> command, Path work, RequirementOptions options, boolean both)
      throws IOException {
    if (!options.constraints().isEmpty()) {
      String file = InstallerInput.constraints(work, options).toString();
      command.addAll(List.of("--build-constraints", file));
      if (both) {
        command.addAll(List.of("--constraints", file));
      }
    }
  }

  /**
   * uv waits for itself, for ever, where build requirements need each other to be built: it has
   * nothing running then, and uses no time. pip, which finds such a cycle, is asked what it is.
   */
  private ChildProcess.Outcome run(
      String doing,
      List<String> command,
      PythonInterpreter interpreter,
      List<String> requirements,
      RequirementOptions options,
      Path work,
      String linkMode)
      throws IOException, InterruptedException {
    Map<String, String> seen = new TreeMap<>(variables);
    seen.putIfAbsent(LINK_MODE, linkMode);
    if (options.index().offline()) {
      seen.put("UV_OFFLINE", "1");
      InstallerInput.cutOff(seen);
    }
    Stall stall = new Stall(runs.stallLimit());
    ChildProcess.Outcome outcome = runs.run(command, work, seen, stall);
    if (!stall.found()) {
      return outcome;
    }
    Path question = Files.createDirectories(work.resolve("cycle"));
    pip.findCycle(interpreter, requirements, options, question);
    throw new EnvironmentFailedException(
        doing + ": it stopped working and was killed",
        outcome.output(),
        "uv waits for ever where build requirements need each other to be built; try --installer"
            + " pip, which says which",
        null);
  }
}
