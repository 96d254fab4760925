package dev.hookd.frontend.index;

import static dev.hookd.frontend.index.IndexFixture.file;
import static dev.hookd.frontend.index.IndexFixture.page;
import static dev.hookd.frontend.index.IndexFixture.sha256;
import static dev.hookd.frontend.index.IndexFixture.utf8;
import static dev.hookd.frontend.index.LoopbackIndex.body;
import static dev.hookd.frontend.index.LoopbackIndex.bytes;
import static dev.hookd.frontend.index.LoopbackIndex.redirect;
import static dev.hookd.frontend.index.LoopbackIndex.status;
import static dev.hookd.frontend.index.LoopbackIndex.truncated;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.hookd.frontend.DistributionNotFoundException;
import dev.hookd.frontend.HashMismatchException;
import dev.hookd.frontend.IndexAccessException;
import dev.hookd.frontend.IndexUnreachableException;
import dev.hookd.frontend.InvalidIndexAnswerException;
import dev.hookd.frontend.index.IndexConfig.Limits;
import dev.hookd.frontend.index.IndexConfig.Timeouts;
import dev.hookd.frontend.requirement.Version;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pages, from the question to the answer, against a real server. */
class PackageIndexTest {

  private static final String TYPE = "application/vnd.pypi.simple.v1+json";
  private static final Version ONE = Version.parse("1.0");

  @TempDir Path directory;
  private final LoopbackIndex server = new LoopbackIndex();
  private IndexFixture fixture;

