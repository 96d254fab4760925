package dev.hookd.examples;

import dev.hookd.frontend.BuildResult;
import dev.hookd.frontend.BuildSettings;
import dev.hookd.frontend.Hookd;
import dev.hookd.frontend.Input;
import dev.hookd.frontend.Product;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A front end and a directory of real sdists; their backends are in-tree, so need no network. */
abstract class ExamplesFixture {

  private static final String PYPROJECT =
      """
      [build-system]
      requires = []
      build-backend = "backend"
      backend-path = ["."]
      """;

  private static final String BACKEND =
      """
      import os, shutil, socket

      def wait_at(port):
          # Tells the test which process this is; ends when the test closes the connection or the port.
          try:
              with socket.create_connection(("127.0.0.1", port)) as gate:
                  gate.sendall(b"%%d\\n" %% os.getpid())
                  gate.recv(1)
          except ConnectionError:
              pass

      def prepare_metadata_for_build_wheel(metadata_directory, config_settings=None):
          %s
          made = os.path.join(metadata_directory, "made-1.dist-info")
          os.mkdir(made)
          shutil.copy("METADATA.in", os.path.join(made, "METADATA"))
          return "made-1.dist-info"
      """;

  @TempDir static Path cache;

  @TempDir Path directory;
  final MeterRegistry meters = new SimpleMeterRegistry();
  Hookd hookd;

  @BeforeEach
  void open() {
    hookd = Hookd.builder().cacheDirectory(cache).parallelism(2).meterRegistry(meters).build();
  }

  @AfterEach
  void close() {
    hookd.close();
  }

  /** The sdist of the example whose backend is in its tree. */
  Path birdlog() throws IOException {
    Path tree = Path.of(System.getProperty("hookd.root"), "examples/python/in-tree-backend");
    Set<Product> sdist = Set.of(Product.SDIST);
    BuildResult built = hookd.build(Input.of(tree), sdist, directory, BuildSettings.DEFAULT);
    return Objects.requireNonNull(built.files().get(Product.SDIST));
  }

  /** An sdist whose hook tells this metadata. */
  Path sdist(String name, String version, String... requirements) {
    return sdist(name, version, "pass", Map.of(), requirements);
  }

  /**
   * @param hook a Python statement that the hook begins with
   * @param files further ones, by name
   */
  Path sdist(
      String name, String version, String hook, Map<String, String> files, String... requirements) {
    String metadata = "Metadata-Version: 2.1\nName: %s\nVersion: %s\n".formatted(name, version);
    Map<String, String> all = new LinkedHashMap<>(files);
    all.put("pyproject.toml", PYPROJECT);
    all.put("backend.py", BACKEND.formatted(hook));
    all.putIfAbsent(
        "METADATA.in",
        Stream.of(requirements)
            .map(requirement -> "Requires-Dist: " + requirement + "\n")
            .collect(Collectors.joining("", metadata, "")));
    String top = name + "-" + version;
    Path sdist = directory.resolve(top + ".tar.gz");
    try (OutputStream file = Files.newOutputStream(sdist);
        TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(file))) {
      for (Map.Entry<String, String> one : all.entrySet()) {
        byte[] content = one.getValue().getBytes(StandardCharsets.UTF_8);
        TarArchiveEntry entry = new TarArchiveEntry(top + "/" + one.getKey());
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return sdist;
  }

  /** Where hooks that say {@link #waitAt} wait for each other, and for the test. */
  static ServerSocket openGate() throws IOException {
    ServerSocket gate = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    gate.setSoTimeout(60_000);
    return gate;
  }

  /** A Python statement for a hook. */
  static String waitAt(ServerSocket gate) {
    return "wait_at(" + gate.getLocalPort() + ")";
  }
}
