package dev.hookd.frontend.index;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which proxy a URL is fetched through. Immutable.
 *
 * @param http for {@code http} URLs; may hold user information
 * @param https for {@code https} URLs
 * @param exceptions hosts that are asked directly: names (with everything below them), addresses,
 *     either with a port, IPv4 networks such as {@code 10.0.0.0/8}, or {@code *} for all
 */
public record ProxySettings(Optional<URI> http, Optional<URI> https, List<String> exceptions) {

  public static final ProxySettings NONE =
      new ProxySettings(Optional.empty(), Optional.empty(), List.of());

  public ProxySettings {
    exceptions = List.copyOf(exceptions);
  }

  /**
   * {@code http_proxy}, {@code https_proxy}, {@code all_proxy} and {@code no_proxy}, in lower case
   * first, then in upper case, as Python reads them: an empty one in lower case switches the other
   * off, and {@code HTTP_PROXY} does not count in a CGI program, whose clients could set it.
   *
   * @throws IllegalArgumentException when one is no URL
   */
  public static ProxySettings of(Map<String, String> environment) {
    Optional<URI> all = variable(environment, "all_proxy");
    Optional<URI> http = variable(environment, "http_proxy");
    Optional<URI> https = variable(environment, "https_proxy");
    List<String> exceptions = new ArrayList<>();
    for (String host : value(environment, "no_proxy").split(",", -1)) {
      if (!host.isBlank()) {
        exceptions.add(host.strip().toLowerCase(Locale.ROOT));
      }
    }
    return new ProxySettings(http.or(() -> all), https.or(() -> all), exceptions);
  }

  /**
   * One proxy for everything, as pip's option {@code --proxy} has it; empty means none at all.
   *
   * @throws IllegalArgumentException when it is no URL
   */
  public static ProxySettings of(String proxy) {
    Optional<URI> one = proxy.isBlank() ? Optional.empty() : Optional.of(parse("--proxy", proxy));
    return new ProxySettings(one, one, List.of());
  }

  private static Optional<URI> variable(Map<String, String> environment, String name) {
    String value = value(environment, name);
    return value.isBlank() ? Optional.empty() : Optional.of(parse(name, value));
  }

  private static String value(Map<String, String> environment, String name) {
    String lower = environment.get(name);
    if (lower != null) {
      return lower;
    }
    if (name.equals("http_proxy") && environment.containsKey("REQUEST_METHOD")) {
      return "";
    }
    return environment.getOrDefault(name.toUpperCase(Locale.ROOT), "");
  }

  private static URI parse(String name, String value) {
    String url = value.strip();
    Optional<URI> uri = Urls.resolve(null, url.contains("://") ? url : "http://" + url);
    if (uri.isEmpty() || uri.get().getHost() == null) {
      // The value may hold a password.
      throw new IllegalArgumentException(
          "the proxy of " + name + " is no URL; write it as http://host:port");
    }
    return uri.get();
  }

  /** The proxy for this URL; empty where it is asked directly. */
  Optional<URI> proxyFor(URI uri) {
    Optional<URI> proxy = Urls.scheme(uri).equals("https") ? https : http;
    if (proxy.isEmpty() || exceptions.stream().anyMatch(exception -> matches(exception, uri))) {
      return Optional.empty();
    }
    return proxy;
  }

  private static boolean matches(String exception, URI uri) {
    String host = Urls.host(uri).replaceAll("[\\[\\]]", "");
    if (exception.equals("*") || exception.equals(host)) {
      return true;
    }
    int slash = exception.indexOf('/');
    if (slash > 0) {
      Long network = ipv4(exception.substring(0, slash));
      Long address = ipv4(host);
      return network != null
          && address != null
          && exception.substring(slash + 1).matches("[0-9]|[12][0-9]|3[0-2]")
          && sameNetwork(network, address, Integer.parseInt(exception.substring(slash + 1)));
    }
    String name = exception.startsWith(".") ? exception.substring(1) : exception;
    int colon = name.lastIndexOf(':');
    if (colon > 0 && colon == name.indexOf(':')) {
      if (!name.substring(colon + 1).equals(String.valueOf(Urls.port(uri)))) {
        return false;
      }
      name = name.substring(0, colon);
    }
    return host.equals(name) || host.endsWith("." + name);
  }

  private static boolean sameNetwork(long network, long address, int bits) {
    return bits == 0 || network >>> (32 - bits) == address >>> (32 - bits);
  }

  private static @Nullable Long ipv4(String text) {
    if (!text.matches("\\d{1,3}(\\.\\d{1,3}){3}")) {
      return null;
    }
    long address = 0;
    for (String part : text.split("\\.", -1)) {
      address = (address << 8) | (Integer.parseInt(part) & 0xff);
    }
    return address;
  }

  /** Without credentials. */
  @Override
  public String toString() {
    return "ProxySettings[http="
        + http.map(Urls::shown).orElse("none")
        + ", https="
        + https.map(Urls::shown).orElse("none")
        + ", exceptions="
        + exceptions
        + "]";
  }
}
