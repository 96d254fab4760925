package dev.hookd.protocol;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a classic daemon waits for, as {@code EXPECT <name>} says it. */
public enum Expectation {
  ACTION,
  BUILD_BACKEND,
  /** Asked for by the later revision only; answered by lines up to an empty one. */
  BACKEND_PATH,
  HOOK_NAME,
  WHEEL_DIRECTORY,
  SDIST_DIRECTORY,
  CONFIG_SETTINGS,
  METADATA_DIRECTORY;

  private static final Map<String, Expectation> BY_WIRE_NAME =
      Stream.of(values())
          .collect(Collectors.toUnmodifiableMap(Expectation::wireName, Function.identity()));

  /**
   * The expectation of that name; {@code -} and {@code _} are alike, because the two revisions of
   * the protocol spell {@code build_backend} and {@code build-backend}. Empty when there is none.
   */
  public static Optional<Expectation> ofWireName(String name) {
    return Optional.ofNullable(BY_WIRE_NAME.get(name.replace('-', '_')));
  }

  /** The name as the specification spells it, with underscores. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
