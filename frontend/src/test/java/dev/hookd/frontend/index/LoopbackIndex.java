package dev.hookd.frontend.index;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * An index server on loopback that does what it is told: each path has an answer, and before that
 * any number of answers that are given once.
 */
public final class LoopbackIndex implements AutoCloseable {

  public interface Answer {
    void give(HttpExchange exchange) throws IOException;
  }

  /** One request, as it came. */
  public record Recorded(String path, Headers headers) {
    @Nullable String header(String name) {
      return headers.getFirst(name);
    }
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<String, Answer> answers = new ConcurrentHashMap<>();
  private final Map<String, ArrayDeque<Answer>> once = new ConcurrentHashMap<>();
  private final List<Recorded> requests = new CopyOnWriteArrayList<>();
  private volatile @Nullable String authorization;

  public LoopbackIndex() {
    this(create());
  }

  LoopbackIndex(HttpServer server) {
    this.server = server;
    server.createContext("/", this::handle);
    server.setExecutor(threads);
    server.start();
  }

  private static HttpServer create() {
    try {
      return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      Headers headers = new Headers();
      headers.putAll(exchange.getRequestHeaders());
      requests.add(new Recorded(path, headers));
      ArrayDeque<Answer> first = once.getOrDefault(path, new ArrayDeque<>());
      Answer answer;
      synchronized (first) {
        answer = first.poll();
      }
      if (authorization != null && !authorization.equals(headers.getFirst("Authorization"))) {
        status(401).give(exchange);
      } else if (answer != null) {
        answer.give(exchange);
      } else {
        answers.getOrDefault(path, status(404)).give(exchange);
      }
    }
  }

  int port() {
    return server.getAddress().getPort();
  }

  public String simple() {
    return url("/simple/");
  }

  public String url(String path) {
    return "http://127.0.0.1:" + port() + path;
  }

  /** Everything wants this header from now on. */
  void requireAuthorization(String value) {
    authorization = value;
  }

  public void on(String path, Answer answer) {
    answers.put(path, answer);
  }

  /** Given once each, in this order, before the path's usual answer. */
  void first(String path, Answer... some) {
    once.computeIfAbsent(path, p -> new ArrayDeque<>()).addAll(List.of(some));
  }

  public void json(String project, String content) {
    on("/simple/" + project + "/", body("application/vnd.pypi.simple.v1+json", content));
  }

  void html(String project, String content) {
    on("/simple/" + project + "/", body("text/html; charset=utf-8", content));
  }

  public List<Recorded> requests() {
    return List.copyOf(requests);
  }

  public List<Recorded> requests(String path) {
    return requests.stream().filter(request -> request.path().equals(path)).toList();
  }

  static Answer status(int status, String... headers) {
    return exchange -> {
      set(exchange, headers);
      exchange.sendResponseHeaders(status, -1);
    };
  }

  static Answer redirect(String location) {
    return status(302, "Location", location);
  }

  static Answer body(String type, String content, String... headers) {
    return bytes(content.getBytes(StandardCharsets.UTF_8), with(headers, "Content-Type", type));
  }

  public static Answer bytes(byte[] content, String... headers) {
    return exchange -> {
      set(exchange, headers);
      exchange.sendResponseHeaders(200, content.length == 0 ? -1 : content.length);
      exchange.getResponseBody().write(content);
    };
  }

  /** Promises all of it, and ends the connection after so many bytes. */
  static Answer truncated(byte[] content, int after, String... headers) {
    return exchange -> {
      set(exchange, headers);
      exchange.sendResponseHeaders(200, content.length);
      exchange.getResponseBody().write(content, 0, after);
      exchange.getResponseBody().flush();
    };
  }

  /** A file with this entity tag; ranges are honoured while {@code If-Range} names it. */
  static Answer file(byte[] content, String etag) {
    return exchange -> {
      exchange.getResponseHeaders().set("ETag", etag);
      String range = exchange.getRequestHeaders().getFirst("Range");
      String condition = exchange.getRequestHeaders().getFirst("If-Range");
      int from = range == null ? 0 : Integer.parseInt(range.replaceAll("bytes=(\\d+)-", "$1"));
      if (range == null || !etag.equals(condition)) {
        bytes(content).give(exchange);
      } else if (from >= content.length) {
        status(416, "Content-Range", "bytes */" + content.length).give(exchange);
      } else {
        String sent = "bytes " + from + "-" + (content.length - 1) + "/" + content.length;
        exchange.getResponseHeaders().set("Content-Range", sent);
        exchange.sendResponseHeaders(206, content.length - from);
        exchange.getResponseBody().write(content, from, content.length - from);
      }
    };
  }

  private static void set(HttpExchange exchange, String... headers) {
    for (int i = 0; i < headers.length; i += 2) {
      exchange.getResponseHeaders().set(headers[i], headers[i + 1]);
    }
  }

  private static String[] with(String[] headers, String name, String value) {
    String[] all = java.util.Arrays.copyOf(headers, headers.length + 2);
    all[headers.length] = name;
    all[headers.length + 1] = value;
    return all;
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
