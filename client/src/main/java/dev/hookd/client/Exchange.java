package dev.hookd.client;

import dev.hookd.protocol.DaemonRequest;
import dev.hookd.protocol.Dialect;
import dev.hookd.protocol.ErrorKind;
import dev.hookd.protocol.Expectation;
import dev.hookd.protocol.Hook;
import dev.hookd.protocol.HookArgument;
import dev.hookd.protocol.HookError;
import dev.hookd.protocol.HookRequest;
import dev.hookd.protocol.HookUsage;
import dev.hookd.protocol.HookWarning;
import dev.hookd.protocol.ProtocolException;
import dev.hookd.protocol.ResultData;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the daemon has said about one call so far. Not thread-safe. */
final class Exchange {

  private final DaemonRequest request;
  private final Dialect dialect;
  private final Set<Expectation> asked = EnumSet.noneOf(Expectation.class);
  private final List<HookWarning> warnings = new ArrayList<>();
  private @Nullable HookUsage usage;
  private @Nullable String stdoutPath;
  private @Nullable String stderrPath;
  private HookResult.@Nullable Value value;
  private @Nullable HookError error;

  Exchange(DaemonRequest request, Dialect dialect) {
    this.request = request;
    this.dialect = dialect;
  }

  /**
   * Whether a classic daemon may ask that.
   *
   * @return the request to answer from
   * @throws ProtocolException if it asks twice, or for what this hook does not take, or would run a
   *     backend of the source tree without knowing where that is
   */
  HookRequest expect(Expectation expectation) {
    HookRequest asking = (HookRequest) request;
    if (!asked.add(expectation)) {
      throw new ProtocolException("got EXPECT %s twice".formatted(expectation.wireName()));
    }
    if (isArgument(expectation)
        && !asking.hook().arguments().contains(HookArgument.valueOf(expectation.name()))) {
      throw new ProtocolException(
          "got EXPECT %s (expected: one of the arguments of %s: %s)"
              .formatted(
                  expectation.wireName(),
                  asking.hook().wireName(),
                  asking.hook().arguments().stream().map(HookArgument::wireName).toList()));
    }
    if (expectation == Expectation.HOOK_NAME
        && asking.backend().isInTree()
        && !asked.contains(Expectation.BACKEND_PATH)) {
      throw new ProtocolException(
          "got EXPECT hook_name (expected: EXPECT backend_path before it, because the backend \"%s\""
                  .formatted(asking.backend().object())
              + " is in the source tree)");
    }
    return asking;
  }

  private static boolean isArgument(Expectation expectation) {
    return switch (expectation) {
      case ACTION, BUILD_BACKEND, BACKEND_PATH, HOOK_NAME -> false;
      case WHEEL_DIRECTORY, SDIST_DIRECTORY, CONFIG_SETTINGS, METADATA_DIRECTORY -> true;
    };
  }

  void stdout(String path) {
    stdoutPath = path;
  }

  void stderr(String path) {
    stderrPath = path;
  }

  void warned(HookWarning warning) {
    warnings.add(warning);
  }

  void used(HookUsage used) {
    usage = used;
  }

  /**
   * The answer is {@code OK}. A value of the wrong type is the backend's fault, not the daemon's:
   * the call fails, the conversation goes on.
   */
  void ok(String data) {
    try {
      value = value(data);
    } catch (ProtocolException e) {
      if (e.getCause() != null) {
        throw e; // not JSON at all: that is the daemon's fault
      }
      failed(
          new HookError(
              ErrorKind.HOOK_RUNTIME_ERROR,
              name() + " returned what is no answer: " + e.getMessage(),
              null,
              null,
              false,
              false));
    }
  }

  private HookResult.Value value(String data) {
    if (request instanceof HookRequest hookRequest
        && hookRequest.hook().returns() == Hook.Returns.BASENAME) {
      return new HookResult.Value.Name(ResultData.name(dialect, data));
    }
    return new HookResult.Value.Strings(ResultData.strings(dialect, data));
  }

  void failed(HookError hookError) {
    error = hookError;
  }

  void traceback(String text) {
    if (error != null) {
      error = error.withTraceback(text);
    }
  }

  boolean isAnswered() {
    return value != null || error != null;
  }

  Optional<HookResult.Value> value() {
    return Optional.ofNullable(value);
  }

  Optional<HookError> error() {
    return Optional.ofNullable(error);
  }

  List<HookWarning> warnings() {
    return warnings;
  }

  Optional<HookUsage> usage() {
    return Optional.ofNullable(usage);
  }

  Optional<String> stdoutPath() {
    return Optional.ofNullable(stdoutPath);
  }

  Optional<String> stderrPath() {
    return Optional.ofNullable(stderrPath);
  }

  private String name() {
    return name(request);
  }

  private static String name(DaemonRequest request) {
    return request instanceof HookRequest hookRequest ? hookRequest.hook().wireName() : "features";
  }

  /** {@code build_wheel in /path/of/tree}, for messages. */
  static String describe(DaemonRequest request) {
    return name(request) + " in " + request.sourceTree();
  }
}
