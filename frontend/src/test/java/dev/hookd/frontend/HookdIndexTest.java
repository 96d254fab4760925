package dev.hookd.frontend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hookd.frontend.metadata.MetadataField;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Sdists that an index on loopback has, through the whole front end. */
class HookdIndexTest extends IndexedFixture {

  /** The index has this tree as the sdist of version 1.0. */
  private void serve(Path tree) throws Exception {
    page(listed(SDIST, putSdist(tree)));
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
    assertThat(requests(SDIST)).isEqualTo(1);
    assertThat(answered("page")).isOne();
    assertThat(answered("file")).isOne();
    assertThat(counted("hookd.downloads", "outcome", "ok")).isOne();
    assertThat(counted("hookd.downloads.received"))
        .isEqualTo((double) Files.size(directory.resolve(SDIST)));
    assertThat(counted("hookd.cache.lookups", "cache", "downloads", "result", "miss")).isOne();
    assertThat(counted("hookd.cache.lookups", "cache", "downloads", "result", "disk")).isOne();
  }

  private double counted(String name, String... tags) {
    return registry.get(name).tags(tags).counter().count();
  }

  private long answered(String resource) {
    return registry
        .get("hookd.index.requests")
        .tags("resource", resource, "outcome", "ok")
        .timer()
        .count();
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

  @Test
  void namedIndex_isAsked_alsoWherePipCannotSayItsConfiguration() throws Exception {
    Path tree = tree("raise AssertionError");
    Files.writeString(tree.resolve("PKG-INFO"), Trees.METADATA.replace("2.1", "2.4"));
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
  void metadata_ofAnSdistOfAnotherVersion_areRefused() throws Exception {
    byte[] sdist = Files.readAllBytes(Sdists.of(tree(Trees.PREPARE), directory));
    page(listed("example-2.0.tar.gz", put("example-2.0.tar.gz", sdist)));

    assertThatThrownBy(() -> hookd.metadata(Input.pinned("example", "2.0"), indexed().build()))
        .isInstanceOf(InvalidProjectException.class)
        .hasMessage("the sdist of example==2.0 has the metadata of example 1.0");
  }

  @Test
  void sdistOfAnotherProject_isRefusedBeforeItsCodeRuns() throws Exception {
    Path tree = tree(Trees.requires("return []"), Trees.PREPARE, Trees.WHEEL);
    Files.writeString(tree.resolve("PKG-INFO"), Trees.METADATA.replace("example", "numpy"));
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
    URI url = URI.create(index.url("/files/" + SDIST) + "#sha256=" + "00".repeat(32));

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
    Files.writeString(tree.resolve("PKG-INFO"), Trees.METADATA + "Requires-Python: >=99\n");
    serve(tree);
    Input input = Input.pinned("example", "1.0");

    assertThatThrownBy(() -> hookd.metadata(input, indexed().build()))
        .isInstanceOf(IncompatiblePythonException.class)
        .hasMessageContaining(">=99");
    assertThatThrownBy(() -> hookd.requirements(input, Set.of(Product.WHEEL), indexed().build()))
        .isInstanceOf(IncompatiblePythonException.class);
    assertThat(hooks).isEmpty();
  }

  @Test
  void sdistThatTheIndexKnowsToBeForAnotherPython_isNotFetchedForItsHooks() throws Exception {
    Path tree = tree(Trees.requires("return []"), Trees.PREPARE);
    Files.writeString(tree.resolve("PKG-INFO"), Trees.METADATA.replace("2.1", "2.4"));
    page(listed(SDIST, putSdist(tree), ", \"requires-python\": \">=99\""));
    Input input = Input.pinned("example", "1.0");
    BuildSettings hooksOnly = indexed().metadataPolicy(MetadataPolicy.BUILD).build();

    assertThatThrownBy(() -> hookd.metadata(input, hooksOnly))
        .isInstanceOf(IncompatiblePythonException.class)
        .hasMessageContaining(">=99");
    assertThatThrownBy(
            () -> hookd.build(input, Set.of(Product.WHEEL), directory, indexed().build()))
        .isInstanceOf(IncompatiblePythonException.class);
    assertThat(requests(SDIST)).isZero();
    BuildSettings resolver = indexed().metadataFields(MetadataField.RESOLUTION).build();
    assertThat(hookd.metadata(input, resolver).source())
        .as("whoever resolves for several Pythons wants to know")
        .isEqualTo(MetadataSource.STATIC_PKG_INFO);
  }
}
