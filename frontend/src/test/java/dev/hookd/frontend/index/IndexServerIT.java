package dev.hookd.frontend.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hookd.frontend.DistributionNotFoundException;
import dev.hookd.frontend.Processes;
import dev.hookd.frontend.interpreter.PythonInterpreters;
import dev.hookd.frontend.requirement.Version;
import dev.hookd.frontend.system.CacheDirectory;
import dev.hookd.frontend.system.ChildProcess;
import java.io.File;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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
}
