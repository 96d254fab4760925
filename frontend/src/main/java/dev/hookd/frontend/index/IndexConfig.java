package dev.hookd.frontend.index;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which indexes are asked, and how. Immutable.
 *
 * @param indexes URLs of Simple APIs, asked in this order and all of them; none with {@code
 *     --no-index}. They may hold user information
 * @param findLinks directories, {@code file:} URLs of directories, or URLs of HTML pages with links
 * @param trustedHosts {@code host} or {@code host:port} that may be asked without TLS; loopback
 *     always may. Certificates are checked whatever stands here
 * @param certificates PEM file of the only authorities that are trusted; empty for the platform's
 * @param netrc file with logins by host; one that is missing is as good as none
 * @param offline nothing is sent: only {@code findLinks} directories, {@code file:} URLs and
 *     downloaded files answer; pages are kept in memory alone, so that in a new process a version
 *     is found in such a directory only
 */
public record IndexConfig(
    List<URI> indexes,
    List<String> findLinks,
    Set<String> trustedHosts,
    Optional<Path> certificates,
    Optional<Path> netrc,
    ProxySettings proxies,
    boolean offline,
    String userAgent,
    Timeouts timeouts,
    RetryPolicy retries,
    Limits limits,
    IndexListener listener) {

  /**
   * How long is waited.
   *
   * @param connect for a connection
   * @param idle without a byte of the answer
   * @param page for a page or a metadata file as a whole, each attempt
   * @param download for a file as a whole, each attempt; the next attempt resumes it
   */
  public record Timeouts(Duration connect, Duration idle, Duration page, Duration download) {
    public Timeouts {
      positive("connect", connect);
      positive("idle", idle);
      positive("page", page);
      positive("download", download);
    }
  }

  /**
   * What is done about connections that fail and servers that are overloaded: full-jitter
   * exponential backoff, that is, a random time between zero and {@code base * 2^n}.
   *
   * @param retries after the first attempt; 0 for none
   * @param base of the backoff
   * @param cap of the backoff
   * @param longestRetryAfter a server that asks for more patience ({@code Retry-After}) than this
   *     is given up at once
   */
  public record RetryPolicy(int retries, Duration base, Duration cap, Duration longestRetryAfter) {
    public RetryPolicy {
      if (retries < 0) {
        throw new IllegalArgumentException("retries must not be negative: " + retries);
      }
      positive("base", base);
      positive("cap", cap);
      positive("longestRetryAfter", longestRetryAfter);
    }
  }

  /**
   * What a hostile or broken server cannot exceed.
   *
   * @param redirects that are followed for one request
   * @param pageBytes of a page, after decompression
   * @param metadataBytes of a {@code .metadata} file
   * @param fileBytes of an sdist or a wheel
   * @param freshPages how long a page is taken from memory without asking for a change
   * @param cachedPageBytes of all pages in memory, roughly
   * @param cachedFileBytes of all downloaded files on the disk, roughly; what was used in the last
   *     hour stays in any case
   */
  public record Limits(
      int redirects,
      long pageBytes,
      long metadataBytes,
      long fileBytes,
      Duration freshPages,
      long cachedPageBytes,
      long cachedFileBytes) {

    public static final Limits DEFAULT =
        new Limits(10, 64L << 20, 16L << 20, 2L << 30, Duration.ofMinutes(1), 64L << 20, 4L << 30);

    public Limits {
      if (redirects < 0) {
        throw new IllegalArgumentException("redirects must not be negative: " + redirects);
      }
      atMostInt("pageBytes", pageBytes);
      atMostInt("metadataBytes", metadataBytes);
      if (fileBytes < 1) {
        throw new IllegalArgumentException("fileBytes must be at least 1: " + fileBytes);
      }
      if (freshPages.isNegative()) {
        throw new IllegalArgumentException("freshPages must not be negative: " + freshPages);
      }
      if (cachedFileBytes < 0) {
        throw new IllegalArgumentException(
            "cachedFileBytes must not be negative: " + cachedFileBytes);
      }
      if (cachedPageBytes < 0) {
        throw new IllegalArgumentException(
            "cachedPageBytes must not be negative: " + cachedPageBytes);
      }
    }

    public Limits withCachedFileBytes(long bytes) {
      return new Limits(
          redirects, pageBytes, metadataBytes, fileBytes, freshPages, cachedPageBytes, bytes);
    }

    private static void atMostInt(String name, long bytes) {
      if (bytes < 1 || bytes > Integer.MAX_VALUE - 8) {
        throw new IllegalArgumentException(name + " must be from 1 to 2 GiB: " + bytes);
      }
    }
  }

  private static void positive(String name, Duration value) {
    if (value.isZero() || value.isNegative()) {
      throw new IllegalArgumentException(name + " must be positive: " + value);
    }
  }

  public IndexConfig {
    indexes = List.copyOf(indexes);
    findLinks = List.copyOf(findLinks);
    trustedHosts = Set.copyOf(trustedHosts);
    if (!userAgent.matches("[\\x21-\\x7e][\\x20-\\x7e]*")) {
      throw new IllegalArgumentException("userAgent must be printable ASCII: '" + userAgent + "'");
    }
  }

  /** Whether this URL may be asked without TLS. */
  boolean mayBePlain(URI uri) {
    String host = Urls.host(uri);
    return Urls.isLoopback(uri)
        || trustedHosts.contains(host)
        || trustedHosts.contains(host + ":" + Urls.port(uri));
  }

  /** For people: without credentials. */
  @Override
  public String toString() {
    return "IndexConfig[indexes="
        + indexes.stream().map(Urls::shown).toList()
        + ", offline="
        + offline
        + "]";
  }

  /** Proxies, certificates and netrc from this process's environment; no index. */
  public static Builder builder() {
    return builder(System.getenv());
  }

  /** The same from another environment. */
  public static Builder builder(Map<String, String> environment) {
    return new Builder(environment);
  }

  /** What is set here wins over {@link #pip}, whichever is called first. Not thread-safe. */
  public static final class Builder {
    private final Map<String, String> environment;
    private @Nullable PipConfiguration pip;
    private @Nullable URI index;
    private final List<URI> extraIndexes = new ArrayList<>();
    private boolean noIndex;
    private final List<String> findLinks = new ArrayList<>();
    private final TreeSet<String> trustedHosts = new TreeSet<>();
    private @Nullable Path certificates;
    private @Nullable ProxySettings proxies;
    private boolean offline;
    private String userAgent = "hookd";
    private @Nullable Timeouts timeouts;
    private @Nullable RetryPolicy retries;
    private Limits limits = Limits.DEFAULT;
    private IndexListener listener = IndexListener.NONE;

    private Builder(Map<String, String> environment) {
      this.environment = Map.copyOf(environment);
    }

    /** What pip would do, wherever nothing is set here. */
    Builder pip(PipConfiguration value) {
      pip = value;
      return this;
    }

    /**
     * The main index, instead of pip's.
     *
     * @throws IllegalArgumentException when it is no {@code http} or {@code https} URL
     */
    public Builder index(String url) {
      index = indexUrl(url);
      return this;
    }

    /** A further index, asked after the main one; pip's are not asked then. */
    public Builder extraIndex(String url) {
      extraIndexes.add(indexUrl(url));
      return this;
    }

    /** No index at all, only {@link #findLinks}. */
    public Builder noIndex() {
      noIndex = true;
      return this;
    }

    /** A directory or a page with links; pip's do not count then. */
    public Builder findLinks(String location) {
      findLinks.add(location);
      return this;
    }

    /** May be asked without TLS; besides pip's. */
    public Builder trustedHost(String hostAndMaybePort) {
      trustedHosts.add(hostAndMaybePort.toLowerCase(Locale.ROOT));
      return this;
    }

    public Builder certificates(Path pemFile) {
      certificates = pemFile;
      return this;
    }

    public Builder proxies(ProxySettings value) {
      proxies = value;
      return this;
    }

    public Builder offline(boolean value) {
      offline = value;
      return this;
    }

    public Builder userAgent(String value) {
      userAgent = value;
      return this;
    }

    public Builder timeouts(Timeouts value) {
      timeouts = value;
      return this;
    }

    public Builder retries(RetryPolicy value) {
      retries = value;
      return this;
    }

    public Builder limits(Limits value) {
      limits = value;
      return this;
    }

    public Builder listener(IndexListener value) {
      listener = value;
      return this;
    }

    /**
     * Puts it together.
     *
     * @throws IllegalArgumentException when a value from pip or the environment cannot be used; the
     *     message says which and why
     */
    public IndexConfig build() {
      PipConfiguration pips = pip == null ? PipConfiguration.NONE : pip;
      IndexDefaults defaults = new IndexDefaults(pips, environment);
      List<URI> indexes = new ArrayList<>();
      if (!noIndex) {
        if (index != null) {
          indexes.add(index);
        } else if (!pips.noIndex()) {
          pips.index().map(Builder::indexUrl).ifPresent(indexes::add);
        }
        if (!extraIndexes.isEmpty()) {
          indexes.addAll(extraIndexes);
        } else if (!pips.noIndex()) {
          pips.extraIndexes().stream().map(Builder::indexUrl).forEach(indexes::add);
        }
      }
      pips.clientCertificate()
          .ifPresent(
              file ->
                  Events.warn(
                      listener,
                      "pip's client certificate " + file + " is not used: not supported"));
      TreeSet<String> trusted = new TreeSet<>(trustedHosts);
      pips.trustedHosts().forEach(host -> trusted.add(host.toLowerCase(Locale.ROOT)));
      return new IndexConfig(
          indexes.stream().distinct().toList(),
          findLinks.isEmpty() ? pips.findLinks() : findLinks,
          trusted,
          Optional.ofNullable(certificates).or(defaults::certificates),
          defaults.netrc(),
          proxies != null ? proxies : defaults.proxies(),
          offline,
          userAgent,
          timeouts != null ? timeouts : defaults.timeouts(),
          retries != null ? retries : defaults.retries(),
          limits,
          listener);
    }

    private static URI indexUrl(String text) {
      Optional<URI> uri = Urls.resolve(null, text);
      if (uri.isEmpty() || !Urls.isHttp(uri.get())) {
        // The text may hold a password.
        throw new IllegalArgumentException(
            uri.filter(found -> Urls.scheme(found).equals("file")).isPresent()
                ? "an index must be asked over HTTP; give a directory of files as find-links: "
                    + text
                : "an index URL must begin with https:// or http:// and have a host");
      }
      return uri.get();
    }
  }
}
