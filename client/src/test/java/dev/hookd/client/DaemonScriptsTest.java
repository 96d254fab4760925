package dev.hookd.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hookd.client.testing.TestPythons;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DaemonScriptsTest {

  @TempDir private Path directory;

  /** Hexadecimal text, because a map of arrays does not compare its contents. */
  private static Map<String, String> scriptsOf(Path root) throws IOException {
    Map<String, String> scripts = new TreeMap<>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = root.relativize(file).toString().replace('\\', '/');
        if (name.equals("hookd.py") || (name.startsWith("_hookd/") && name.endsWith(".py"))) {
          scripts.put(name, Files.readString(file));
        }
      }
    }
    return scripts;
  }

  @Test
  void carriedDaemon_isTheOneOfTheCheckout() throws IOException {
    Map<String, String> carried =
        DaemonScripts.carried().entrySet().stream()
            .collect(
                Collectors.toMap(
                    Map.Entry::getKey,
                    file -> new String(file.getValue(), java.nio.charset.StandardCharsets.UTF_8)));

    assertThat(carried)
        .containsKey("hookd.py")
        .hasSizeGreaterThan(2)
        .isEqualTo(scriptsOf(TestPythons.root().resolve("scripts/hookd")));
  }

  @Test
  void unpack_writesAPrivateCopy() throws IOException {
    Path script = new DaemonScripts(directory).unpack();

    assertThat(scriptsOf(script.resolveSibling("")))
        .isEqualTo(scriptsOf(TestPythons.root().resolve("scripts/hookd")));
    assertThat(Files.getPosixFilePermissions(script.resolveSibling("")))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
  }

  @Test
  void unpack_repairsWhatWasChangedOrDeleted() throws IOException {
    DaemonScripts scripts = new DaemonScripts(directory);
    Path script = scripts.unpack();
    Files.writeString(script, "print('changed')");
    Files.delete(script.resolveSibling("_hookd/__init__.py"));

    assertThat(scripts.unpack()).isEqualTo(script);
    assertThat(scriptsOf(script.resolveSibling("")))
        .isEqualTo(scriptsOf(TestPythons.root().resolve("scripts/hookd")));
  }

  @Test
  void unpack_refusesWhatDoesNotBelongThere() throws IOException {
    DaemonScripts scripts = new DaemonScripts(directory);
    Path script = scripts.unpack();
    Path foreign = Files.writeString(script.resolveSibling("_hookd/json.py"), "");

    assertThatThrownBy(scripts::unpack)
        .isInstanceOf(FileAlreadyExistsException.class)
        .hasMessageContaining(foreign.toString());
  }

  @Test
  void unpack_byManyAtOnce_isOneCopy() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      Callable<Path> unpack = () -> new DaemonScripts(directory).unpack();
      List<Future<Path>> scripts =
          threads.invokeAll(Stream.generate(() -> unpack).limit(16).toList());
      for (Future<Path> script : scripts) {
        assertThat(script.get()).isEqualTo(scripts.get(0).get());
      }
      try (Stream<Path> files = Files.walk(directory)) {
        assertThat(files.filter(file -> file.getFileName().toString().startsWith(".new-")))
            .isEmpty();
      }
    } finally {
      threads.shutdownNow();
    }
  }
}
