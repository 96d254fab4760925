package dev.hookd.frontend.environment;

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

  private final Path uv;
  private final InstallerRuns runs;
  private final Map<String, String> variables;

  UvInstaller(Path uv, InstallerRuns runs) {
    this.uv = uv;
    this.runs = runs;
    this.variables = new TreeMap<>(runs.variables());
    // uv links files out of its cache by default: what a hook writes into one would change every
    // other environment.
    variables.putIfAbsent("UV_LINK_MODE", "copy");
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
      PythonInterpreter interpreter, List<Requirement> requirements, Path work)
      throws IOException, InterruptedException {
    Path wanted = work.resolve("wanted.in");
    Path pins = work.resolve("pins.txt");
    Files.write(wanted, requirements.stream().map(Requirement::toString).toList());
    List<String> command = command("compile", interpreter.executable());
    command.addAll(List.of("--quiet", "--generate-hashes", "--no-header", "--no-annotate"));
    command.addAll(List.of("--output-file", pins.toString(), wanted.toString()));
    ChildProcess.Outcome outcome = runs.run(command, work, variables);
    if (!outcome.succeeded()) {
      throw InstallerFailure.of("uv could not resolve " + Requirement.shown(requirements), outcome);
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
  public void install(PythonInterpreter interpreter, Resolution resolution, Path root, Path work)
      throws IOException, InterruptedException {
    Path pins = work.resolve("pins.txt");
    Files.writeString(pins, resolution.requirementsFile());
    List<String> command = command("install", root.resolve("bin/python"));
    command.addAll(List.of("--no-deps", "--compile-bytecode", "-r", pins.toString()));
    ChildProcess.Outcome outcome = runs.run(command, work, variables);
    if (!outcome.succeeded()) {
      throw InstallerFailure.of("uv could not install the build requirements", outcome);
    }
  }
}
