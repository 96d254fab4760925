package dev.hookd.frontend.environment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hookd.frontend.BuildCycleException;
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
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** pip from outside the environment: resolves by its installation report, installs by hash. */
final class PipInstaller implements Installer {

  private static final List<String> OPTIONS =
      List.of(
          "--no-input",
          "--disable-pip-version-check",
          "--no-color",
          "--progress-bar=off",
          "--root-user-action=ignore",
          "--no-user");

  private static final Logger LOG = LoggerFactory.getLogger(PipInstaller.class);

  private final InstallerRuns runs;
  private final ObjectMapper json = new ObjectMapper();
  private final ConcurrentHashMap<Path, PipCommand> pips = new ConcurrentHashMap<>();

  PipInstaller(InstallerRuns runs) {
    this.runs = runs;
  }

  @Override
  public InstallerKind kind() {
    return InstallerKind.PIP;
  }

  @Override
  public Resolution resolve(
      PythonInterpreter interpreter,
      List<Requirement> requirements,
      RequirementOptions options,
      Path work)
      throws IOException, InterruptedException {
    PipCommand pip = PipCommand.find(interpreter, runs, work);
    pips.put(interpreter.executable(), pip);
    Path report = work.resolve("report.json");
    List<String> lines = requirements.stream().map(Requirement::toString).toList();
    ChildProcess.Outcome outcome = dryRun(pip, interpreter, lines, options, report, work);
    if (!outcome.succeeded()) {
      throw InstallerFailure.of(
          "pip could not resolve " + Requirement.shown(requirements),
          outcome,
          requirements,
          options);
    }
    List<Distribution> distributions = new ArrayList<>();
    if (Files.exists(report)) {
      Map<String, String> urls = new HashMap<>();
      requirements.forEach(r -> r.url().ifPresent(url -> urls.put(r.name(), url)));
      for (JsonNode item : json.readTree(report.toFile()).path("install")) {
        distributions.add(distribution(item, urls));
      }
    }
    return new Resolution("pip " + pip.version(), distributions);
  }

  private ChildProcess.Outcome dryRun(
      PipCommand pip,
      PythonInterpreter interpreter,
      List<String> requirements,
      RequirementOptions options,
      Path report,
      Path work)
      throws IOException, InterruptedException {
    List<String> command =
        pip.own() ? new ArrayList<>(pip.command()) : pip.on(interpreter.executable());
    command.addAll(List.of("install", "--dry-run", "--ignore-installed"));
    command.addAll(List.of("--report", report.toString()));
    command.addAll(OPTIONS);
    Path wanted = InstallerInput.requirements(work, "wanted.txt", requirements, options);
    command.addAll(List.of("-r", wanted.toString()));
    return runs.run(command, work, variables(interpreter, options, work));
  }

  /**
   * Does nothing where there is no cycle, or no pip that could find it.
   *
   * @param requirements lines of a requirements file
   * @throws BuildCycleException if these need each other to be built
   */
  void findCycle(
      PythonInterpreter interpreter,
      List<String> requirements,
      RequirementOptions options,
      Path work)
      throws IOException, InterruptedException {
    PipCommand pip;
    try {
      pip = PipCommand.find(interpreter, runs, work);
    } catch (EnvironmentFailedException e) {
      LOG.debug("there is no pip that could find a cycle", e);
      return;
    }
    Path report = work.resolve("report.json");
    ChildProcess.Outcome outcome = dryRun(pip, interpreter, requirements, options, report, work);
    Optional<List<String>> cycle = BuildCycle.in(outcome.tail());
    if (cycle.isPresent()) {
      throw new BuildCycleException(cycle.get(), outcome.output());
    }
  }

