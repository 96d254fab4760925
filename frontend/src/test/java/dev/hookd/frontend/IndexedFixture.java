package dev.hookd.frontend;

import dev.hookd.client.HookOutput;
import dev.hookd.frontend.index.LoopbackIndex;
import dev.hookd.protocol.Hook;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A front end whose only index is on loopback, and what hooks it has run. */
abstract class IndexedFixture extends FrontendFixture {

  static final String SDIST = "example-1.0.tar.gz";

  final Queue<Hook> hooks = new ConcurrentLinkedQueue<>();
  final MeterRegistry registry = new SimpleMeterRegistry();
  LoopbackIndex index;
  Hookd hookd;

  @BeforeEach
  void open() throws IOException {
    index = new LoopbackIndex();
    for (String kept : List.of("metadata", "downloads")) {
      forget(cache.resolve(kept));
    }
    hookd =
        closedLater(
            builder(2)
                .meterRegistry(registry)
                .listener(
                    new FrontendListener() {
                      @Override
                      public void hookEnded(Path sourceTree, Hook hook, HookOutput output) {
                        hooks.add(hook);
                      }
                    })
                .build());
  }

  @AfterEach
  void closeIndex() {
    index.close();
  }

  BuildSettings.Builder indexed() {
    IndexOptions options =
        new IndexOptions(URI.create(index.simple()), List.of(), List.of(), false);
    return settings().requirements(RequirementOptions.builder().index(options).build());
  }

  /** The server has this file; no page names it yet. */
  String put(String fileName, byte[] content) throws Exception {
    index.on("/files/" + fileName, LoopbackIndex.bytes(content));
    return sha256(content);
  }

  /** The server has this tree as the sdist of version 1.0. */
  String putSdist(Path tree) throws Exception {
    return put(SDIST, Files.readAllBytes(Sdists.of(tree, directory)));
  }

  /** A file of a page. */
  static String listed(String fileName, String sha256) {
    return listed(fileName, sha256, "");
  }

  /**
   * A file of a page.
   *
   * @param more members, each after a comma
   */
  static String listed(String fileName, String sha256, String more) {
    return "{\"filename\": \"%s\", \"url\": \"/files/%s\", \"hashes\": {\"sha256\": \"%s\"}%s}"
        .formatted(fileName, fileName, sha256, more);
  }

  /** The index has these files of the project. */
  void page(String... files) {
    index.json(
        "example",
        """
        {"meta": {"api-version": "1.1"}, "name": "example", "versions": ["1.0"], "files": [%s]}
        """
            .formatted(String.join(", ", files)));
  }

  int requests(String fileName) {
    return index.requests("/files/" + fileName).size();
  }

  static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }
}
