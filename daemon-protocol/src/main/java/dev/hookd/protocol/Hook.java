package dev.hookd.protocol;

import static dev.hookd.protocol.HookArgument.CONFIG_SETTINGS;
import static dev.hookd.protocol.HookArgument.METADATA_DIRECTORY;
import static dev.hookd.protocol.HookArgument.SDIST_DIRECTORY;
import static dev.hookd.protocol.HookArgument.WHEEL_DIRECTORY;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The hooks of a build backend: PEP 517 ("Build backend interface") and PEP 660 (the editable
 * ones).
 */
public enum Hook {
  GET_REQUIRES_FOR_BUILD_WHEEL(Returns.REQUIREMENTS, CONFIG_SETTINGS),
  PREPARE_METADATA_FOR_BUILD_WHEEL(Returns.BASENAME, METADATA_DIRECTORY, CONFIG_SETTINGS),
  BUILD_WHEEL(Returns.BASENAME, WHEEL_DIRECTORY, CONFIG_SETTINGS, METADATA_DIRECTORY),
  GET_REQUIRES_FOR_BUILD_EDITABLE(Returns.REQUIREMENTS, CONFIG_SETTINGS),
  PREPARE_METADATA_FOR_BUILD_EDITABLE(Returns.BASENAME, METADATA_DIRECTORY, CONFIG_SETTINGS),
  BUILD_EDITABLE(Returns.BASENAME, WHEEL_DIRECTORY, CONFIG_SETTINGS, METADATA_DIRECTORY),
  GET_REQUIRES_FOR_BUILD_SDIST(Returns.REQUIREMENTS, CONFIG_SETTINGS),
  BUILD_SDIST(Returns.BASENAME, SDIST_DIRECTORY, CONFIG_SETTINGS);

  /** What a hook returns. */
  public enum Returns {
    /** A list of PEP 508 requirement strings. */
    REQUIREMENTS,
    /** The basename of the file or directory that the hook made in the directory it was given. */
    BASENAME
  }

  private static final Map<String, Hook> BY_WIRE_NAME =
      Stream.of(values())
          .collect(Collectors.toUnmodifiableMap(Hook::wireName, Function.identity()));

  private final Returns returns;

  @SuppressWarnings("ImmutableEnumChecker") // List.of is immutable, which its type does not say
  private final List<HookArgument> arguments;

  Hook(Returns returns, HookArgument... arguments) {
    this.returns = returns;
    this.arguments = List.of(arguments);
  }

  /** The hook of that name, for example {@code build_wheel}; empty when there is none. */
  public static Optional<Hook> ofWireName(String name) {
    return Optional.ofNullable(BY_WIRE_NAME.get(name));
  }

  /** The name of the function in the backend, for example {@code build_wheel}. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The arguments, in the order in which the protocol asks for them and the hook takes them. */
  public List<HookArgument> arguments() {
    return arguments;
  }

  public Returns returns() {
    return returns;
  }

  /**
   * Whether the hook only computes an answer, so that running it a second time after a daemon died
   * changes nothing that the caller keeps: the {@code get_requires_*} hooks, and {@code
   * prepare_metadata_*}, whose directory is private.
   */
  public boolean computesOnly() {
    return returns == Returns.REQUIREMENTS
        || this == PREPARE_METADATA_FOR_BUILD_WHEEL
        || this == PREPARE_METADATA_FOR_BUILD_EDITABLE;
  }
}
