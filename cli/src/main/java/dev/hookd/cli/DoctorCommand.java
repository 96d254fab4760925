package dev.hookd.cli;

import dev.hookd.frontend.Hookd;
import dev.hookd.frontend.environment.CachedEnvironments;
import dev.hookd.frontend.system.CacheDirectory;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "doctor",
    sortOptions = false,
    header = "Check this machine: what it offers, what is wrong, what to do about it.",
    description = {
      "",
      "Looks for Java, Pythons, uv, build environments, the cache directory, and calls a hook from"
          + " end to end. Exits with 3 when there is a problem; a warning is none.",
      "",
      "Of one ENVIRONMENT: what is in it, and what its daemons import ahead of the hooks.",
      ""
    },
    footer = {"", "Examples:", "  hookd doctor --python python3.12", "  hookd doctor 3f2a91c0d4e5"})
final class DoctorCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec command;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "ENVIRONMENT",
      description = "A build environment: its id, at least 6 characters of it, or its directory.")
  private @Nullable String environment;

  @Option(
      names = "--python",
      paramLabel = "PYTHON",
      converter = Converters.OfPython.class,
      description =
          "The Python interpreter to check, a path, a command or a version; default: all on PATH.")
  private @Nullable String python;

  @Option(names = "--json", description = "Print one JSON object: ok, checks.")
  private boolean json;

  private final Session session;
  private @Nullable CheckList checks;

  DoctorCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    CachedEnvironments environments =
        new CachedEnvironments(CacheDirectory.of(session.environment()));
    if (environment == null) {
      checkMachine(environments);
    } else if (python != null) {
      throw new ParameterException(
          command.commandLine(), "ENVIRONMENT and --python exclude each other");
    } else {
      EnvironmentArgument argument =
          new EnvironmentArgument(session, environments, command.commandLine());
      EnvironmentReport.checks(argument.find(environment)).forEach(this::add);
    }
    return checks().end();
  }

  private void checkMachine(CachedEnvironments environments) {
    String interpreter =
        python == null || python.isEmpty() ? null : BuildOptions.interpreter(session, python);
    Doctor doctor = new Doctor(session);
    add(doctor.java());
    add(doctor.system());
    doctor.pythons(interpreter).forEach(this::add);
    add(doctor.uv());
    add(EnvironmentReport.overview(environments));
    try (Hookd hookd = session.open(1)) {
      add(doctor.cache(hookd.cacheDirectory()));
      add(doctor.selfTest(hookd, interpreter));
    } catch (OutputException e) {
      throw e;
    } catch (RuntimeException e) {
      Failure failure = Failure.of(e);
      add(
          Check.problem(
              "machinery",
              failure.kind() + ": " + failure.message(),
              failure.hint() == null
                  ? "set HOOKD_CACHE_DIR to another directory"
                  : failure.hint()));
    }
  }

  private CheckList checks() {
    if (checks == null) {
      checks = new CheckList(session.console(), json); // not before the options are read
    }
    return checks;
  }

  private void add(Check check) {
    checks().add(check);
  }
}
