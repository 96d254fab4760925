package dev.hookd.frontend.index;

import static dev.hookd.frontend.index.IndexFixture.file;
import static dev.hookd.frontend.index.IndexFixture.page;
import static dev.hookd.frontend.index.IndexFixture.utf8;
import static dev.hookd.frontend.index.LoopbackIndex.body;
import static dev.hookd.frontend.index.LoopbackIndex.bytes;
import static dev.hookd.frontend.index.LoopbackIndex.status;
import static dev.hookd.frontend.index.LoopbackIndex.truncated;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.hookd.frontend.IndexUnreachableException;
import dev.hookd.frontend.InvalidIndexAnswerException;
import dev.hookd.frontend.index.IndexConfig.Limits;
import dev.hookd.frontend.index.IndexConfig.Timeouts;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/** How pages are fetched: once, again where that may help, and within limits. */
class IndexRequestsTest extends PackageIndexFixture {

  @Test
  void page_thatIsFresh_isNotAskedForAgain() throws Exception {
    server.on("/simple/p/", body(TYPE, page(file("p-1.0.zip", utf8("x"))), "ETag", "\"one\""));
    PackageIndex index = index();

    index.pages("p");
    index.pages("P");
    assertThat(server.requests()).hasSize(1);

    fixture.nanos.addAndGet(Duration.ofMinutes(2).toNanos());
    server.first("/simple/p/", status(304));
    assertThat(index.pages("p").get(0).files()).hasSize(1);
    index.pages("p");
    assertThat(server.requests()).hasSize(2);
    assertThat(server.requests().get(1).header("If-None-Match")).isEqualTo("\"one\"");

    fixture.nanos.addAndGet(Duration.ofMinutes(2).toNanos());
    server.first("/simple/p/", body(TYPE, page("")));
    assertThat(index.pages("p").get(0).files()).isEmpty();
  }

  @Test
  void page_thatManyAskFor_isFetchedOnceEvenWhenTheFirstOneLeaves() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch answer = new CountDownLatch(1);
    server.first(
        "/simple/p/",
        exchange -> {
          asked.countDown();
          await(answer);
          status(500).give(exchange);
        });
    server.json("p", page(file("p-1.0.zip", utf8("x"))));
    PackageIndex index = index();
    FutureTask<List<ProjectPage>> first = new FutureTask<>(() -> index.pages("p"));
    Thread leaver = new Thread(first);
    leaver.start();
    asked.await();
    List<FutureTask<List<ProjectPage>>> others = new java.util.ArrayList<>();
    List<Thread> threads = new java.util.ArrayList<>();
    for (int i = 0; i < 4; i++) {
      FutureTask<List<ProjectPage>> other = new FutureTask<>(() -> index.pages("p"));
      Thread thread = new Thread(other);
      thread.start();
      others.add(other);
      threads.add(thread);
    }
    for (Thread thread : threads) {
      awaitWaiting(thread);
    }

    leaver.interrupt();

