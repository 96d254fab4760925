package dev.hookd.cli;

import dev.hookd.client.HookOutputListener;
import dev.hookd.frontend.FrontendListener;
import dev.hookd.frontend.Hookd;
import dev.hookd.frontend.MetadataCacheConfig;
import dev.hookd.pool.Verification;
import dev.hookd.protocol.Hook;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.TypeConversionException;

/** One run of the command: its surroundings, its outputs, and what must be ended with it. */
final class Session {

  private final Surroundings surroundings;
  private final Console console;
  private final Thread worker = Thread.currentThread();
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean interrupted;
  private volatile Verbosity verbosity = Verbosity.NORMAL;
  private volatile boolean debug;
  private volatile boolean showedHooks;

  Session(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.console = new Console(surroundings);
  }

  Console console() {
    return console;
  }

  InputStream stdin() {
    return surroundings.stdin();
  }

  boolean stdinIsTerminal() {
    return surroundings.stdinIsTerminal();
  }

  Map<String, String> environment() {
    return surroundings.environment();
  }

  Verbosity verbosity() {
    return verbosity;
  }

  void setVerbosity(Verbosity wanted) {
    verbosity = wanted;
  }

  /** Whether stack traces are shown. */
  boolean debug() {
    return debug;
  }

  void setDebug(boolean wanted) {
    debug = wanted;
  }

  /** What relative paths are relative to. */
  Path workingDirectory() {
    return surroundings.workingDirectory();
  }

  /** The path, absolute. */
  Path path(String given) {
    return surroundings.workingDirectory().resolve(given).normalize();
  }

  /** A front end that says on standard error what takes long. The caller closes it. */
  Hookd open(int parallelism) {
    return open(parallelism, UnaryOperator.identity());
  }

  /** The same with these options. */
  Hookd open(int parallelism, UnaryOperator<Hookd.Builder> options) {
    return open(parallelism, options, false);
  }

  /** The same, which with {@code --verbose} also shows what hooks write. */
  Hookd openShowingHooks(int parallelism, UnaryOperator<Hookd.Builder> options) {
    showedHooks = verbosity == Verbosity.VERBOSE;
    return open(parallelism, options, showedHooks);
  }

  /** Whether what hooks have written is on standard error already. */
  boolean showedHooks() {
    return showedHooks;
  }

  private Hookd open(int parallelism, UnaryOperator<Hookd.Builder> options, boolean showsHooks) {
    MetadataCacheConfig kept = MetadataCacheConfig.DEFAULT;
    kept = bounded(kept, "HOOKD_METADATA_MAX_SIZE", MetadataCacheConfig::withMaxBytes);
    kept = bounded(kept, "HOOKD_WHEELS_MAX_SIZE", MetadataCacheConfig::withMaxWheelBytes);
    Hookd.Builder builder = options.apply(Hookd.builder()).metadataCache(kept);
    bounded(builder, "HOOKD_ENVIRONMENTS_MAX_SIZE", Hookd.Builder::maxEnvironmentBytes);
    bounded(builder, "HOOKD_DOWNLOADS_MAX_SIZE", Hookd.Builder::maxDownloadBytes);
    return builder
        .parallelism(parallelism)
        .environment(surroundings.environment())
        .listener(listener(showsHooks))
        .build();
  }

  /** The settings with how much a part of the cache may hold, where this variable says so. */
  private <T> T bounded(T settings, String variable, BiFunction<T, Long, T> bound) {
    String size = surroundings.environment().getOrDefault(variable, "");
    if (!size.isEmpty()) {
      try {
        return bound.apply(settings, Converters.size(size));
      } catch (IllegalArgumentException | TypeConversionException e) {
        warn(variable + " is ignored: " + e.getMessage());
      }
    }
    return settings;
  }

  /** Shows a failure on standard error; {@code subject} as {@link FailureText} has it. */
  void report(Failure failure, @Nullable String subject) {
    boolean stackTrace = debug && failure.cause() != null;
    FailureText.render(
            failure,
            subject,
            verbosity == Verbosity.VERBOSE,
            showedHooks,
            stackTrace,
            console.messageStyle())
        .forEach(console::message);
  }

  /** Says something on standard error, for a person. */
  void say(String message) {
    if (verbosity != Verbosity.QUIET) {
      console.message(Text.printable(message));
    }
  }

  /** Shows a warning on standard error. */
  void warn(String message) {
    if (verbosity != Verbosity.QUIET) {
      console.message(console.messageStyle().yellow("warning:") + " " + Text.printable(message));
    }
  }

  /** Whether the person has left. */
  boolean isInterrupted() {
    return interrupted;
  }

  /** Says that the work is over, and all that it started has ended. */
  void end() {
    ended.countDown();
  }

  /**
   * Cancels the work, by an interrupt of the thread that made this session, says nothing more, and
   * waits until all has ended. What does not end in time is killed. Does nothing after the end.
   */
  void interrupt(Duration limit) throws InterruptedException {
    if (ended.getCount() == 0) {
      return;
    }
    interrupted = true;
    console.mute();
    worker.interrupt();
    if (!ended.await(limit.toNanos(), TimeUnit.NANOSECONDS)) {
      ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
    }
  }

  private FrontendListener listener(boolean showsHooks) {
    boolean progress = verbosity == Verbosity.VERBOSE;
    boolean shown = progress || (verbosity == Verbosity.NORMAL && console.stderrIsTerminal());
    HookOutputText outputs = new HookOutputText(console);
    return new FrontendListener() {
      @Override
      public void environmentCreating(List<String> requirements) {
        if (!shown) {
          return;
        }
        String what = requirements.isEmpty() ? "nothing" : String.join(", ", requirements);
        console.message(
            console.messageStyle().dim("making a build environment with " + Text.printable(what)));
      }

      @Override
      public void installerOutput(String line) {
        if (progress) {
          console.message(console.messageStyle().dim("  " + Text.printable(line)));
        }
      }

      @Override
      public void environmentStale(List<String> requirements, Instant resolved, String reason) {
        warn(
            "the index cannot be reached; %s as resolved on %s is used: %s"
                .formatted(String.join(", ", requirements), resolved, reason));
      }

      @Override
      public void indexWarning(String message) {
        warn(message);
      }

      @Override
      public Optional<HookOutputListener> hookStarting(Path sourceTree, Hook hook) {
        return showsHooks ? Optional.of(outputs.of(sourceTree, hook)) : Optional.empty();
      }

      @Override
      public void buildWarning(Path sourceTree, String message) {
        warn(sourceTree + ": " + message);
      }

      @Override
      public void treeBusy(Path sourceTree) {
        if (verbosity != Verbosity.QUIET) {
          String tree = Text.printable(sourceTree.toString());
          console.message(
              console.messageStyle().dim("waiting for another process that works in " + tree));
        }
      }

      @Override
      public void warmAnswerWrong(
          String environment,
          String backend,
          String hook,
          List<Verification.Difference> differences) {
        warn(
            "%s of %s is wrong in a warm process, the fresh one's answer is used from now on; "
                    .formatted(hook, backend)
                + differences.stream().map(Object::toString).collect(Collectors.joining("; "))
                + " (environment "
                + environment
                + ")");
      }
    };
  }
}
