package dev.hookd.frontend.index;

import dev.hookd.frontend.IndexAccessException;
import dev.hookd.frontend.IndexException.Request;
import dev.hookd.frontend.IndexUnreachableException;
import dev.hookd.frontend.InvalidIndexAnswerException;
import dev.hookd.frontend.index.BodySink.BodyTooLargeException;
import dev.hookd.frontend.index.BodySink.LocalFileException;
import dev.hookd.frontend.index.IndexListener.Resource;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Repeats what may work later, and makes one typed failure of what does not. Thread-safe. */
final class Requests {

  private static final Logger LOG = LoggerFactory.getLogger(Requests.class);

  /** Too early, too many, or the server's or a gateway's trouble; 501 and 505 are final. */
  private static final Set<Integer> LATER =
      Set.of(408, 425, 429, 500, 502, 503, 504, 520, 522, 524);

  /** Makes the next attempt's request, which may continue what an attempt before has begun. */
  interface Attempts {
    Fetch next() throws IOException;
  }

  /** Something that may work later. */
  private record Trouble(
      String reason, int status, Optional<Duration> retryAfter, @Nullable Throwable cause) {}

  private final IndexConfig config;
  private final Transport transport;
  private final SystemTime time;

  Requests(IndexConfig config, Transport transport, SystemTime time) {
    this.config = config;
    this.transport = transport;
    this.time = time;
  }

  /**
   * The first answer whose status is among these.
   *
   * @param resource for whoever counts
   * @param uri for messages
   * @throws IndexAccessException for 401, 403 and 407
   * @throws IndexUnreachableException when all attempts failed
   * @throws InvalidIndexAnswerException for any other status, and answers that are too large
   * @throws IOException when the trouble is with files of this machine
   */
  Fetch.Reply get(Resource resource, URI uri, Set<Integer> wanted, Attempts attempts)
      throws IOException, InterruptedException {
    long begin = time.nanos().getAsLong();
    try {
      Fetch.Reply reply = get(uri, wanted, attempts);
      tell(resource, begin, null);
      return reply;
    } catch (IOException | InterruptedException | RuntimeException e) {
      tell(resource, begin, e);
      throw e;
    }
  }

  private void tell(Resource resource, long begin, @Nullable Exception failure) {
    Duration elapsed = Duration.ofNanos(time.nanos().getAsLong() - begin);
    Events.send(config.listener(), listener -> listener.requested(resource, elapsed, failure));
  }

  private Fetch.Reply get(URI uri, Set<Integer> wanted, Attempts attempts)
      throws IOException, InterruptedException {
    int most = config.retries().retries() + 1;
    for (int attempt = 1; ; attempt++) {
      Trouble trouble;
      Fetch fetch = attempts.next();
      try {
        Fetch.Reply reply = transport.exchange(fetch);
        if (wanted.contains(reply.status())) {
          return reply;
        }
        trouble = judge(uri, reply, attempt);
      } catch (LocalFileException e) {
        throw e.problem();
      } catch (BodyTooLargeException e) {
        throw invalid(uri, 200, attempt, "is too large: " + e.getMessage(), e);
      } catch (IOException e) {
        trouble = new Trouble(reason(e), 0, Optional.empty(), e);
      }
      if (attempt == most || asksTooMuch(trouble) || distrusted(trouble)) {
        throw unreachable(uri, attempt, trouble);
      }
      pause(uri, attempt, trouble);
    }
  }

  private void pause(URI uri, int attempt, Trouble trouble) throws InterruptedException {
    String shown = Urls.shown(uri);
    Duration delay = delay(attempt, trouble);
    LOG.debug("{}: {}; attempt {} in {}", shown, trouble.reason(), attempt + 1, delay);
    Events.send(
        config.listener(), listener -> listener.retrying(shown, attempt, delay, trouble.reason()));
    time.pause().sleep(delay);
  }