    assertThatThrownBy(() -> first.get(20, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(InterruptedException.class);
    for (FutureTask<List<ProjectPage>> other : others) {
      assertThat(other.get(20, TimeUnit.SECONDS)).hasSize(1);
    }
    answer.countDown();
    assertThat(server.requests()).hasSize(2);
  }

  private static void awaitWaiting(Thread thread) {
    while (thread.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
  }

  @Test
  void request_thatMayWorkLater_isRepeatedWithBackoff() throws Exception {
    String content = page(file("p-1.0.zip", utf8("x")));
    server.first(
        "/simple/p/",
        status(503),
        truncated(utf8(content), 10, "Content-Type", TYPE),
        status(429, "Retry-After", "17"));
    server.json("p", content);

    assertThat(index().pages("p")).hasSize(1);

    assertThat(fixture.retries).hasSize(3);
    assertThat(fixture.retries.get(0)).isEqualTo("1 answered with status 503");
    assertThat(fixture.retries.get(2)).isEqualTo("3 answered with status 429");
    assertThat(fixture.pauses)
        .containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(17));
  }

  @Test
  void request_thatNeverWorks_failsWithWhatWasTried() {
    server.on("/simple/p/", status(502));

    IndexUnreachableException failure =
        catchThrowableOfType(IndexUnreachableException.class, () -> index().pages("p"));

    assertThat(failure).hasMessageContaining("answered with status 502 (attempt 4)");
    assertThat(failure.attempts()).isEqualTo(4);
    assertThat(failure.status()).hasValue(502);
    assertThat(failure.url()).isEqualTo(server.url("/simple/p/"));
    assertThat(failure.hint()).isPresent();
  }

  @Test
  void request_whenTheServerAsksForTooMuchPatience_failsAtOnce() {
    server.on("/simple/p/", status(503, "Retry-After", "Sat, 21 Nov 2026 13:00:00 GMT"));

    IndexUnreachableException failure =
        catchThrowableOfType(IndexUnreachableException.class, () -> index().pages("p"));

    assertThat(failure.attempts()).isEqualTo(1);
    assertThat(fixture.pauses).isEmpty();
  }

  @Test
  void request_withoutAnAnswer_timesOut() {
    CountDownLatch never = new CountDownLatch(1);
    server.on("/simple/p/", exchange -> await(never));
    Duration second = Duration.ofSeconds(9);
    PackageIndex index =
        fixture.index(
            server.simple(),
            builder ->
                builder
                    .timeouts(new Timeouts(second, Duration.ofMillis(50), second, second))
                    .retries(
                        new IndexConfig.RetryPolicy(
                            1,
                            Duration.ofSeconds(1),
                            Duration.ofSeconds(1),
                            Duration.ofSeconds(1))));

    assertThatThrownBy(() -> index.pages("p"))
        .isInstanceOf(IndexUnreachableException.class)
        .hasMessageContaining("nothing came for PT0.05S (attempt 2)");
    never.countDown();
  }

  @Test
  void answer_thatTricklesForEver_endsWithItsTime() {
    server.on(
        "/simple/p/",
        exchange -> {
          exchange.getResponseHeaders().set("Content-Type", TYPE);
          exchange.sendResponseHeaders(200, 0);
          while (true) {
            exchange.getResponseBody().write(' '); // until the client has gone
            exchange.getResponseBody().flush();
          }
        });
    Duration second = Duration.ofSeconds(9);
    PackageIndex index =
        fixture.index(
            server.simple(),
            builder ->
                builder
                    .timeouts(new Timeouts(second, second, Duration.ofMillis(100), second))
                    .retries(
                        new IndexConfig.RetryPolicy(
                            0,
                            Duration.ofSeconds(1),
                            Duration.ofSeconds(1),
                            Duration.ofSeconds(1))));

    assertThatThrownBy(() -> index.pages("p"))
        .isInstanceOf(IndexUnreachableException.class)
        .hasMessageContaining("not complete in time");
  }

  @Test
  void page_thatIsTooLarge_isNotReadToItsEnd() throws Exception {
    ByteArrayOutputStream bomb = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bomb)) {
      gzip.write(new byte[1 << 20]);
    }
    server.on(
        "/simple/plain/",
        exchange -> {
          exchange.getResponseHeaders().set("Content-Type", TYPE);
          exchange.sendResponseHeaders(200, 0);
          while (true) { // until nobody reads it any more
            exchange.getResponseBody().write(new byte[1024]);
            exchange.getResponseBody().flush();
          }
        });
    server.on(
        "/simple/bomb/",
        bytes(bomb.toByteArray(), "Content-Type", TYPE, "Content-Encoding", "gzip"));
    PackageIndex index =
        fixture.index(
            server.simple(),
            builder ->
                builder.limits(new Limits(3, 4096, 4096, 4096, Duration.ZERO, 1 << 20, 1 << 20)));

    for (String project : List.of("plain", "bomb")) {
      assertThatThrownBy(() -> index.pages(project))
          .isInstanceOf(InvalidIndexAnswerException.class)
          .hasMessageContaining("more than 4096 bytes");
    }
    assertThat(fixture.retries).isEmpty();
  }

  @Test
  void page_thatIsCompressed_isRead() throws Exception {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
      gzip.write(utf8(page(file("p-1.0.zip", utf8("x")))));
    }
    server.on(
        "/simple/p/",
        bytes(compressed.toByteArray(), "Content-Type", TYPE, "Content-Encoding", "gzip"));

    assertThat(index().pages("p").get(0).files()).hasSize(1);
    assertThat(server.requests().get(0).header("Accept-Encoding")).isEqualTo("gzip");
  }
}
