package dev.hookd.frontend.index;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.hookd.frontend.system.SingleFlight;
import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Projects' pages, kept in memory: fresh ones are taken as they are, older ones when the server
 * says that they have not changed. Requests for one page at one time are one. Thread-safe.
 */
final class Pages {

  private static final int NOT_MODIFIED = 304;
  private static final Set<Integer> WANTED = Set.of(200, NOT_MODIFIED, 404, 410);

  /** What a page takes in memory besides its own size. */
  private static final int OVERHEAD = 1 << 10;

  /**
   * @param page empty where the index does not have the project
   * @param validators headers for a conditional request
   * @param weight in bytes, roughly
   * @param asked when the server said so; in the clock's nanoseconds
   */
  private record Known(
      Optional<ProjectPage> page, Map<String, String> validators, int weight, long asked) {}

  /** Of a page, what is about one project: a page of links is for all of them. */
  private record Key(URI url, String project) {}

  private final IndexConfig config;
  private final Requests requests;
  private final SystemTime time;
  private final Cache<Key, Known> known;
  private final SingleFlight<Key, Optional<ProjectPage>, IOException> flights =
      new SingleFlight<>();

  Pages(IndexConfig config, Requests requests, SystemTime time) {
    this.config = config;
    this.requests = requests;
    this.time = time;
    this.known =
        Caffeine.newBuilder()
            .maximumWeight(config.limits().cachedPageBytes())
            .weigher((Key key, Known page) -> page.weight())
            .executor(Runnable::run)
            .build();
  }

  /**
   * The page, fresh enough.
   *
   * @param url of the page; may hold user information
   * @return empty when the server says that there is no such page
   */
  Optional<ProjectPage> get(URI url, String project) throws IOException, InterruptedException {
    Key key = new Key(Urls.bare(url), project);
    Known page = known.getIfPresent(key);
    if (page != null && isFresh(page)) {
      return page.page();
    }
    return flights.run(
        key,
        () -> {
          // Another request may have ended just before this one began.
          Known latest = known.getIfPresent(key);
          return latest != null && isFresh(latest)
              ? latest.page()
              : fetch(url, key, project, latest);
        });
  }

  private boolean isFresh(Known page) {
    return time.nanos().getAsLong() - page.asked() < config.limits().freshPages().toNanos();
  }

  private Optional<ProjectPage> fetch(
      URI url, Key key, String project, @org.jspecify.annotations.Nullable Known old)
      throws IOException, InterruptedException {
    Map<String, String> headers = new HashMap<>();
    headers.put("Accept", PageReader.ACCEPT);
    headers.put("Accept-Encoding", "gzip");
    if (old != null) {
      headers.putAll(old.validators());
    }
    MemorySink[] body = {new MemorySink(config.limits().pageBytes())};
    Fetch.Reply reply =
        requests.get(
            IndexListener.Resource.PAGE,
            url,
            WANTED,
            () -> {
              MemorySink sink = new MemorySink(config.limits().pageBytes());
              body[0] = sink;
              return new Fetch(
                  url,
                  headers,
                  config.timeouts().page(),
                  (status, h) -> status == 200 ? sink : null);
            });
    long now = time.nanos().getAsLong();
    Known page;
    if (reply.status() == NOT_MODIFIED) {
      if (old == null) {
        throw Requests.invalid(
            url, NOT_MODIFIED, 1, "says 'not modified' without being asked", null);
      }
      page = new Known(old.page(), old.validators(), old.weight(), now);
    } else if (reply.status() == 200) {
      page = parse(url, project, reply, body[0], now);
    } else {
      page = new Known(Optional.empty(), Map.of(), OVERHEAD, now);
    }
    known.put(key, page);
    return page.page();
  }

  private Known parse(URI url, String project, Fetch.Reply reply, MemorySink body, long now) {
    Consumer<String> warnings = message -> Events.warn(config.listener(), message);
    PageReader.Context context =
        new PageReader.Context(project, reply.uri(), Urls.shown(url), warnings);
    try {
      byte[] content = body.content(reply.header("Content-Encoding"));
      ProjectPage page = PageReader.read(content, reply.header("Content-Type"), context);
      return new Known(
          Optional.of(page),
          validators(reply),
          (int) Math.min(content.length + (long) OVERHEAD, Integer.MAX_VALUE),
          now);
    } catch (IOException e) {
      throw Requests.invalid(url, reply.status(), 1, e.getMessage() + "", e);
    }
  }

  private static Map<String, String> validators(Fetch.Reply reply) {
    Map<String, String> validators = new HashMap<>();
    if (!reply.header("ETag").isEmpty()) {
      validators.put("If-None-Match", reply.header("ETag"));
    }
    if (!reply.header("Last-Modified").isEmpty()) {
      validators.put("If-Modified-Since", reply.header("Last-Modified"));
    }
    return Map.copyOf(validators);
  }
}
