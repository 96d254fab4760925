package dev.hookd.frontend.index;

import dev.hookd.frontend.IndexException.Request;
import dev.hookd.frontend.IndexUnreachableException;
import dev.hookd.frontend.InvalidIndexAnswerException;
import dev.hookd.frontend.index.BodySink.BodyTooLargeException;
import dev.hookd.frontend.index.BodySink.LocalFileException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends one request and follows its redirects; it neither repeats it nor judges the answer.
 *
 * <p>Redirects are followed here and not by the client of the JDK, because each hop must get the
 * credentials of its own host and no others, and because its policy has no limits that could be
 * set. Thread-safe.
 */
final class Transport {

  private static final Logger LOG = LoggerFactory.getLogger(Transport.class);

  private final IndexConfig config;
  private final Credentials credentials;
  private final HttpClient client;

  /**
   * @throws IOException when the file of certificates cannot be used
   */
  Transport(IndexConfig config, Credentials credentials) throws IOException {
    this.config = config;
    this.credentials = credentials;
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(config.timeouts().connect())
            .proxy(new Selector(config.proxies()));
    if (config.certificates().isPresent()) {
      builder.sslContext(Certificates.trusting(config.certificates().get()));
    }
    client = builder.build();
  }

  /**
   * @throws IOException when no complete answer came; another attempt may have one
   * @throws LocalFileException when the answer could not be kept
   * @throws BodyTooLargeException when it is larger than its sink allows
   * @throws IndexUnreachableException when the way there is closed by configuration
   * @throws InvalidIndexAnswerException for redirects that must not be followed
   */
  Fetch.Reply exchange(Fetch fetch) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + fetch.total().toNanos();
    URI uri = fetch.uri();
    for (int redirects = 0; ; redirects++) {
      requireAllowed(uri);
      HttpResponse<Void> response = send(uri, fetch, deadline);
      Optional<String> location = response.headers().firstValue("Location");
      if (!BodyReceiver.REDIRECTS.contains(response.statusCode()) || location.isEmpty()) {
        return new Fetch.Reply(Urls.bare(uri), response.statusCode(), response.headers());
      }
      if (redirects == config.limits().redirects()) {
        throw invalid(fetch.uri(), response, "was redirected more than " + redirects + " times");
      }
      uri = target(fetch, uri, response, location.get());
    }
  }

  private static URI target(Fetch fetch, URI from, HttpResponse<Void> response, String location) {
    URI to =
        Urls.resolve(Urls.bare(from), location)
            .filter(Urls::isHttp)
            .orElseThrow(
                () -> invalid(fetch.uri(), response, "was redirected to what is no HTTP URL"));
    if (Urls.scheme(from).equals("https") && Urls.scheme(to).equals("http")) {
      throw invalid(
          fetch.uri(), response, "was redirected from https to plain http: " + Urls.shown(to));
    }
    // As requests does it for pip: who was told a password for this origin is told it again.
    return Urls.origin(from).equals(Urls.origin(to)) ? Urls.withUserOf(from, to) : to;
  }

  private static InvalidIndexAnswerException invalid(
      URI uri, HttpResponse<Void> response, String what) {
    return new InvalidIndexAnswerException(
        Urls.shown(uri) + " " + what,
        new Request(Urls.shown(uri), response.statusCode(), 1),
        "look at the index's configuration, or use another index URL",
        null);
  }

  private void requireAllowed(URI uri) {
    String shown = Urls.shown(uri);
    if (config.offline()) {
      throw new IndexUnreachableException(
          shown + " is not asked: offline mode",
          new Request(shown, 0, 0),
          "allow the network, or give a directory with the files as find-links",
          null);
    }
    if (Urls.scheme(uri).equals("http") && !config.mayBePlain(uri)) {
      throw new IndexUnreachableException(
          shown + " is not asked: plain http can be read and changed by anybody on the way",
          new Request(shown, 0, 0),
          "use https, or name " + Urls.host(uri) + " as a trusted host",
          null);
    }
    Optional<URI> proxy = config.proxies().proxyFor(uri);
    if (proxy.isPresent() && !Urls.scheme(proxy.get()).equals("http")) {
      throw new IndexUnreachableException(
          shown + " cannot be asked: its proxy is of the kind " + Urls.scheme(proxy.get()),
          new Request(shown, 0, 0),
          "only proxies that are spoken to in plain HTTP can be used: http://host:port",
          null);
    }
  }

  private HttpResponse<Void> send(URI uri, Fetch fetch, long deadline)
      throws IOException, InterruptedException {
    BodyReceiver body = new BodyReceiver(fetch.receiver());
    CompletableFuture<HttpResponse<Void>> future = client.sendAsync(request(uri, fetch), body);
    try {
      return await(future, body, deadline);
    } catch (ExecutionException e) {
      IOException own = body.failure();
      throw own != null ? own : asIoException(e);
    } finally {
      body.abandon();
      future.cancel(true);
    }
  }

  private HttpRequest request(URI uri, Fetch fetch) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(Urls.bare(uri))
            .GET()
            // An upgrade of a plain connection to HTTP/2 confuses old servers and proxies.
            .version(
                Urls.scheme(uri).equals("https")
                    ? HttpClient.Version.HTTP_2
                    : HttpClient.Version.HTTP_1_1)
            .setHeader("User-Agent", config.userAgent());
    fetch.headers().forEach(request::setHeader);
    credentials.authorization(uri).ifPresent(value -> request.setHeader("Authorization", value));
    config
        .proxies()
        .proxyFor(uri)
        .filter(proxy -> proxy.getRawUserInfo() != null)
        .map(proxy -> Credentials.basic(proxy.getRawUserInfo()))
        .ifPresent(value -> request.setHeader("Proxy-Authorization", value));
    return request.build();
  }

  /** Waits as long as something comes. */
  private HttpResponse<Void> await(
      CompletableFuture<HttpResponse<Void>> future, BodyReceiver body, long deadline)
      throws ExecutionException, InterruptedException, HttpTimeoutException {
    long idle = config.timeouts().idle().toNanos();
    while (true) {
      long now = System.nanoTime();
      long untilIdle = body.lastSign() + idle - now;
      long rest = deadline - now;
      if (rest <= 0) {
        throw new HttpTimeoutException("the answer was not complete in time");
      }
      if (untilIdle <= 0) {
        throw new HttpTimeoutException("nothing came for " + config.timeouts().idle());
      }
      try {
        return future.get(Math.min(untilIdle, rest), TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        LOG.trace("still waiting", e); // it may have moved on in the meantime
      }
    }
  }

  private static IOException asIoException(ExecutionException e) {
    Throwable cause = e.getCause();
    if (cause instanceof IOException failure) {
      return failure;
    }
    if (cause instanceof Error error) {
      throw error;
    }
    return new IOException(String.valueOf(cause), cause);
  }

  /** The JDK's own would ask the system's properties. */
  private static final class Selector extends ProxySelector {
    private final ProxySettings settings;

    Selector(ProxySettings settings) {
      this.settings = settings;
    }

    @Override
    public List<Proxy> select(URI uri) {
      return settings
          .proxyFor(uri)
          .map(
              proxy ->
                  new Proxy(
                      Proxy.Type.HTTP,
                      InetSocketAddress.createUnresolved(proxy.getHost(), Urls.port(proxy))))
          .map(List::of)
          .orElse(List.of(Proxy.NO_PROXY));
    }

    @Override
    public void connectFailed(URI uri, SocketAddress address, IOException failure) {
      // The request fails with it as well.
    }
  }
}
