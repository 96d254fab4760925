package dev.hookd.frontend.index;

import dev.hookd.frontend.requirement.Version;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A package index of a real server on loopback. */
abstract class PackageIndexFixture {

  static final String TYPE = "application/vnd.pypi.simple.v1+json";
  static final Version ONE = Version.parse("1.0");

  @TempDir Path directory;
  final LoopbackIndex server = new LoopbackIndex();
  IndexFixture fixture;

  @BeforeEach
  void makeFixture() {
    fixture = new IndexFixture(directory);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  final PackageIndex index() {
    return fixture.index(server.simple());
  }

  static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the server is stopped
    }
  }
}
