package dev.hookd.frontend.index;

import static dev.hookd.frontend.index.IndexFixture.bytes;
import static dev.hookd.frontend.index.IndexFixture.file;
import static dev.hookd.frontend.index.IndexFixture.page;
import static dev.hookd.frontend.index.IndexFixture.sha256;
import static dev.hookd.frontend.index.LoopbackIndex.status;
import static dev.hookd.frontend.index.LoopbackIndex.truncated;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.hookd.frontend.DistributionNotFoundException;
import dev.hookd.frontend.HashMismatchException;
import dev.hookd.frontend.IndexUnreachableException;
import dev.hookd.frontend.InvalidIndexAnswerException;
import dev.hookd.frontend.index.IndexConfig.Limits;
import dev.hookd.frontend.index.IndexConfig.RetryPolicy;
import dev.hookd.frontend.requirement.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files, from the page to the disk, against a real server. */
class DownloadsTest {

  private static final byte[] SDIST = bytes(300_000, "sdist");
  private static final String NAME = "p-1.0.tar.gz";
  private static final String PATH = "/files/" + NAME;

  @TempDir Path directory;
  private final LoopbackIndex server = new LoopbackIndex();
  private IndexFixture fixture;

  @BeforeEach
  void serve() {
    fixture = new IndexFixture(directory);
    server.json("p", page(file(NAME, SDIST)));
    server.on(PATH, LoopbackIndex.file(SDIST, "\"one\""));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static ProjectFile sdist(PackageIndex index) throws IOException, InterruptedException {
    return index.select("p", Version.parse("1.0"), false).best();
  }

  private Path cached() {
    return fixture.cache.path("downloads/" + sha256(SDIST)).resolve(NAME);
  }

  private List<String> partial() throws IOException {
    try (Stream<Path> files = Files.list(fixture.cache.path("downloads/partial"))) {
      return files
          .map(path -> path.getFileName().toString())
          .filter(name -> !name.endsWith(".lock"))
          .toList();
    }
  }

  @Test
  void download_isKeptByItsContent() throws Exception {
    PackageIndex index = fixture.index(server.simple());

    Download first = index.download(sdist(index));
    Download second = fixture.index(server.simple()).download(sdist(index));

    assertThat(first).isEqualTo(new Download(cached(), sha256(SDIST), SDIST.length, false));
    assertThat(second).isEqualTo(new Download(cached(), sha256(SDIST), SDIST.length, true));
    assertThat(cached()).hasBinaryContent(SDIST);
    assertThat(server.requests(PATH)).hasSize(1);
    assertThat(server.requests(PATH).get(0).header("Accept-Encoding")).isEqualTo("identity");
    assertThat(partial()).isEmpty();
    assertThat(fixture.heard.events).containsExactly("downloads miss", "downloads disk");
    assertThat(fixture.ended).containsExactly("page ok", "file ok");
  }

  @Test
  void cachedFile_thatIsDamaged_isFetchedAgain() throws Exception {
    PackageIndex index = fixture.index(server.simple());
    ProjectFile file = sdist(index);
    index.download(file);
    Files.write(cached(), bytes(SDIST.length, "damage"));

    assertThat(index.download(file).fromCache()).isFalse();

    assertThat(cached()).hasBinaryContent(SDIST);
    assertThat(fixture.heard.events)
        .containsExactly("downloads miss", "downloads miss", "downloads damaged");
  }

  @Test
  void download_thatBreaksOff_goesOnWhereItWas() throws Exception {
    server.first(
        PATH,
        truncated(SDIST, 100_000, "ETag", "\"one\""),
        exchange -> {
          exchange.getResponseHeaders().set("Content-Range", "bytes 100000-299999/300000");
          exchange.sendResponseHeaders(206, 200_000);
          exchange.getResponseBody().write(SDIST, 100_000, 50_000);
          exchange.getResponseBody().flush();
        });
    PackageIndex index = fixture.index(server.simple());

    assertThat(index.download(sdist(index)).path()).hasBinaryContent(SDIST);

    List<LoopbackIndex.Recorded> requests = server.requests(PATH);
    assertThat(requests)
        .extracting(request -> request.header("Range"))
        .containsExactly(null, "bytes=100000-", "bytes=150000-");
    assertThat(requests.get(1).header("If-Range")).isEqualTo("\"one\"");
    assertThat(partial()).isEmpty();
  }

  /** A download that breaks off and is given up. */
  private void breakOff(int after, String... headers) throws Exception {
    server.first(PATH, truncated(SDIST, after, headers));
    PackageIndex index = fixture.index(server.simple(), DownloadsTest::withoutRetries);
    ProjectFile file = sdist(index);
    assertThatThrownBy(() -> index.download(file)).isInstanceOf(IndexUnreachableException.class);
  }

  private static void withoutRetries(IndexConfig.Builder builder) {
    Duration second = Duration.ofSeconds(1);
    builder.retries(new RetryPolicy(0, second, second, second));
  }

  @Test
  void download_thatAnotherProcessBegan_goesOnWhereItWas() throws Exception {
    breakOff(100_000, "ETag", "\"one\"");
    PackageIndex index = fixture.index(server.simple());

    assertThat(index.download(sdist(index)).path()).hasBinaryContent(SDIST);

    assertThat(server.requests(PATH).get(1).header("Range")).isEqualTo("bytes=100000-");
    assertThat(fixture.resumedAt).containsExactly(100_000L);
  }

  @Test
  void beginning_ofAFileThatHasChanged_isThrownAway() throws Exception {
    breakOff(100_000, "ETag", "\"before\"");
    PackageIndex index = fixture.index(server.simple());

    assertThat(index.download(sdist(index)).path()).hasBinaryContent(SDIST);

    assertThat(server.requests(PATH).get(1).header("If-Range")).isEqualTo("\"before\"");
    assertThat(server.requests(PATH)).hasSize(2);
  }

  @Test
  void beginning_withoutAValidator_isNotKept() throws Exception {
    breakOff(100_000);
    assertThat(partial()).isEmpty();
    PackageIndex index = fixture.index(server.simple());

    assertThat(index.download(sdist(index)).path()).hasBinaryContent(SDIST);

    assertThat(server.requests(PATH).get(1).header("Range")).isNull();
  }

  @Test
  void beginning_thatWasDamaged_costsOneMoreDownload() throws Exception {
    breakOff(100_000, "ETag", "\"one\"");
    Path part = fixture.cache.path("downloads/partial").resolve(sha256(SDIST) + ".part");
    Files.write(part, bytes(100_000, "holes"));
    PackageIndex index = fixture.index(server.simple());

    assertThat(index.download(sdist(index)).path()).hasBinaryContent(SDIST);

    assertThat(server.requests(PATH))
        .extracting(request -> request.header("Range"))
        .containsExactly(null, "bytes=100000-", null);
  }

  @Test
  void beginning_thatIsTheWholeFile_isDownloadedAgain() throws Exception {
    breakOff(SDIST.length - 1, "ETag", "\"one\"");
    Path part = fixture.cache.path("downloads/partial").resolve(sha256(SDIST) + ".part");
    Files.write(part, SDIST);
    PackageIndex index = fixture.index(server.simple());

    assertThat(index.download(sdist(index)).path()).hasBinaryContent(SDIST);

    assertThat(server.requests(PATH))
        .extracting(request -> request.header("Range"))
        .containsExactly(null, "bytes=300000-", null);
  }

  @Test
  void part_thatWasNotAskedFor_isNotUsed() throws Exception {
    server.first(
        PATH,
        truncated(SDIST, 100_000, "ETag", "\"one\""),
        exchange -> {
          exchange.getResponseHeaders().set("Content-Range", "bytes 5-299999/300000");
          exchange.sendResponseHeaders(206, 10);
          exchange.getResponseBody().write(SDIST, 5, 10);
        });
    PackageIndex index = fixture.index(server.simple());

    assertThat(index.download(sdist(index)).path()).hasBinaryContent(SDIST);
  }

  @Test
  void file_thatIsAnotherOne_isRefusedAndNotKept() throws Exception {
    byte[] evil = bytes(300_000, "evil");
    server.on(PATH, LoopbackIndex.file(evil, "\"one\""));
    PackageIndex index = fixture.index(server.simple());
    ProjectFile file = sdist(index);

    HashMismatchException failure =
        catchThrowableOfType(HashMismatchException.class, () -> index.download(file));

    assertThat(failure.expected()).isEqualTo("sha256=" + sha256(SDIST));
    assertThat(failure.actual()).isEqualTo("sha256=" + sha256(evil));
    assertThat(failure.url()).isEqualTo(server.url(PATH));
    assertThat(fixture.ended).containsExactly("page ok", "file ok", "download HashMismatch");
    assertThat(partial()).isEmpty();
    assertThat(cached()).doesNotExist();
    assertThat(server.requests(PATH)).hasSize(1);
  }

  @Test
  void parts_thatNeverFit_areAnErrorAfterTheSecondRound() throws Exception {
    server.on(
        PATH,
        exchange -> {
          exchange.getResponseHeaders().set("Content-Range", "bytes 0-9/10");
          exchange.sendResponseHeaders(206, 10);
          exchange.getResponseBody().write(SDIST, 5, 10);
        });
    PackageIndex index = fixture.index(server.simple());
    ProjectFile file = sdist(index);

    assertThatThrownBy(() -> index.download(file)).isInstanceOf(HashMismatchException.class);
    assertThat(server.requests(PATH)).hasSize(2);
  }

  @Test
  void file_ofAnotherSizeThanTheIndexSays_isRefused() throws Exception {
    server.json(
        "p",
        page(
            "{\"filename\": \"%s\", \"url\": \"%s\", \"hashes\": {}, \"size\": 5}"
                .formatted(NAME, PATH)));
    PackageIndex index = fixture.index(server.simple());
    ProjectFile file = sdist(index);

    assertThatThrownBy(() -> index.download(file))
        .isInstanceOf(HashMismatchException.class)
        .hasMessageContaining("has 300000 bytes, and the index says 5");
  }

  @Test
  void file_thatIsTooLarge_isRefusedBeforeItIsRead() throws Exception {
    server.on(
        PATH,
        exchange -> {
          exchange.getResponseHeaders().set("ETag", "\"one\"");
          exchange.sendResponseHeaders(200, 0); // chunked: the length is not known
          exchange.getResponseBody().write(SDIST);
        });
    CountDownLatch end = new CountDownLatch(1);
    server.on(
        "/files/q-1.0.zip",
        exchange -> {
          exchange.sendResponseHeaders(200, SDIST.length); // and nothing of it
          PackageIndexFixture.await(end);
        });
    PackageIndex index =
        fixture.index(
            server.simple(),
            builder ->
                builder.limits(
                    new Limits(3, 1 << 20, 1 << 20, 299_999, Duration.ZERO, 1 << 20, 1 << 20)));
    ProjectFile file = sdist(index);

    assertThatThrownBy(() -> index.download(file))
        .isInstanceOf(InvalidIndexAnswerException.class)
        .hasMessageContaining("more than 299999 bytes");
    assertThatThrownBy(() -> index.download(index.direct(server.url("/files/q-1.0.zip"))))
        .isInstanceOf(InvalidIndexAnswerException.class)
        .hasMessageContaining("more than 299999 bytes");
    end.countDown();
    assertThat(partial()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"sha512", "md5"})
  void otherHashes_areCheckedToo_andWeakOnesWarnedAbout(String algorithm) throws Exception {
    String hash = Hashes.hex(Hashes.digest(algorithm).digest(SDIST));
    PackageIndex index = fixture.index(server.simple());
    String good = server.url(PATH) + "#" + algorithm + "=" + hash;
    String bad = server.url(PATH) + "#egg=p&" + algorithm + "=" + hash.replace('a', 'b');

    assertThat(index.download(index.direct(good)).sha256()).isEqualTo(sha256(SDIST));

    assertThatThrownBy(() -> index.download(index.direct(bad)))
        .isInstanceOf(HashMismatchException.class);
    assertThat(fixture.warnings.isEmpty()).isEqualTo(algorithm.equals("sha512"));
  }

  @Test
  void download_thatManyThreadsWant_happensOnce() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    List<FutureTask<Download>> tasks = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      // Two objects share nothing but the directory, as two processes do.
      PackageIndex index = fixture.index(server.simple());
      ProjectFile file = sdist(index);
      for (int j = 0; j < 2; j++) {
        FutureTask<Download> task =
            new FutureTask<>(
                () -> {
                  go.await();
                  return index.download(file);
                });
        new Thread(task).start();
        tasks.add(task);
      }
    }
    go.countDown();

