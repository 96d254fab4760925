package dev.hookd.cli;

import dev.hookd.cli.Converters.EnvironmentVariable;
import dev.hookd.frontend.BuildSettings;
import dev.hookd.frontend.Hookd;
import dev.hookd.frontend.RequirementOptions;
import dev.hookd.frontend.TreeUse;
import dev.hookd.frontend.environment.EnvironmentsConfig;
import dev.hookd.frontend.environment.InstallerKind;
import dev.hookd.protocol.BuildBackend;
import dev.hookd.protocol.ConfigSettings;
import dev.hookd.protocol.Isolation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The options that say how a project is built; the same for every command. */
final class BuildOptions {

  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec command;

  @Mixin
  @SuppressWarnings("NullAway.Init") // set by picocli
  private BackendOptions backend;

  @Option(
      names = "--config-settings",
      paramLabel = "JSON",
      converter = Converters.OfConfigSettings.class,
      description = "The config_settings of the hooks: one JSON object.")
  private @Nullable ConfigSettings configSettings;

  @Option(
      names = "--env",
      paramLabel = "NAME=VALUE",
      converter = Converters.OfEnvironmentVariable.class,
      description = "An environment variable for the hooks; may be given several times.")
  private List<EnvironmentVariable> variables = new ArrayList<>();

  @Option(
      names = "--python",
      paramLabel = "PYTHON",
      converter = Converters.OfPython.class,
      description =
          "The Python interpreter: a path, a command, or a version such as 3.9, '>=3.10' or"
              + " pypy3.10; default: that of HOOKD_PYTHON, of an active virtual environment, or"
              + " python3.")
  private List<String> pythons = new ArrayList<>();

  @Option(
      names = "--no-build-isolation",
      description =
          "Run the hooks in --python as it is, with this process's environment"
              + " variables, instead of in an environment made for them.")
  private boolean noBuildIsolation;

  @Mixin
  @SuppressWarnings("NullAway.Init") // set by picocli
  private EnvironmentOptions environmentOptions;

  @Option(
      names = "--installer",
      paramLabel = "auto|pip|uv",
      converter = Converters.OfInstaller.class,
      completionCandidates = Converters.InstallerNames.class,
      description = "What installs build requirements; default: uv where it is found, else pip.")
  private InstallerKind installer = InstallerKind.AUTO;

  @Option(
      names = "--install-timeout",
      paramLabel = "DURATION",
      converter = Converters.OfDuration.class,
      description =
          "How long one run of the installer may take: it runs to resolve build requirements, and"
              + " to install them; default: 10m.")
  private Duration installTimeout = EnvironmentsConfig.DEFAULT_INSTALL_TIMEOUT;

  @Option(
      names = "--isolation",
      paramLabel = "fork|fresh",
      converter = Converters.OfIsolation.class,
      completionCandidates = Converters.IsolationNames.class,
      description =
          "How one hook is kept from the next: a fork of a warm Python (default),"
              + " or a fresh Python for each.")
  private Isolation isolation = Isolation.FORK;

  @Option(
      names = "--private-copy",
      description =
          "Run the hooks of a source tree in a copy of it. Default: in the tree itself, one build"
              + " of a tree after the other.")
  private boolean privateCopy;

  @Option(
      names = "--verify",
      paramLabel = "RATE",
      converter = Converters.OfRate.class,
      description =
          "The share of calls, such as 0.05 or 5%%, that are compared with a fresh Python before"
              + " they run; a backend that answers otherwise when warm is run fresh from then on."
              + " Default: none.")
  private double verifyRate;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      converter = Converters.OfDuration.class,
      description = "How long each hook may take, such as 500ms, 30s, 2m, 1.5h; default: any time.")
  private @Nullable Duration timeout;

  @Option(
      names = "--daemon-script",
      paramLabel = "FILE",
      description = "A daemon that speaks the hookd protocol, in place of hookd's own.")
  private @Nullable String daemonScript;

  /** The Pythons as they are asked for; none: the default. */
  List<String> pythons() {
    return pythons;
  }

  /**
   * The settings that these options ask for.
   *
   * @throws ParameterException if they do not go together, or there is more than one Python
   */
  BuildSettings settings(Session session) {
    if (pythons.size() > 1) {
      throw wrong("--python may be given several times for 'hookd metadata' only");
    }
    return settings(session, pythons.isEmpty() ? null : pythons.get(0));
  }

  /** The same with one of {@link #pythons}, or with the default for null. */
  BuildSettings settings(Session session, @Nullable String python) {
    BuildBackend wantedBackend;
    try {
      wantedBackend = backend.backend();
    } catch (IllegalArgumentException e) {
      throw wrong(String.valueOf(e.getMessage()));
    }
    if (python != null && python.isEmpty()) {
      throw wrong("--python is empty");
    }
    Map<String, String> environment = new LinkedHashMap<>();
    variables.forEach(variable -> environment.put(variable.name(), variable.value()));
    return BuildSettings.builder()
        .python(python == null ? null : interpreter(session, python))
        .buildIsolation(!noBuildIsolation)
        .backend(wantedBackend)
        .configSettings(configSettings)
        .environment(environment)
        .installer(installer)
        .requirements(requirements(session))
        .isolation(isolation)
        .timeout(timeout)
        .treeUse(privateCopy ? TreeUse.PRIVATE_COPY : TreeUse.IN_TREE)
        .daemonScript(daemonScript == null ? null : script(session, daemonScript))
        .build();
  }

  private RequirementOptions requirements(Session session) {
    try {
      return environmentOptions.of(session);
    } catch (IllegalArgumentException | TypeConversionException e) {
      throw wrong(String.valueOf(e.getMessage()));
    }
  }

  /** The same front end, with what of these options holds for all that it does. */
  Hookd.Builder applied(Hookd.Builder hookd) {
    return hookd.installTimeout(installTimeout).verifyRate(verifyRate);
  }

  /** A path is made absolute without following links, which is how a virtual environment works. */
  static String interpreter(Session session, String given) {
    boolean isPath = given.indexOf('/') >= 0 || given.indexOf('\\') >= 0;
    return isPath ? session.path(given).toString() : given;
  }

  private Path script(Session session, String given) {
    Path path = session.path(given);
    if (!Files.isRegularFile(path)) {
      throw wrong("--daemon-script: no such file: " + given);
    }
    return path;
  }

  private ParameterException wrong(String message) {
    return new ParameterException(command.commandLine(), message);
  }
}
