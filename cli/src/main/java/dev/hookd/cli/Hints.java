package dev.hookd.cli;

import org.jspecify.annotations.Nullable;

/** What to do about a failure, for those that the library itself has no advice for. */
final class Hints {

  private Hints() {}

  static @Nullable String of(String kind) {
    return switch (kind) {
      case "MissingBackendModule" ->
          "the build backend must be named in build-system.requires of pyproject.toml; with"
              + " --no-build-isolation it must be installed for --python";
      case "MissingBackendAttribute", "MalformedBackendName" ->
          "check build-system.build-backend in pyproject.toml, or --build-backend:"
              + " module or module:object";
      case "UnsupportedHook" -> "'hookd features SOURCE_TREE' lists the hooks that there are";
      case "Timeout" -> "--timeout allows more time; --verbose shows how far the hook came";
      case "DaemonDied" ->
          "often a machine short of memory; try again, and 'hookd doctor' checks this machine";
      case "ProtocolViolation" -> "check --daemon-script; docs/protocol.md is what it must speak";
      case "LaunchFailed", "EnvironmentFailed" -> "'hookd doctor' checks this machine";
      case Failure.IO_ERROR ->
          "make room or give permission; TMPDIR and HOOKD_CACHE_DIR name other places";
      case Failure.INTERNAL_ERROR -> "run it again with --debug for the stack trace, and report it";
      default -> null;
    };
  }
}
