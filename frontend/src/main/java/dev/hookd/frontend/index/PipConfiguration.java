package dev.hookd.frontend.index;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What pip would do about indexes: its environment variables, then its configuration files, then
 * its own built-in defaults. Immutable. Values are as pip has them, so URLs may hold passwords;
 * {@link #toString} shows none. {@link PipConfigurations} asks for it.
 *
 * @param index pip's {@code --index-url}
 * @param findLinks directories or URLs
 * @param certificates a file
 * @param clientCertificate a file; not supported, and warned about
 * @param proxy for everything; empty where the environment decides
 */
record PipConfiguration(
    Optional<String> index,
    List<String> extraIndexes,
    boolean noIndex,
    List<String> findLinks,
    List<String> trustedHosts,
    Optional<String> certificates,
    Optional<String> clientCertificate,
    Optional<String> proxy,
    Optional<Duration> timeout,
    OptionalInt retries) {

  /** Nothing is known: no index is asked unless options name one. */
  static final PipConfiguration NONE =
      new PipConfiguration(
          Optional.empty(),
          List.of(),
          false,
          List.of(),
          List.of(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          OptionalInt.empty());

  PipConfiguration {
    extraIndexes = List.copyOf(extraIndexes);
    findLinks = List.copyOf(findLinks);
    trustedHosts = List.copyOf(trustedHosts);
  }

  @Override
  public String toString() {
    return "PipConfiguration[noIndex=" + noIndex + "]";
  }
}
