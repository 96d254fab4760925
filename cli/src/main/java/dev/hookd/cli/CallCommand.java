package dev.hookd.cli;

import dev.hookd.client.HookResult;
import dev.hookd.frontend.BuildSettings;
import dev.hookd.frontend.Hookd;
import dev.hookd.frontend.Input;
import dev.hookd.protocol.Hook;
import dev.hookd.protocol.HookArgument;
import dev.hookd.protocol.HookArguments;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "call",
    sortOptions = false,
    header = "Call one build hook of a source tree.",
    description = {
      "",
      "Prints what the hook returned: a requirement a line, or the basename of what it made (nothing"
          + " for None). What the hook itself wrote, on either output, goes to standard error.",
      "",
      "The backend is the one that pyproject.toml names, or --build-backend.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  hookd call get_requires_for_build_wheel .",
      "  hookd call build_wheel . --wheel-directory dist --config-settings '{\"--quiet\": \"\"}'",
      "  hookd call prepare_metadata_for_build_wheel . --metadata-directory out --repeat 5"
    })
final class CallCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec command;

  @Mixin
  @SuppressWarnings("NullAway.Init") // set by picocli
  private BuildOptions build;

  @Parameters(
      index = "0",
      paramLabel = "HOOK",
      converter = Converters.OfHook.class,
      completionCandidates = Converters.HookNames.class,
      description = "One of: ${COMPLETION-CANDIDATES}.")
  @SuppressWarnings("NullAway.Init") // set by picocli
  private Hook hook;

  @Parameters(
      index = "1",
      paramLabel = "SOURCE_TREE",
      description = "The directory of the project; the hook runs in it.")
  @SuppressWarnings("NullAway.Init") // set by picocli
  private String sourceTree;

  @Option(
      names = "--wheel-directory",
      paramLabel = "DIR",
      description = "Where build_wheel and build_editable put the wheel; must exist.")
  private @Nullable String wheelDirectory;

  @Option(
      names = "--sdist-directory",
      paramLabel = "DIR",
      description = "Where build_sdist puts the sdist; must exist.")
  private @Nullable String sdistDirectory;

  @Option(
      names = "--metadata-directory",
      paramLabel = "DIR",
      description =
          "Where prepare_metadata_* puts the .dist-info directory; for"
              + " build_wheel and build_editable the .dist-info that was prepared; must exist.")
  private @Nullable String metadataDirectory;

  @Option(
      names = "--repeat",
      paramLabel = "N",
      description = "Call it N times in the same warm daemon: N lines of JSON.")
  private @Nullable Integer repeat;

  @Option(names = "--json", description = "Print one JSON object in place of the text.")
  private boolean json;

  private final Session session;

  CallCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    if (repeat != null && repeat < 1) {
      throw wrong("--repeat must be at least 1, got: " + repeat);
    }
    if (sourceTree.isEmpty()) {
      throw wrong("SOURCE_TREE is empty");
    }
    BuildSettings settings = build.settings(session);
    HookArguments arguments = arguments(settings);
    int status = ExitStatus.OK;
    try (Hookd hookd =
            asJson()
                ? session.open(1, build::applied)
                : session.openShowingHooks(1, build::applied);
        Hookd.Project project = hookd.open(Input.of(session.path(sourceTree)), settings)) {
      for (int i = 0; i < (repeat == null ? 1 : repeat) && !session.isInterrupted(); i++) {
        status = Math.max(status, callOnce(project, arguments));
      }
    } catch (OutputException e) {
      throw e;
    } catch (RuntimeException e) { // no call was made
      return failed(e);
    }
    return status;
  }

  private int callOnce(Hookd.Project project, HookArguments arguments) {
    Console console = session.console();
    HookResult result;
    try {
      result = project.call(hook, arguments);
    } catch (RuntimeException e) {
      return failed(e);
    }
    if (asJson()) {
      console.result(JsonText.line(CallJson.success(hook.wireName(), result)));
    } else {
      if (session.verbosity() != Verbosity.QUIET && !session.showedHooks()) {
        console.hookOutput(result.output().stdout().text());
        console.hookOutput(result.output().stderr().text());
      }
      lines(result).forEach(console::result);
    }
    console.flush();
    return ExitStatus.OK;
  }

  private int failed(RuntimeException e) {
    Failure failure = Failure.of(e);
    if (asJson()) {
      session.console().result(JsonText.line(CallJson.failure(hook.wireName(), failure)));
      session.console().flush();
    }
    if (!asJson() || session.verbosity() == Verbosity.VERBOSE) {
      session.report(failure, null);
    }
    return failure.exitStatus();
  }

  private boolean asJson() {
    return json || repeat != null;
  }

  private static List<String> lines(HookResult result) {
    return result.value() instanceof HookResult.Value.Strings strings
        ? strings.items()
        : result.basename().stream().toList();
  }

  private HookArguments arguments(BuildSettings settings) {
    boolean prepares =
        hook == Hook.PREPARE_METADATA_FOR_BUILD_WHEEL
            || hook == Hook.PREPARE_METADATA_FOR_BUILD_EDITABLE;
    return new HookArguments(
        directory(HookArgument.WHEEL_DIRECTORY, "--wheel-directory", wheelDirectory, true),
        directory(HookArgument.SDIST_DIRECTORY, "--sdist-directory", sdistDirectory, true),
        directory(
            HookArgument.METADATA_DIRECTORY, "--metadata-directory", metadataDirectory, prepares),
        settings.configSettings());
  }

  private @Nullable Path directory(
      HookArgument argument, String option, @Nullable String given, boolean required) {
    boolean isTaken = hook.arguments().contains(argument);
    if (given == null) {
      if (isTaken && required) {
        throw wrong(hook.wireName() + " needs " + option + " DIR");
      }
      return null;
    }
    if (!isTaken) {
      session.warn(hook.wireName() + " takes no " + option + "; it is ignored");
      return null;
    }
    Path path = session.path(given);
    if (given.isEmpty() || !Files.isDirectory(path)) {
      throw wrong(option + ": no such directory: " + (given.isEmpty() ? "''" : given));
    }
    return path;
  }

  private ParameterException wrong(String message) {
    return new ParameterException(command.commandLine(), message);
  }
}