  private boolean asksTooMuch(Trouble trouble) {
    return trouble
        .retryAfter()
        .filter(asked -> asked.compareTo(config.retries().longestRetryAfter()) > 0)
        .isPresent();
  }

  /** A certificate will not be better next time; a handshake that was broken off may be. */
  private static boolean distrusted(Trouble trouble) {
    for (Throwable cause = trouble.cause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof GeneralSecurityException) {
        return true;
      }
    }
    return false;
  }

  private Trouble judge(URI uri, Fetch.Reply reply, int attempt) {
    int status = reply.status();
    String answered = "answered with status " + status;
    if (LATER.contains(status)) {
      return new Trouble(answered, status, retryAfter(reply.header("Retry-After")), null);
    }
    Request request = new Request(Urls.shown(uri), status, attempt);
    if (status == 407) {
      throw new IndexAccessException(
          "the proxy for " + request.url() + " wants other credentials (status 407)",
          request,
          "put them into the proxy's URL; for https, Java uses a password with a proxy only when"
              + " started with -Djdk.http.auth.tunneling.disabledSchemes=",
          null);
    }
    if (status == 401 || status == 403) {
      throw new IndexAccessException(
          request.url()
              + (status == 401 ? " wants credentials" : " is forbidden")
              + " (status "
              + status
              + ")",
          request,
          "check the user and password in the index URL, or the netrc entry of "
              + Urls.host(reply.uri()),
          null);
    }
    throw invalid(uri, status, attempt, answered, null);
  }

  static InvalidIndexAnswerException invalid(
      URI uri, int status, int attempt, String what, @Nullable Throwable cause) {
    String shown = Urls.shown(uri);
    return new InvalidIndexAnswerException(
        shown + " " + what, new Request(shown, status, attempt), null, cause);
  }

  private static IndexUnreachableException unreachable(URI uri, int attempts, Trouble trouble) {
    String shown = Urls.shown(uri);
    return new IndexUnreachableException(
        shown
            + " could not be fetched: "
            + trouble.reason()
            + (attempts == 1 ? "" : " (attempt " + attempts + ")"),
        new Request(shown, trouble.status(), attempts),
        hint(trouble),
        trouble.cause());
  }

  private static String hint(Trouble trouble) {
    if (distrusted(trouble)) {
      return "name the authority that signed the server's certificate as a file of certificates";
    }
    if (trouble.status() != 0) {
      return "the server is in trouble; try again later, or use another index";
    }
    return "check the index URL, the network and the proxy";
  }

  /** The JDK's exceptions for these two have no message. */
  private static String reason(IOException e) {
    if (e instanceof ConnectException) {
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        if (cause instanceof UnknownHostException
            || cause instanceof java.nio.channels.UnresolvedAddressException) {
          return "the host is unknown";
        }
      }
      return "no connection" + (e.getMessage() == null ? "" : ": " + e.getMessage());
    }
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  private Duration delay(int attempt, Trouble trouble) {
    IndexConfig.RetryPolicy policy = config.retries();
    long most = policy.cap().toMillis();
    // Shifting further than the cap would overflow.
    for (long doubled = policy.base().toMillis(), n = 1; doubled < most; doubled *= 2, n++) {
      if (n == attempt) {
        most = doubled;
        break;
      }
    }
    Duration jittered = Duration.ofMillis(time.random().nextLong(most + 1));
    return trouble.retryAfter().filter(asked -> asked.compareTo(jittered) > 0).orElse(jittered);
  }

  /** Seconds, or a date (RFC 9110, section 10.2.3). */
  private Optional<Duration> retryAfter(String value) {
    if (value.matches("\\d{1,9}")) {
      return Optional.of(Duration.ofSeconds(Long.parseLong(value)));
    }
    try {
      Instant date = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      return Optional.of(Duration.between(time.clock().instant(), date));
    } catch (DateTimeParseException e) {
      return Optional.empty(); // none, or one that says nothing
    }
  }
}