  /**
   * One item of the report (pip's documentation, "Installation report").
   *
   * @param urls as the requirements have them: the report hides credentials
   */
  private static Distribution distribution(JsonNode item, Map<String, String> urls)
      throws IOException {
    JsonNode metadata = item.path("metadata");
    JsonNode download = item.path("download_info");
    String name = ProjectName.normalize(metadata.path("name").asText());
    String version = metadata.path("version").asText();
    if (!name.matches("[a-z0-9-]+") || !version.matches("[A-Za-z0-9.!+_-]+")) {
      throw new IOException("pip reports a distribution called '" + name + " " + version + "'");
    }
    String url = download.path("url").asText();
    List<String> hashes = hashes(download.path("archive_info"));
    boolean built = !url.replaceFirst("[#?].*", "").endsWith(".whl");
    if (!item.path("is_direct").asBoolean()) {
      return new Distribution(name, version, "", hashes, built, name + "==" + version);
    }
    String subdirectory = download.path("subdirectory").asText("");
    String fragment = subdirectory.isEmpty() ? "" : "#subdirectory=" + subdirectory;
    String asked = urls.getOrDefault(name, "");
    JsonNode vcs = download.path("vcs_info");
    if (vcs.isObject()) {
      String commit = "@" + vcs.path("commit_id").asText() + fragment;
      String source = vcs.path("vcs").asText() + "+" + url;
      String line = asked.isEmpty() ? source : withoutRevision(asked);
      return new Distribution(
          name, version, source + commit, hashes, built, name + " @ " + line + commit);
    }
    String line = asked.isEmpty() ? url + fragment : asked;
    return new Distribution(name, version, url + fragment, hashes, built, name + " @ " + line);
  }

  private static String withoutRevision(String vcsUrl) {
    String bare = vcsUrl.replaceFirst("#.*", "");
    int at = bare.lastIndexOf('@');
    return at > bare.lastIndexOf('/') ? bare.substring(0, at) : bare;
  }

  /** Newer pips report {@code hashes}, all of them {@code hash}. */
  private static List<String> hashes(JsonNode archive) {
    List<String> hashes = new ArrayList<>();
    archive
        .path("hashes")
        .properties()
        .forEach(entry -> hashes.add(entry.getKey() + ":" + entry.getValue().asText()));
    String single = archive.path("hash").asText("");
    if (hashes.isEmpty() && !single.isEmpty()) {
      hashes.add(single.replaceFirst("=", ":"));
    }
    // pip's hash checking accepts no weaker ones.
    hashes.removeIf(hash -> !hash.matches("sha(256|384|512):[0-9a-f]+"));
    return hashes;
  }

  @Override
  public void install(
      PythonInterpreter interpreter,
      Resolution resolution,
      RequirementOptions options,
      Path root,
      Path work)
      throws IOException, InterruptedException {
    PipCommand pip = pips.get(interpreter.executable());
    if (pip == null) {
      pip = PipCommand.find(interpreter, runs, work);
    }
    Path pins =
        InstallerInput.requirements(work, "pins.txt", resolution.requirementLines(), options);
    List<String> command = pip.on(root.resolve("bin/python"));
    command.addAll(List.of("install", "--no-deps", "--compile", "--no-warn-script-location"));
    command.addAll(OPTIONS);
    command.addAll(List.of("-r", pins.toString()));
    ChildProcess.Outcome outcome = runs.run(command, work, variables(interpreter, options, work));
    if (!outcome.succeeded()) {
      throw InstallerFailure.of("pip could not install the build requirements", outcome);
    }
  }

  /**
   * pip also reads the configuration of the Python it runs on, which is another one in each of the
   * two steps: the interpreter's own must count in both.
   */
  private Map<String, String> variables(
      PythonInterpreter interpreter, RequirementOptions options, Path work) throws IOException {
    Map<String, String> variables = new TreeMap<>(runs.variables());
    Path own = interpreter.prefix().resolve("pip.conf");
    if (!variables.containsKey("PIP_CONFIG_FILE") && Files.isReadable(own)) {
      variables.put("PIP_CONFIG_FILE", own.toString());
    }
    if (!options.constraints().isEmpty()) {
      // By variables, because the pip that makes a build environment inside of pip reads only
      // those; pip 25.3 has one of its own for that. As URLs, because pip splits them at spaces.
      String file = InstallerInput.constraints(work, options).toUri().toString();
      for (String name : List.of("PIP_CONSTRAINT", "PIP_BUILD_CONSTRAINT")) {
        variables.merge(name, file, (callers, ours) -> callers + " " + ours);
      }
    }
    if (options.index().offline()) {
      // Configuration may name pages of links, which are fetched although no index is.
      variables.put("PIP_CONFIG_FILE", "/dev/null");
      variables.put("PIP_NO_INDEX", "1");
      variables.computeIfPresent("PIP_FIND_LINKS", (name, places) -> localOnly(places));
      InstallerInput.cutOff(variables);
    }
    return variables;
  }

  private static String localOnly(String places) {
    return Arrays.stream(places.split(" ", -1))
        .filter(place -> !place.contains("://") || place.startsWith("file:"))
        .collect(Collectors.joining(" "));
  }
}
