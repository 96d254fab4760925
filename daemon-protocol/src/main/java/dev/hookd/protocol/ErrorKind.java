package dev.hookd.protocol;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Why a call failed, as the daemon says it. These nine are all that the protocol has; see {@code
 * docs/protocol.md}.
 */
public enum ErrorKind {
  MISSING_BACKEND_MODULE("MissingBackendModule"),
  MISSING_BACKEND_ATTRIBUTE("MissingBackendAttribute"),
  MALFORMED_BACKEND_NAME("MalformedBackendName"),
  BACKEND_IMPORT_ERROR("BackendImportError"),
  INVALID_HOOK_NAME("InvalidHookName"),
  INVALID_ACTION("InvalidAction"),
  UNSUPPORTED_HOOK("UnsupportedHook"),
  MALFORMED_HOOK_ARGUMENT("MalformedHookArgument"),
  HOOK_RUNTIME_ERROR("HookRuntimeError");

  private static final Map<String, ErrorKind> BY_WIRE_NAME =
      Stream.of(values())
          .collect(Collectors.toUnmodifiableMap(ErrorKind::wireName, Function.identity()));

  private final String wireName;

  ErrorKind(String wireName) {
    this.wireName = wireName;
  }

  /** The kind of that name, for example {@code HookRuntimeError}; empty when there is none. */
  public static Optional<ErrorKind> ofWireName(String name) {
    return Optional.ofNullable(BY_WIRE_NAME.get(name));
  }

  public String wireName() {
    return wireName;
  }
}