    for (FutureTask<Download> task : tasks) {
      assertThat(task.get(20, TimeUnit.SECONDS).path()).isEqualTo(cached());
    }
    assertThat(server.requests(PATH)).hasSize(1);
  }

  @Test
  void download_whoseThreadIsInterrupted_endsAndLeavesItsBeginning() throws Exception {
    CountDownLatch halfway = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    server.first(
        PATH,
        exchange -> {
          exchange.getResponseHeaders().set("ETag", "\"one\"");
          exchange.sendResponseHeaders(200, SDIST.length);
          exchange.getResponseBody().write(SDIST, 0, 100_000);
          exchange.getResponseBody().flush();
          halfway.countDown();
          try {
            end.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the server is stopped
          }
        });
    PackageIndex index = fixture.index(server.simple());
    ProjectFile file = sdist(index);
    FutureTask<Download> task = new FutureTask<>(() -> index.download(file));
    Thread thread = new Thread(task);
    thread.start();
    halfway.await();
    Path part = fixture.cache.path("downloads/partial").resolve(sha256(SDIST) + ".part");
    while (!Files.exists(part) || Files.size(part) < 100_000) {
      Thread.onSpinWait();
    }

    thread.interrupt();

    assertThatThrownBy(() -> task.get(20, TimeUnit.SECONDS))
        .hasCauseInstanceOf(InterruptedException.class);
    end.countDown();
    assertThat(fixture.index(server.simple()).download(file).path()).hasBinaryContent(SDIST);
    assertThat(fixture.resumedAt).containsExactly(100_000L);
  }

  @Test
  void page_thatNamesAFileWhichIsGone_isTheServersFault() throws Exception {
    server.on(PATH, status(404));
    PackageIndex index = fixture.index(server.simple());
    ProjectFile file = sdist(index);

    assertThatThrownBy(() -> index.download(file))
        .isInstanceOf(InvalidIndexAnswerException.class)
        .hasMessageContaining("answered with status 404");
  }

  @Test
  void selection_ofAProjectOnNoIndex_saysThatNoneWasAsked() {
    PackageIndex index = fixture.index(builder -> {});

    assertThatThrownBy(() -> sdist(index))
        .isInstanceOf(DistributionNotFoundException.class)
        .hasMessageContaining("no index was asked");
  }
}
