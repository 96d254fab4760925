package dev.hookd.frontend.index;

import dev.hookd.frontend.index.IndexConfig.RetryPolicy;
import dev.hookd.frontend.index.IndexConfig.Timeouts;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What pip and the environment say of what the builder of an {@link IndexConfig} was not told. */
record IndexDefaults(PipConfiguration pip, Map<String, String> environment) {

  Timeouts timeouts() {
    Duration timeout = pip.timeout().orElse(Duration.ofSeconds(15));
    return new Timeouts(timeout, timeout, Duration.ofMinutes(5), Duration.ofHours(1));
  }

  RetryPolicy retries() {
    return new RetryPolicy(
        pip.retries().orElse(5),
        Duration.ofMillis(500),
        Duration.ofSeconds(30),
        Duration.ofMinutes(2));
  }

  /** pip's own order; the last one is what OpenSSL reads. */
  Optional<Path> certificates() {
    Optional<String> file = pip.certificates();
    for (String name : List.of("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")) {
      file = file.or(() -> variable(name));
    }
    return file.map(Path::of);
  }

  /**
   * @throws IllegalArgumentException when one is no URL
   */
  ProxySettings proxies() {
    return pip.proxy().map(ProxySettings::of).orElseGet(() -> ProxySettings.of(environment));
  }

  Optional<Path> netrc() {
    Optional<Path> home = variable("HOME").map(directory -> Path.of(directory, ".netrc"));
    return variable("NETRC").map(Path::of).or(() -> home);
  }

  private Optional<String> variable(String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
  }
}
