package dev.hookd.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hookd.frontend.BuildSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class IndexWorkerTest extends ExamplesFixture {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private int failed;

  @Test
  void run_writesMetadataAndHashesBesideEachSdist_andReportsFailures() throws Exception {
    Path birdlog = birdlog();
    sdist("broken", "1", "raise OSError('no compiler')", Map.of());
    Files.writeString(directory.resolve("junk-1.zip"), "not an archive");
    Files.writeString(directory.resolve("index.html"), "not an sdist");

    ObjectNode lines = run(2);

    assertThat(failed).isEqualTo(2);
    assertThat(lines.fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder("birdlog-0.2.0.tar.gz", "broken-1.tar.gz", "junk-1.zip");
    Path metadata = directory.resolve("birdlog-0.2.0.tar.gz.metadata");
    assertThat(metadata).content().contains("Name: birdlog\n", "Requires-Dist: openpyxl");
    JsonNode line = lines.path("birdlog-0.2.0.tar.gz");
    assertThat(line.path("sha256").asText()).isEqualTo(sha256(birdlog));
    assertThat(line.path("metadata_sha256").asText()).isEqualTo(sha256(metadata));
    assertThat(line.path("source").asText()).isEqualTo("prepare-metadata");
    assertThat(line.path("seconds").asDouble()).isPositive();
    assertThat(directory.resolve("birdlog-0.2.0.tar.gz.metadata.sha256"))
        .hasContent(
            sha256(birdlog)
                + "  birdlog-0.2.0.tar.gz\n"
                + sha256(metadata)
                + "  birdlog-0.2.0.tar.gz.metadata\n");
    assertThat(lines.path("broken-1.tar.gz").path("error").asText()).isEqualTo("HookRuntimeError");
    assertThat(lines.path("broken-1.tar.gz").path("message").asText()).contains("no compiler");
    assertThat(lines.path("junk-1.zip").path("error").asText()).isEqualTo("InvalidProject");
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files).as("no part of a file is left").hasSize(6);
    }
  }

  @Test
  void run_again_makesOnlyWhatIsMissingOrWrong() throws Exception {
    sdist("kept", "1");
    sdist("unmarked", "1");
    sdist("damaged", "1");
    sdist("replaced", "1");
    assertThat(run(2)).hasSize(4);
    byte[] before = Files.readAllBytes(directory.resolve("damaged-1.tar.gz.metadata"));
    Files.delete(directory.resolve("unmarked-1.tar.gz.metadata.sha256"));
    Files.writeString(directory.resolve("damaged-1.tar.gz.metadata"), ""); // as after a power cut
    sdist("replaced", "1", "raise OSError('now it fails')", Map.of());

    ObjectNode lines = run(2);

    assertThat(lines.path("kept-1.tar.gz").path("source").asText()).isEqualTo("kept");
    assertThat(lines.path("unmarked-1.tar.gz").path("source").asText())
        .isEqualTo("prepare-metadata");
    assertThat(lines.path("damaged-1.tar.gz").path("source").asText())
        .isEqualTo("prepare-metadata");
    assertThat(directory.resolve("damaged-1.tar.gz.metadata")).hasBinaryContent(before);
    assertThat(lines.path("replaced-1.tar.gz").path("error").asText())
        .isEqualTo("HookRuntimeError");
    assertThat(directory.resolve("replaced-1.tar.gz.metadata")).doesNotExist();
    assertThat(failed).isOne();
  }

  @Test
  void run_hasNoMoreInFlightThanItMay() throws Exception {
    FutureTask<ObjectNode> task = new FutureTask<>(() -> run(3));
    try (ServerSocket gate = openGate()) {
      for (int i = 0; i < 6; i++) {
        sdist("waits" + i, "1", waitAt(gate), Map.of());
      }
      Thread worker = new Thread(task);
      worker.start();
      List<Socket> hooks = List.of(gate.accept(), gate.accept()); // there are two daemons

      awaitTaking(worker); // an answer, and there is none: it has begun what it may
      assertThat(inFlight()).isEqualTo(3);
      for (Socket hook : hooks) {
        hook.close();
      }
    }

    assertThat(task.get(60, TimeUnit.SECONDS)).hasSize(6);
    assertThat(failed).isZero();
  }

  /** Nobody announces where a thread is. */
  private static void awaitTaking(Thread worker) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (Stream.of(worker.getStackTrace()).noneMatch(f -> f.getMethodName().equals("take"))) {
      assertThat(System.nanoTime() - deadline).as("it does not wait").isNegative();
      Thread.onSpinWait();
    }
  }

  @Test
  void twoWorkers_onOneDirectory_bothFinishIt() throws Exception {
    for (int i = 0; i < 10; i++) {
      sdist("shared" + i, "1");
    }
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, UTF_8);
    List<FutureTask<Integer>> tasks =
        Stream.generate(
                () ->
                    new FutureTask<>(
                        () ->
                            new IndexWorker(hookd, BuildSettings.DEFAULT, 2, nowhere)
                                .run(directory)))
            .limit(2)
            .toList();
    tasks.forEach(task -> new Thread(task).start());

    for (FutureTask<Integer> task : tasks) {
      assertThat(task.get(60, TimeUnit.SECONDS)).isZero();
    }

    assertThat(run(2).findValuesAsText("source")).hasSize(10).containsOnly("kept");
  }

  private double inFlight() {
    return meters.get("hookd.work.running").gauge().value()
        + meters.get("hookd.work.waiting").gauge().value();
  }

  private ObjectNode run(int inFlight) throws IOException, InterruptedException {
    out.reset();
    PrintStream printer = new PrintStream(out, true, UTF_8);
    failed = new IndexWorker(hookd, BuildSettings.DEFAULT, inFlight, printer).run(directory);
    ObjectNode lines = JSON.createObjectNode();
    for (String line : out.toString(UTF_8).lines().toList()) {
      JsonNode node = JSON.readTree(line);
      lines.set(node.path("file").asText(), node);
    }
    return lines;
  }

  private static String sha256(Path file) throws Exception {
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
    return HexFormat.of().formatHex(digest);
  }
}
