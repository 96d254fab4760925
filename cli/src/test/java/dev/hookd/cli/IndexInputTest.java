package dev.hookd.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code name==version} and {@code name @ URL} on the command line, from an index on loopback. */
class IndexInputTest {

  private static final String PROMISE = "Metadata-Version: 2.2\nName: example\nVersion: 1.0\n";
  private static final String SDIST = "/files/example-1.0.zip";
  private static final String WHEEL = "/files/example-1.0-py3-none-any.whl";

  @TempDir Path directory;

  private final Map<String, byte[]> answers = new ConcurrentHashMap<>();
  private HttpServer server;
  private String hash;

  @BeforeEach
  void serve() throws Exception {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            byte[] answer = answers.get(exchange.getRequestURI().getPath());
            exchange
                .getResponseHeaders()
                .set("Content-Type", "application/vnd.pypi.simple.v1+json");
            exchange.sendResponseHeaders(answer == null ? 404 : 200, answer == null ? -1 : 0);
            if (answer != null) {
              exchange.getResponseBody().write(answer);
            }
          }
        });
    server.start();
    byte[] sdist = sdist();
    hash = sha256(sdist);
    answers.put(SDIST, sdist);
    answers.put(WHEEL + ".metadata", PROMISE.getBytes(Main.UTF_8));
    answers.put(
        "/simple/example/",
        """
        {"meta": {"api-version": "1.0"}, "name": "example", "files": [
          {"filename": "example-1.0.zip", "url": "%s", "hashes": {"sha256": "%s"}},
          {"filename": "example-1.0-py3-none-any.whl", "url": "%s", "hashes": {}, "core-metadata": true}]}
        """
            .formatted(SDIST, hash, WHEEL)
            .getBytes(Main.UTF_8));
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private static byte[] sdist() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, String> file :
          List.of(
              Map.entry("PKG-INFO", PROMISE),
              Map.entry(
                  "pyproject.toml", "[build-system]\nrequires = []\nbuild-backend = 'b'\n"))) {
        zip.putNextEntry(new ZipEntry("example-1.0/" + file.getKey()));
        zip.write(file.getValue().getBytes(Main.UTF_8));
      }
    }
    return bytes.toByteArray();
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  private String url(String path) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + path;
  }

  private Cli.Run metadata(String... arguments) {
    List<String> all =
        new java.util.ArrayList<>(
            List.of("metadata", "--format", "jsonl", "--fields", "resolution"));
    all.addAll(List.of("--policy", "static-only", "--index-url", url("/simple/")));
    all.addAll(List.of(arguments));
    return new Cli(directory)
        .with("PIP_CONFIG_FILE", "/dev/null")
        .with("PIP_EXTRA_INDEX_URL", "")
        .with("no_proxy", "*")
        .run(all.toArray(new String[0]));
  }

  @Test
  void pinnedVersion_isOfTheIndexThatIsNamed() {
    Cli.Run run = metadata("example==1.0", "example==2.0");

    assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
    List<JsonNode> lines = run.jsonLines();
    assertThat(lines.get(0).path("source").asText()).isEqualTo("static-pkg-info");
    assertThat(lines.get(0).path("raw").asText()).isEqualTo(PROMISE);
    assertThat(lines.get(0).path("steps").has("fetch")).isTrue();
    assertThat(lines.get(1).path("error").path("kind").asText()).isEqualTo("DistributionNotFound");
  }

  @Test
  void allowWheels_takesTheMetadataBesideTheWheel() {
    answers.remove(SDIST);

    Cli.Run run = metadata("--allow-wheels", "example==1.0");

    assertThat(run.status()).isEqualTo(ExitStatus.OK);
    assertThat(run.jsonLines().get(0).path("source").asText()).isEqualTo("existing-wheel");
  }

  @Test
  void url_withItsHash_isFetched_andWithAnotherRefused() {
    Cli.Run run =
        metadata(
            "example @ " + url(SDIST) + "#sha256=" + hash,
            "example @ " + url(SDIST) + "#sha256=" + "0".repeat(64),
            "example @ " + url(SDIST) + "#sha256=short");

    List<JsonNode> lines = run.jsonLines();
    assertThat(lines.get(0).path("ok").asBoolean()).as(run.stdout()).isTrue();
    assertThat(lines.get(1).path("error").path("kind").asText()).isEqualTo("HashMismatch");
    assertThat(lines.get(2).path("error").path("message").asText())
        .contains("no hash that can be checked");
  }

  @Test
  void offline_asksNobody() {
    Cli.Run run = metadata("--offline", "example==1.0");

    assertThat(run.status()).isEqualTo(ExitStatus.MACHINERY);
    assertThat(run.jsonLines().get(0).path("error").path("kind").asText())
        .isEqualTo("IndexUnreachable");
  }
}
