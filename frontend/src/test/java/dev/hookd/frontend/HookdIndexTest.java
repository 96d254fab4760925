package dev.hookd.frontend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hookd.client.HookOutput;
import dev.hookd.frontend.index.LoopbackIndex;
import dev.hookd.frontend.metadata.MetadataField;
import dev.hookd.protocol.Hook;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Inputs that an index on loopback has, through the whole front end. */
class HookdIndexTest extends FrontendFixture {

  private static final String FILE = "/files/example-1.0.tar.gz";
  private static final String METADATA = "Metadata-Version: 2.1\nName: example\nVersion: 1.0\n";

  private final Queue<Hook> hooks = new ConcurrentLinkedQueue<>();
  private final MeterRegistry registry = new SimpleMeterRegistry();
  private LoopbackIndex index;
  private Hookd hookd;

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
  void close() {
    index.close();
  }

  private BuildSettings.Builder indexed() {
    IndexOptions options =
        new IndexOptions(URI.create(index.simple()), List.of(), List.of(), false);
    return settings().requirements(RequirementOptions.builder().index(options).build());
  }

  /** The index has this tree as the sdist of version 1.0. */
  private String serve(Path tree) throws Exception {
    byte[] sdist = Files.readAllBytes(Sdists.of(tree, directory));
    String sha256 = sha256(sdist);
    index.on(FILE, LoopbackIndex.bytes(sdist));
    page("example-1.0.tar.gz", sha256, "");
    return sha256;
  }

