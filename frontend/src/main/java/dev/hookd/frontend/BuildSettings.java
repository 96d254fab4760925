package dev.hookd.frontend;

import dev.hookd.frontend.environment.InstallerKind;
import dev.hookd.protocol.BuildBackend;
import dev.hookd.protocol.ConfigSettings;
import dev.hookd.protocol.Isolation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How one project is built. Immutable; start from {@link #DEFAULT} and change what differs.
 *
 * @param python the interpreter: a path or a command; {@code null}: the first Python 3 that is
 *     found
 * @param buildIsolation whether hooks run in an environment of their own with nothing but the build
 *     requirements (PEP 517, "Build environment"); without it they run in {@code python} as it is,
 *     with all of the caller's environment variables
 * @param backend the backend to use instead of the one that {@code pyproject.toml} names; {@code
 *     null}: that one
 * @param configSettings for the backend; {@code null} is Python's {@code None}
 * @param environment variables of the hooks, on top of those that build isolation lets through
 * @param isolation how one hook's process is kept from the next
 * @param timeout for each hook, from the moment it is sent to a daemon; {@code null}: none
 * @param installer what resolves and installs build requirements
 * @param daemonScript a hookd daemon by path; {@code null}: the one that this library carries
 */
public record BuildSettings(
    @Nullable String python,
    boolean buildIsolation,
    @Nullable BuildBackend backend,
    @Nullable ConfigSettings configSettings,
    Map<String, String> environment,
    Isolation isolation,
    @Nullable Duration timeout,
    @Nullable Path daemonScript,
    InstallerKind installer) {

  public static final BuildSettings DEFAULT =
      new BuildSettings(
          null, true, null, null, Map.of(), Isolation.FORK, null, null, InstallerKind.AUTO);

  public BuildSettings {
    environment = Map.copyOf(environment);
    Objects.requireNonNull(isolation, "isolation");
    Objects.requireNonNull(installer, "installer");
    if (timeout != null && (timeout.isNegative() || timeout.isZero())) {
      throw new IllegalArgumentException("timeout must be positive, got: " + timeout);
    }
  }

  public BuildSettings withPython(@Nullable String pathOrCommand) {
    return new BuildSettings(
        pathOrCommand,
        buildIsolation,
        backend,
        configSettings,
        environment,
        isolation,
        timeout,
        daemonScript,
        installer);
  }

  public BuildSettings withBuildIsolation(boolean isolated) {
    return new BuildSettings(
        python,
        isolated,
        backend,
        configSettings,
        environment,
        isolation,
        timeout,
        daemonScript,
        installer);
  }

  public BuildSettings withBackend(@Nullable BuildBackend other) {
    return new BuildSettings(
        python,
        buildIsolation,
        other,
        configSettings,
        environment,
        isolation,
        timeout,
        daemonScript,
        installer);
  }

  public BuildSettings withConfigSettings(@Nullable ConfigSettings settings) {
    return new BuildSettings(
        python,
        buildIsolation,
        backend,
        settings,
        environment,
        isolation,
        timeout,
        daemonScript,
        installer);
  }

  public BuildSettings withEnvironment(Map<String, String> variables) {
    return new BuildSettings(
        python,
        buildIsolation,
        backend,
        configSettings,
        variables,
        isolation,
        timeout,
        daemonScript,
        installer);
  }

  public BuildSettings withIsolation(Isolation wanted) {
    return new BuildSettings(
        python,
        buildIsolation,
        backend,
        configSettings,
        environment,
        wanted,
        timeout,
        daemonScript,
        installer);
  }

  public BuildSettings withTimeout(@Nullable Duration limit) {
    return new BuildSettings(
        python,
        buildIsolation,
        backend,
        configSettings,
        environment,
        isolation,
        limit,
        daemonScript,
        installer);
  }

  public BuildSettings withDaemonScript(@Nullable Path script) {
    return new BuildSettings(
        python,
        buildIsolation,
        backend,
        configSettings,
        environment,
        isolation,
        timeout,
        script,
        installer);
  }

  public BuildSettings withInstaller(InstallerKind kind) {
    return new BuildSettings(
        python,
        buildIsolation,
        backend,
        configSettings,
        environment,
        isolation,
        timeout,
        daemonScript,
        kind);
  }
}
