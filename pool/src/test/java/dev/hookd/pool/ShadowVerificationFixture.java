package dev.hookd.pool;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A pool that verifies each call of a {@link LyingBackend}, and leaves nothing behind. */
abstract class ShadowVerificationFixture {

  @TempDir Path temporary = Path.of("set by JUnit");

  @SuppressWarnings("NullAway.Init")
  LyingBackend backend;

  @SuppressWarnings("NullAway.Init")
  DaemonPool pool;

  @BeforeEach
  void open() {
    backend = new LyingBackend(temporary);
    pool = backend.pool();
  }

  @AfterEach
  void leavesNothing() throws IOException {
    backend.closeAndLookForLeftovers(pool);
  }
}