  private void page(String fileName, String sha256, String more) {
    index.json(
        "example",
        """
        {"meta": {"api-version": "1.1"}, "name": "example", "versions": ["1.0"], "files": [
          {"filename": "%s", "url": "/files/%s", "hashes": {"sha256": "%s"}}%s]}
        """
            .formatted(fileName, fileName, sha256, more));
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  @Test
  void metadata_ofAPinnedVersion_areOfItsSdist_whichIsFetchedOnce() throws Exception {
    serve(tree(Trees.requires("return []"), Trees.PREPARE));

    MetadataResult first = hookd.metadata(Input.pinned("Example", "1.0.0"), indexed().build());
    MetadataResult second = hookd.metadata(Input.pinned("example", "1"), indexed().build());

    assertThat(first.source()).isEqualTo(MetadataSource.PREPARE_METADATA);
    assertThat(first.metadata()).hasToString("example 1.0");
    assertThat(first.steps().keySet()).startsWith("fetch", "hash");
    assertThat(second.cached()).isTrue();
    assertThat(second.metadata().raw()).isEqualTo(first.metadata().raw());
    assertThat(index.requests(FILE)).hasSize(1);
    assertThat(requests("page")).isOne();
    assertThat(requests("file")).isOne();
    assertThat(counted("hookd.downloads", "outcome", "ok")).isOne();
    assertThat(counted("hookd.downloads.received"))
        .isEqualTo((double) Files.size(directory.resolve("example-1.0.tar.gz")));
    assertThat(counted("hookd.cache.lookups", "cache", "downloads", "result", "miss")).isOne();
    assertThat(counted("hookd.cache.lookups", "cache", "downloads", "result", "disk")).isOne();
  }

  @Test
  void downloads_areKeptToTheirBound() throws Exception {
    serve(tree(Trees.requires("return []"), Trees.PREPARE));
    Path old = Files.createDirectories(cache.resolve("downloads").resolve("00".repeat(32)));
    Files.write(old.resolve("old-1.0.tar.gz"), new byte[1_000]);
    Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
    MeterRegistry own = new SimpleMeterRegistry();

    try (Hookd small = builder(1).maxDownloadBytes(999).meterRegistry(own).build()) {
      small.metadata(Input.pinned("example", "1.0"), indexed().build());

      assertThat(old).doesNotExist();
      assertThat(own.get("hookd.cache.evictions").tag("cache", "downloads").counter().count())
          .isOne();
      assertThat(own.get("hookd.cache.evicted").tag("cache", "downloads").counter().count())
          .isEqualTo(1_000);
    }
  }

  private double counted(String name, String... tags) {
    return registry.get(name).tags(tags).counter().count();
  }

  private long requests(String resource) {
    return registry
        .get("hookd.index.requests")
        .tags("resource", resource, "outcome", "ok")
        .timer()
        .count();
  }

  @Test
  void namedIndex_isAsked_alsoWherePipCannotSayItsConfiguration() throws Exception {
    Path tree = tree("raise AssertionError");
    Files.writeString(tree.resolve("PKG-INFO"), METADATA.replace("2.1", "2.4"));
    serve(tree);
    Path broken = Files.writeString(directory.resolve("pip.conf"), "no section");
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.put("PIP_CONFIG_FILE", broken.toString());
    Hookd misconfigured = closedLater(builder(1).environment(environment).build());
    Input input = Input.pinned("example", "1.0");

    BuildSettings named = indexed().metadataFields(MetadataField.RESOLUTION).build();
    assertThat(misconfigured.metadata(input, named).source())
        .isEqualTo(MetadataSource.STATIC_PKG_INFO);
    assertThatThrownBy(() -> misconfigured.metadata(input, settings().build()))
        .isInstanceOf(IndexUnreachableException.class)
        .hasMessageContaining("could not be asked for its index");
  }

  @Test
  void build_ofAPinnedVersion_makesItsWheel() throws Exception {
    serve(tree(Trees.WHEEL));

    BuildResult built =
        hookd.build(
            Input.pinned("example", "1.0"),
            Set.of(Product.WHEEL),
            directory.resolve("out"),
            indexed().build());

    assertThat(built.files().get(Product.WHEEL)).isNotEmptyFile();
  }

  @Test
  void metadata_whereWheelsAreAllowed_areThoseBesideTheWheel() throws Exception {
    serve(tree("raise AssertionError"));
    String wheel = "example-1.0-py3-none-any.whl";
    index.on(
        "/files/" + wheel + ".metadata",
        LoopbackIndex.bytes(METADATA.getBytes(StandardCharsets.UTF_8)));
    page(
        "example-1.0.tar.gz",
        "00".repeat(32),
        """
        , {"filename": "%s", "url": "/files/%s", "hashes": {}, "core-metadata": {"sha256": "%s"}}
        """
            .formatted(wheel, wheel, sha256(METADATA.getBytes(StandardCharsets.UTF_8))));

    MetadataResult result =
        hookd.metadata(Input.pinned("example", "1.0"), indexed().allowWheels(true).build());

    assertThat(result.source()).isEqualTo(MetadataSource.EXISTING_WHEEL);
    assertThat(result.metadata().text()).isEqualTo(METADATA);
    assertThat(hooks).isEmpty();
    assertThat(index.requests(FILE)).isEmpty();
  }

  @Test
  void metadata_ofAnSdistOfAnotherVersion_areRefused() throws Exception {
    byte[] sdist = Files.readAllBytes(Sdists.of(tree(Trees.PREPARE), directory));
    index.on("/files/example-2.0.tar.gz", LoopbackIndex.bytes(sdist));
    page("example-2.0.tar.gz", sha256(sdist), "");

    assertThatThrownBy(() -> hookd.metadata(Input.pinned("example", "2.0"), indexed().build()))
        .isInstanceOf(InvalidProjectException.class)
        .hasMessage("the sdist of example==2.0 has the metadata of example 1.0");
  }

  @Test
  void sdistOfAnotherProject_isRefusedBeforeItsCodeRuns() throws Exception {
    Path tree = tree(Trees.requires("return []"), Trees.PREPARE, Trees.WHEEL);
    Files.writeString(tree.resolve("PKG-INFO"), METADATA.replace("example", "numpy"));
    serve(tree);
    Input input = Input.pinned("example", "1.0");

    assertThatThrownBy(() -> hookd.metadata(input, indexed().build()))
        .isInstanceOf(InvalidProjectException.class)
        .hasMessage("the sdist of example says that it is numpy");
    assertThatThrownBy(
            () -> hookd.build(input, Set.of(Product.WHEEL), directory, indexed().build()))
        .isInstanceOf(InvalidProjectException.class);
    assertThat(hooks).isEmpty();
  }

  @Test
  void metadata_ofAUrlWithAnotherHash_areRefused_andNothingIsRun() throws Exception {
    serve(tree(Trees.PREPARE));
    URI url = URI.create(index.url(FILE) + "#sha256=" + "00".repeat(32));

    assertThatThrownBy(() -> hookd.metadata(new Input.Direct("example", url), indexed().build()))
        .isInstanceOf(HashMismatchException.class);
    assertThat(counted("hookd.downloads", "outcome", "HashMismatch")).isOne();
    assertThat(hooks).isEmpty();
  }

  @Test
  void metadata_ofAVersionThatThereIsNot_namesThoseThatThereAre() throws Exception {
    serve(tree(Trees.PREPARE));

    assertThatThrownBy(() -> hookd.metadata(Input.pinned("example", "9"), indexed().build()))
        .isInstanceOfSatisfying(
            DistributionNotFoundException.class,
            e -> assertThat(e.versions()).containsExactly("1.0"));
  }

  @Test
  void projectThatDoesNotSupportTheInterpreter_isNotRun() throws Exception {
    Path tree = tree(Trees.requires("return []"), Trees.PREPARE);
    Files.writeString(tree.resolve("PKG-INFO"), METADATA + "Requires-Python: >=99\n");
    serve(tree);
    Input input = Input.pinned("example", "1.0");

    assertThatThrownBy(() -> hookd.metadata(input, indexed().build()))
        .isInstanceOf(IncompatiblePythonException.class)
        .hasMessageContaining(">=99");
    assertThatThrownBy(() -> hookd.requirements(input, Set.of(Product.WHEEL), indexed().build()))
        .isInstanceOf(IncompatiblePythonException.class);
    assertThat(hooks).isEmpty();
  }
}