  @BeforeEach
  void makeFixture() {
    fixture = new IndexFixture(directory);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private PackageIndex index() {
    return fixture.index(server.simple());
  }

  @Test
  void select_asksForThePageOfTheNormalizedName() throws Exception {
    server.json("foo-bar", page(file("foo_bar-1.0.tar.gz", utf8("x"))));

    Selection selection = index().select("Foo__Bar", ONE, false);

    assertThat(selection.best().url()).hasToString(server.url("/files/foo_bar-1.0.tar.gz"));
    assertThat(selection.indexes()).containsExactly(server.simple());
    assertThat(server.requests("/simple/foo-bar/"))
        .singleElement()
        .satisfies(
            request -> {
              assertThat(request.header("Accept")).startsWith(TYPE + ",").contains("text/html;q=");
              assertThat(request.header("User-Agent")).isEqualTo("hookd");
            });
  }

  @Test
  void select_whenTheServerHasHtmlOnly_readsThat() throws Exception {
    server.html("p", "<a href='/files/p-1.0.zip' data-yanked='leaks'>p-1.0.zip</a>");

    assertThat(index().select("p", ONE, false).best().fileName()).isEqualTo("p-1.0.zip");
    assertThat(fixture.warnings).containsExactly("p-1.0.zip is yanked: leaks");
  }

  @Test
  void select_whenNothingHasTheProject_namesAllThatWereAsked() throws Exception {
    Path links = Files.createDirectory(directory.resolve("links"));
    try (LoopbackIndex second = new LoopbackIndex()) {
      PackageIndex index =
          fixture.index(
              server.simple().replace("//", "//user:secret@"),
              builder -> builder.extraIndex(second.simple()).findLinks(links.toString()));

      DistributionNotFoundException failure =
          catchThrowableOfType(
              DistributionNotFoundException.class, () -> index.select("p", ONE, false));

      assertThat(failure.indexes())
          .containsExactly(links.toString(), server.simple(), second.simple());
      assertThat(failure.getMessage()).doesNotContain("secret");
    }
  }

  @Test
  void pages_withSeveralIndexesAndFindLinks_haveAllInTheirOrder() throws Exception {
    Path links = Files.createDirectory(directory.resolve("links"));
    Files.write(links.resolve("p-1.0.tar.gz"), utf8("local"));
    Files.write(links.resolve("q-1.0.tar.gz"), utf8("other"));
    server.html("p", "<a href='/files/p-1.0.zip'>x</a>");
    server.on("/links.html", body("text/html", "<a href='p-3.0.zip'>x</a><a href='q-1.zip'>x</a>"));
    try (LoopbackIndex second = new LoopbackIndex()) {
      second.html("p", "<a href='/files/p-2.0.zip'>x</a>");
      PackageIndex index =
          fixture.index(
              server.simple(),
              builder ->
                  builder
                      .extraIndex(second.simple())
                      .findLinks(links.toString())
                      .findLinks(server.url("/links.html")));

      List<ProjectPage> pages = index.pages("p");

      assertThat(pages)
          .flatExtracting(ProjectPage::files)
          .extracting(ProjectFile::fileName)
          .containsExactly("p-1.0.tar.gz", "p-3.0.zip", "p-1.0.zip", "p-2.0.zip");
      Download local = index.download(pages.get(0).files().get(0));
      assertThat(local.path()).isEqualTo(links.resolve("p-1.0.tar.gz"));
      assertThat(local.sha256()).isEqualTo(sha256(utf8("local")));
    }
  }

  @Test
  void findLinks_thatAreMissing_areWarnedAbout() throws Exception {
    server.html("p", "<a href='/files/p-1.0.zip'>x</a>");
    String missing = directory.resolve("missing").toString();

    assertThat(fixture.index(server.simple(), builder -> builder.findLinks(missing)).pages("p"))
        .hasSize(1);
    assertThat(fixture.warnings).containsExactly("find-links names no directory: " + missing);
  }

  @Test
  void pages_whenOneIndexIsDown_failRatherThanAnswerWithoutIt() throws Exception {
    server.html("p", "<a href='/files/p-1.0.zip'>x</a>");
    String closed = "http://127.0.0.1:" + closedPort();
    PackageIndex index = fixture.index(server.simple(), builder -> builder.extraIndex(closed));

    assertThatThrownBy(() -> index.pages("p"))
        .isInstanceOf(IndexUnreachableException.class)
        .hasMessageContaining("no connection");
  }

  private static int closedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

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

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the server is stopped
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
    assertThat(fixture.pauses.get(0)).isLessThanOrEqualTo(Duration.ofSeconds(1));
    assertThat(fixture.pauses.get(1)).isLessThanOrEqualTo(Duration.ofSeconds(2));
    assertThat(fixture.pauses.get(2)).isEqualTo(Duration.ofSeconds(17));
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
    server.on("/simple/plain/", body(TYPE, " ".repeat(5000)));
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

  @Test
  void redirect_isFollowed_andLinksAreRelativeToItsEnd() throws Exception {
    try (LoopbackIndex mirror = new LoopbackIndex()) {
      server.on("/simple/p/", redirect("../elsewhere/"));
      server.on("/simple/elsewhere/", redirect(mirror.url("/deep/er/p/")));
      mirror.on("/deep/er/p/", body("text/html", "<a href='p-1.0.zip'>x</a>"));

      assertThat(index().pages("p").get(0).files())
          .extracting(file -> file.url().toString())
          .containsExactly(mirror.url("/deep/er/p/p-1.0.zip"));
    }
  }

  @Test
  void redirect_toAnotherHost_takesNoCredentialsAlong() throws Exception {
    try (LoopbackIndex mirror = new LoopbackIndex()) {
      server.requireAuthorization(Credentials.basic("user:se%63ret"));
      server.on("/simple/p/", redirect(mirror.url("/p/")));
      mirror.on("/p/", body("text/html", "<a href='p-1.0.zip'>x</a>"));
      PackageIndex index = fixture.index(server.simple().replace("//", "//user:secret@"));

      assertThat(index.pages("p")).hasSize(1);

      assertThat(mirror.requests()).hasSize(1);
      assertThat(mirror.requests().get(0).header("Authorization")).isNull();
    }
  }

  @Test
  void redirect_thatNeverEndsOrLeadsAstray_isRefused() {
    server.on("/simple/loop/", redirect("/simple/loop/"));
    server.on("/simple/file/", redirect("file:///etc/passwd"));
    PackageIndex index = index();

    assertThatThrownBy(() -> index.pages("loop"))
        .isInstanceOf(InvalidIndexAnswerException.class)
        .hasMessageContaining("redirected more than 10 times");
    assertThatThrownBy(() -> index.pages("file"))
        .isInstanceOf(InvalidIndexAnswerException.class)
        .hasMessageContaining("no HTTP URL");
  }

  @Test
  void credentials_thatAreWrong_areAnErrorWithoutThem() {
    server.requireAuthorization("Basic something");

    IndexAccessException failure =
        catchThrowableOfType(
            IndexAccessException.class,
            () -> fixture.index(server.simple().replace("//", "//u:secret@")).pages("p"));

    assertThat(failure.status()).hasValue(401);
    assertThat(failure.getMessage() + failure.hint() + failure.url()).doesNotContain("secret");
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void credentials_ofNetrc_areSent() throws Exception {
    Path netrc = directory.resolve("netrc");
    Files.writeString(netrc, "machine 127.0.0.1 login user password pass");
    server.requireAuthorization(Credentials.basic("user:pass"));
    server.json("p", page(file("p-1.0.zip", utf8("x"))));
    IndexConfig config =
        IndexConfig.builder(java.util.Map.of("NETRC", netrc.toString()))
            .index(server.simple())
            .build();

    assertThat(PackageIndex.of(config, fixture.cache, fixture.time()).pages("p")).hasSize(1);
  }

  @Test
  void plainHttp_toAnotherMachine_isRefusedUnlessItIsTrusted() {
    PackageIndex index = fixture.index("http://index.example.org/simple");

    assertThatThrownBy(() -> index.pages("p"))
        .isInstanceOf(IndexUnreachableException.class)
        .hasMessageContaining("plain http");
    IndexConfig trusting =
        IndexConfig.builder(java.util.Map.of())
            .index("http://index.example.org/simple")
            .trustedHost("Index.example.org")
            .build();
    assertThat(trusting.mayBePlain(trusting.indexes().get(0))).isTrue();
  }

  @Test
  void offline_asksNobody() {
    PackageIndex index = fixture.index(server.simple(), builder -> builder.offline(true));

    assertThatThrownBy(() -> index.pages("p"))
        .isInstanceOf(IndexUnreachableException.class)
        .hasMessageContaining("offline");
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void coreMetadata_ofAWheel_isFetchedAloneAndChecked() throws Exception {
    byte[] metadata = utf8("Metadata-Version: 2.4\nName: p\nVersion: 1.0\n");
    String wheel =
        """
        {"filename": "p-1.0-py3-none-any.whl", "url": "/files/p-1.0-py3-none-any.whl",
         "hashes": {}, "core-metadata": {"sha256": "%s"}}"""
            .formatted(sha256(metadata));
    server.json("p", page(wheel));
    server.on("/files/p-1.0-py3-none-any.whl.metadata", bytes(metadata));
    PackageIndex index = index();
    ProjectFile file = index.select("p", ONE, true).wheelWithMetadata().orElseThrow();

    assertThat(index.coreMetadata(file)).isEqualTo(metadata);

    server.on("/files/p-1.0-py3-none-any.whl.metadata", bytes(utf8("Name: evil")));
    assertThatThrownBy(() -> index.coreMetadata(file)).isInstanceOf(HashMismatchException.class);
  }
}
