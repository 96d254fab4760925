package dev.hookd.frontend.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hookd.frontend.BuildSettings;
import dev.hookd.frontend.DistributionNotFoundException;
import dev.hookd.frontend.Hookd;
import dev.hookd.frontend.IndexOptions;
import dev.hookd.frontend.Input;
import dev.hookd.frontend.MetadataResult;
import dev.hookd.frontend.MetadataSource;
import dev.hookd.frontend.Processes;
import dev.hookd.frontend.RequirementOptions;
import dev.hookd.frontend.interpreter.PythonInterpreters;
import dev.hookd.frontend.requirement.Version;
import dev.hookd.frontend.system.CacheDirectory;
import dev.hookd.frontend.system.ChildProcess;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * An index server that others wrote: pypiserver, installed as this machine's pip is configured to.
 */
@Timeout(300)
class IndexServerIT {

  @TempDir static Path directory;
  private static Process server;
  private static String url;

  @BeforeAll
  @Timeout(300)
  static void startServer() throws Exception {
    Path python =
        new PythonInterpreters(CacheDirectory.at(directory.resolve("probes")), System.getenv())
            .findDefault()
            .executable();
    Path venv = directory.resolve("venv");
    ChildProcess.Outcome made = run(List.of(python.toString(), "-m", "venv", venv.toString()));
    assertThat(made.succeeded()).as(made.output()).isTrue();
    String own = venv.resolve("bin/python").toString();
    ChildProcess.Outcome installed = run(List.of(own, "-m", "pip", "install", "pypiserver"));
    assumeTrue(
        installed.succeeded(), () -> "no package index can be reached: " + installed.output());
    Path packages = Files.createDirectory(directory.resolve("packages"));
    Files.write(packages.resolve("p_q-1.0.tar.gz"), IndexFixture.bytes(100_000, "1.0"));
    Files.write(packages.resolve("p.q-1.0.zip"), IndexFixture.bytes(1000, "zip"));
    Files.write(packages.resolve("P-Q-1.1.post1.tar.gz"), IndexFixture.bytes(1000, "1.1"));
    Files.write(packages.resolve("p_q-2.0-py3-none-any.whl"), IndexFixture.bytes(1000, "2.0"));
    Files.write(packages.resolve("driven-1.0.zip"), sdist());
    int port = freePort();
    url = "http://127.0.0.1:" + port + "/simple/";
    server =
        new ProcessBuilder(
                own,
                "-m",
                "pypiserver",
                "run",
                "-i",
                "127.0.0.1",
                "-p",
                String.valueOf(port),
                "--disable-fallback",
                "--server",
                "wsgiref",
                packages.toString())
            .redirectErrorStream(true)
            .redirectOutput(new File(directory.toFile(), "server.log"))
            .start();
    while (!listens(port)) {
      assertThat(server.isAlive())
          .as(() -> "the server ended: " + read(directory.resolve("server.log")))
          .isTrue();
    }
  }

  /** Of a project whose backend is in its tree and needs nothing. */
  private static byte[] sdist() throws IOException {
    Map<String, String> files =
        Map.of(
            "pyproject.toml",
            """
            [build-system]
            requires = []
            build-backend = "backend"
            backend-path = ["."]
            """,
            "backend.py",
            """
            import os
            def prepare_metadata_for_build_wheel(metadata_directory, config_settings=None):
                made = os.path.join(metadata_directory, "driven-1.0.dist-info")
                os.mkdir(made)
                with open(os.path.join(made, "METADATA"), "w") as file:
                    file.write("Metadata-Version: 2.1\\nName: driven\\nVersion: 1.0\\n")
                return "driven-1.0.dist-info"
            """);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, String> file : files.entrySet()) {
        zip.putNextEntry(new ZipEntry("driven-1.0/" + file.getKey()));
        zip.write(IndexFixture.utf8(file.getValue()));
      }
    }
    return bytes.toByteArray();
  }

  private static ChildProcess.Outcome run(List<String> command)
      throws IOException, InterruptedException {
    return ChildProcess.run(command, directory, System.getenv(), Duration.ofMinutes(4), line -> {});
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static boolean listens(int port) throws IOException, InterruptedException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (ConnectException e) {
      // Not yet; the process may have ended meanwhile, for which this waits a little.
      server.waitFor(20, java.util.concurrent.TimeUnit.MILLISECONDS);
      return false;
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  @AfterAll
  static void stopServer() throws Exception {
    if (server != null) {
      server.destroy();
      Processes.awaitGone(server.pid());
    }
  }

  @Test
  void project_isFoundSelectedAndDownloaded(@TempDir Path temp) throws Exception {
    IndexFixture fixture = new IndexFixture(temp);
    PackageIndex index = fixture.index(url);

    Selection selection = index.select("P.Q", Version.parse("1.0"), false);
    Download download = index.download(selection.best());

    assertThat(selection.sdists())
        .extracting(ProjectFile::fileName)
        .containsExactly("p_q-1.0.tar.gz", "p.q-1.0.zip");
    assertThat(selection.best().hashes()).containsKey("sha256");
    assertThat(download.path()).hasBinaryContent(IndexFixture.bytes(100_000, "1.0"));
    assertThat(fixture.warnings).isEmpty();
    assertThat(index.select("p-q", Version.parse("2"), true).best().isWheel()).isTrue();
    assertThatThrownBy(() -> index.select("p-q", Version.parse("3"), true))
        .isInstanceOf(DistributionNotFoundException.class)
        .hasMessageEndingWith("there are 2.0, 1.1.post1, 1.0");
    assertThatThrownBy(() -> index.select("nobody-has-this", Version.parse("3"), true))
        .isInstanceOf(DistributionNotFoundException.class)
        .hasMessageStartingWith("there is no project nobody-has-this");
  }

  /** From the name to the metadata: the page, the file, its hash, the archive, the hooks. */
  @Test
  void metadata_ofAPinnedVersion_areThoseOfTheServersSdist(@TempDir Path temp) {
    BuildSettings settings =
        BuildSettings.builder()
            .buildIsolation(false)
            .requirements(
                RequirementOptions.builder()
                    .index(new IndexOptions(URI.create(url), List.of(), List.of(), false))
                    .build())
            .build();
    try (Hookd hookd = Hookd.builder().cacheDirectory(temp).parallelism(1).build()) {
      MetadataResult result = hookd.metadata(Input.pinned("Driven", "1"), settings);

      assertThat(result.metadata()).hasToString("driven 1.0");
      assertThat(result.source()).isEqualTo(MetadataSource.PREPARE_METADATA);
      assertThat(result.steps()).containsKey("fetch");
      assertThatThrownBy(() -> hookd.metadata(Input.pinned("driven", "2"), settings))
          .isInstanceOfSatisfying(
              DistributionNotFoundException.class,
              missing -> assertThat(missing.versions()).containsExactly("1.0"));
    }
  }
}
