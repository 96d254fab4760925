package dev.hookd.frontend.environment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hookd.frontend.environment.Resolution.Distribution;
import dev.hookd.frontend.interpreter.PythonInterpreter;
import dev.hookd.frontend.requirement.ProjectName;
import dev.hookd.frontend.requirement.Requirement;
import dev.hookd.frontend.system.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

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
      PythonInterpreter interpreter, List<Requirement> requirements, Path work)
      throws IOException, InterruptedException {
    PipCommand pip = PipCommand.find(interpreter, runs, work);
    pips.put(interpreter.executable(), pip);
    Path report = work.resolve("report.json");
    List<String> command = new ArrayList<>(pip.command());
    if (!pip.own()) {
      command = pip.on(interpreter.executable());
    }
    command.addAll(List.of("install", "--dry-run", "--ignore-installed"));
    command.addAll(List.of("--report", report.toString()));
    command.addAll(OPTIONS);
    // Requirements, not options, whatever they look like.
    command.add("--");
    for (Requirement requirement : requirements) {
      command.add(requirement.toString());
    }
    ChildProcess.Outcome outcome = runs.run(command, work, variables(interpreter));
    if (!outcome.succeeded()) {
      throw InstallerFailure.of(
          "pip could not resolve " + Requirement.shown(requirements), outcome);
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
  public void install(PythonInterpreter interpreter, Resolution resolution, Path root, Path work)
      throws IOException, InterruptedException {
    PipCommand pip = pips.get(interpreter.executable());
    if (pip == null) {
      pip = PipCommand.find(interpreter, runs, work);
    }
    Path pins = work.resolve("pins.txt");
    Files.writeString(pins, resolution.requirementsFile());
    List<String> command = pip.on(root.resolve("bin/python"));
    command.addAll(List.of("install", "--no-deps", "--compile", "--no-warn-script-location"));
    command.addAll(OPTIONS);
    command.addAll(List.of("-r", pins.toString()));
    ChildProcess.Outcome outcome = runs.run(command, work, variables(interpreter));
    if (!outcome.succeeded()) {
      throw InstallerFailure.of("pip could not install the build requirements", outcome);
    }
  }

  /**
   * pip also reads the configuration of the Python it runs on, which is another one in each of the
   * two steps: the interpreter's own must count in both.
   */
  private Map<String, String> variables(PythonInterpreter interpreter) {
    Path own = interpreter.prefix().resolve("pip.conf");
    if (runs.variables().containsKey("PIP_CONFIG_FILE") || !Files.isReadable(own)) {
      return runs.variables();
    }
    Map<String, String> variables = new TreeMap<>(runs.variables());
    variables.put("PIP_CONFIG_FILE", own.toString());
    return variables;
  }
}
