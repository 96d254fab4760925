package dev.hookd.frontend.environment;

import dev.hookd.frontend.EnvironmentFailedException;
import dev.hookd.frontend.RequirementOptions;
import dev.hookd.frontend.interpreter.PythonInterpreter;
import dev.hookd.frontend.requirement.ProjectName;
import dev.hookd.frontend.requirement.Requirement;
import dev.hookd.frontend.system.ChildProcess;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes one environment at its final place: a virtual environment, the distributions, a check. */
final class EnvironmentMaker {

  private static final Logger LOG = LoggerFactory.getLogger(EnvironmentMaker.class);

  private final EnvironmentStore store;
  private final InstallerRuns runs;

  EnvironmentMaker(EnvironmentStore store, InstallerRuns runs) {
    this.store = store;
    this.runs = runs;
  }

  /** The caller holds the lock of {@code id}. Nothing half made is left when this throws. */
  Path make(
      String id,
      PythonInterpreter interpreter,
      List<Requirement> requirements,
      Resolution resolution,
      RequirementOptions options,
      Installer installer,
      Instant now,
      Path work,
      java.util.function.Consumer<Path> starts)
      throws IOException, InterruptedException {
    Path root = store.begin(id);
    boolean finished = false;
    try {
      starts.accept(root);
      long begin = System.nanoTime();
      createVirtual(interpreter, root, work);
      long created = System.nanoTime();
      if (!resolution.empty()) {
        installer.install(interpreter, resolution, options, root, work);
        checkInstalled(resolution, root);
      }
      LOG.info(
          "environment {}: venv {} ms, install {} ms",
          id,
          (created - begin) / 1_000_000,
          (System.nanoTime() - created) / 1_000_000);
      store.made(id, root);
      store.finish(root, manifest(id, interpreter, requirements, resolution, now));
      finished = true;
      return root;
    } finally {
      if (!finished) {
        store.discard(root);
      }
    }
  }

  /** {@code --without-pip} needs no ensurepip, which some distributions keep in another package. */
  private void createVirtual(PythonInterpreter interpreter, Path root, Path work)
      throws IOException, InterruptedException {
    ChildProcess.Outcome outcome =
        runs.run(
            List.of(
                interpreter.executable().toString(),
                "-I",
                "-m",
                "venv",
                "--without-pip",
                "--symlinks",
                root.toString()),
            work,
            runs.variables());
    if (outcome.succeeded() && Files.isExecutable(root.resolve("bin/python"))) {
      return;
    }
    String doing = interpreter.executable() + " could not make a virtual environment";
    if (outcome.output().contains("No module named")) {
      throw new EnvironmentFailedException(
          doing + ": its venv module is missing",
          outcome.output(),
          "install the distribution's python3-venv package, or take another interpreter",
          null);
    }
    throw InstallerFailure.of(doing, outcome);
  }

  /**
   * An installer's configuration can send distributions elsewhere (pip's {@code target}, {@code
   * root}): that must not pass for an environment.
   */
  private static void checkInstalled(Resolution resolution, Path root) throws IOException {
    Set<String> missing = new TreeSet<>();
    resolution.distributions().forEach(d -> missing.add(d.name()));
    try (DirectoryStream<Path> libraries =
        Files.newDirectoryStream(root.resolve("lib"), Files::isDirectory)) {
      for (Path library : libraries) {
        Path packages = library.resolve("site-packages");
        if (Files.isDirectory(packages)) {
          try (DirectoryStream<Path> infos =
              Files.newDirectoryStream(packages, "*.{dist-info,egg-info}")) {
            for (Path info : infos) {
              String name =
                  String.valueOf(info.getFileName())
                      .replaceFirst("\\.(dist|egg)-info$", "")
                      .replaceFirst("-.*$", "");
              missing.remove(ProjectName.normalize(name));
            }
          }
        }
      }
    }
    if (!missing.isEmpty()) {
      throw new EnvironmentFailedException(
          "the installer succeeded, but these are not in the environment: " + missing,
          "",
          "see whether the installer's configuration sends packages elsewhere (target, prefix,"
              + " root)",
          null);
    }
  }

  private static Map<String, Object> manifest(
      String id,
      PythonInterpreter interpreter,
      List<Requirement> requirements,
      Resolution resolution,
      Instant now) {
    Map<String, Object> manifest = new LinkedHashMap<>();
    manifest.put("format", 1);
    manifest.put("id", id);
    manifest.put("created", now.toString());
    manifest.put(
        "interpreter",
        Map.of(
            "executable", interpreter.executable().toString(),
            "implementation", interpreter.implementation(),
            "version", interpreter.version(),
            "platform", interpreter.platform(),
            "identity", interpreter.identity()));
    manifest.put("requirements", requirements.stream().map(Requirement::shown).toList());
    manifest.put("installer", resolution.installer());
    manifest.put("resolved", resolution.describe());
    return manifest;
  }
}
