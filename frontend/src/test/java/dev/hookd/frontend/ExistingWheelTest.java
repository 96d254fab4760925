package dev.hookd.frontend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;

/** When a wheel that there is already may say what the metadata are, and when it may not. */
class ExistingWheelTest extends IndexedFixture {

  private static final String WHEEL = "example-1.0-py3-none-any.whl";
  private static final String METADATA = Trees.METADATA + "Summary: of the wheel\n";
  private static final Input PINNED = Input.pinned("example", "1.0");

  private BuildSettings wheels() {
    return indexed().allowWheels(true).build();
  }

  private BuildSettings wheels(MetadataPolicy policy) {
    return indexed().allowWheels(true).metadataPolicy(policy).build();
  }

  private static byte[] wheel(String metadata) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry("example.py"));
      zip.putNextEntry(new ZipEntry("example-1.0.dist-info/METADATA"));
      zip.write(metadata.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  private String putWheel() throws Exception {
    return put(WHEEL, wheel(METADATA));
  }

  /** An sdist whose backend cannot be asked. */
  private String putUnaskableSdist() throws Exception {
    return putSdist(tree("raise AssertionError"));
  }

  /** The members of a wheel whose metadata lie beside it. */
  private String putBeside(String metadata) throws Exception {
    String hash = put(WHEEL + ".metadata", metadata.getBytes(StandardCharsets.UTF_8));
    return ", \"core-metadata\": {\"sha256\": \"%s\"}".formatted(hash);
  }

  private void assertIsOfTheWheel(MetadataResult result) {
    assertThat(result.source()).isEqualTo(MetadataSource.EXISTING_WHEEL);
    assertThat(result.metadata().text()).isEqualTo(METADATA);
    assertThat(result.isComplete()).isTrue();
    assertThat(hooks).isEmpty();
  }

  @Test
  void localWheel_answers_alsoWhereNoCodeMayRun() throws Exception {
    Input wheel = Input.of(Files.write(directory.resolve(WHEEL), wheel(METADATA)));

    assertIsOfTheWheel(hookd.metadata(wheel, wheels()));
    assertIsOfTheWheel(hookd.metadata(wheel, wheels(MetadataPolicy.STATIC_ONLY)));
    assertThat(index.requests()).isEmpty();
  }

  @Test
  void localWheel_whereItMayNotAnswer_isRefusedWithTheWayOut() throws Exception {
    Input wheel = Input.of(Files.write(directory.resolve(WHEEL), wheel(METADATA)));

    for (BuildSettings settings :
        new BuildSettings[] {indexed().build(), wheels(MetadataPolicy.BUILD)}) {
      InvalidProjectException refused =
          catchThrowableOfType(
              InvalidProjectException.class, () -> hookd.metadata(wheel, settings));
      assertThat(refused).hasMessageEndingWith(WHEEL + " is a wheel, which is built already");
      assertThat(refused.hint().orElse("")).contains("--allow-wheels", "--policy build");
    }
  }

  @Test
  void localWheel_thatIsNone_isRefused() throws Exception {
    Path wheel = Files.writeString(directory.resolve(WHEEL), "no zip file");

    assertThatThrownBy(() -> hookd.metadata(Input.of(wheel), wheels()))
        .isInstanceOf(InvalidProjectException.class)
        .hasMessageStartingWith(wheel + " is no wheel that can be read: ");
    Files.write(wheel, wheel("Name only\n"));
    assertThatThrownBy(() -> hookd.metadata(Input.of(wheel), wheels()))
        .isInstanceOf(InvalidProjectException.class)
        .hasMessageStartingWith("the metadata of the wheel of " + wheel + " cannot be used: ");
    Files.delete(wheel);
    assertThatThrownBy(() -> hookd.metadata(Input.of(wheel), wheels()))
        .isInstanceOf(InvalidProjectException.class)
        .hasMessage(wheel + ": no such file");
  }

  @Test
  void wheelAtAUrl_answersOnlyWhereWheelsAreAllowed() throws Exception {
    URI url = URI.create(index.url("/files/" + WHEEL) + "#sha256=" + putWheel());
    Input direct = new Input.Direct("Example", url);

    assertIsOfTheWheel(hookd.metadata(direct, wheels()));
    assertThat(requests(WHEEL)).isEqualTo(1);
    for (BuildSettings settings :
        new BuildSettings[] {indexed().build(), wheels(MetadataPolicy.BUILD)}) {
      assertThatThrownBy(() -> hookd.metadata(direct, settings))
          .isInstanceOf(InvalidProjectException.class)
          .hasMessageEndingWith(" is a wheel, which is built already");
    }
    assertThat(hooks).isEmpty();
  }

  @Test
  void wheelAtAUrl_ofAnotherHashOrAnotherProject_isRefused() throws Exception {
    String hash = putWheel();
    URI wrong = URI.create(index.url("/files/" + WHEEL) + "#sha256=" + "00".repeat(32));
    URI right = URI.create(index.url("/files/" + WHEEL) + "#sha256=" + hash);

    assertThatThrownBy(() -> hookd.metadata(new Input.Direct("example", wrong), wheels()))
        .isInstanceOf(HashMismatchException.class);
    assertThatThrownBy(() -> hookd.metadata(new Input.Direct("other", right), wheels()))
        .isInstanceOf(InvalidProjectException.class)
        .hasMessage("the wheel of other @ " + right + " has the metadata of example 1.0");
  }

  @Test
  void versionWithAWheelOnly_isOfThat_whereWheelsAreAllowed() throws Exception {
    page(listed(WHEEL, putWheel()));

    assertIsOfTheWheel(hookd.metadata(PINNED, wheels()));
    assertThat(requests(WHEEL)).isEqualTo(1);
  }

  @Test
  void versionWithAWheelOnly_whereHooksAreToBeAsked_isNotFound_andNothingIsFetched()
      throws Exception {
    page(listed(WHEEL, putWheel(), putBeside(METADATA)));

    for (BuildSettings settings :
        new BuildSettings[] {indexed().build(), wheels(MetadataPolicy.BUILD)}) {
      DistributionNotFoundException missing =
          catchThrowableOfType(
              DistributionNotFoundException.class, () -> hookd.metadata(PINNED, settings));
      assertThat(missing).hasMessageEndingWith(", only wheels");
      assertThat(missing.hint().orElse("")).contains("--allow-wheels", "--policy build");
    }
    assertThat(requests(WHEEL) + requests(WHEEL + ".metadata")).isZero();
  }

  @Test
  void policyBuild_asksTheHooks_whateverAWheelSays() throws Exception {
    page(
        listed(SDIST, putSdist(tree(Trees.requires("return []"), Trees.PREPARE))),
        listed(WHEEL, putWheel(), putBeside(METADATA)));

    MetadataResult result = hookd.metadata(PINNED, wheels(MetadataPolicy.BUILD));

    assertThat(result.source()).isEqualTo(MetadataSource.PREPARE_METADATA);
    assertThat(result.metadata().text()).isEqualTo(Trees.METADATA);
    assertThat(requests(WHEEL) + requests(WHEEL + ".metadata")).isZero();
  }

  @Test
  void wheelWithMetadataBesideIt_answersWithoutBeingFetched() throws Exception {
    page(listed(SDIST, putUnaskableSdist()), listed(WHEEL, "00".repeat(32), putBeside(METADATA)));

    assertIsOfTheWheel(hookd.metadata(PINNED, wheels()));
    assertThat(requests(SDIST) + requests(WHEEL)).isZero();
  }

  @Test
  void wheelWithoutMetadataBesideIt_comesAfterTheSdist() throws Exception {
    page(
        listed(SDIST, putSdist(tree(Trees.requires("return []"), Trees.PREPARE))),
        listed(WHEEL, putWheel()));

    assertThat(hookd.metadata(PINNED, wheels()).source())
        .isEqualTo(MetadataSource.PREPARE_METADATA);
    assertThat(requests(WHEEL)).isZero();
  }

  @Test
  void wheel_thatIsYanked_comesAfterWhatIsNot() throws Exception {
    String yanked = ", \"yanked\": \"wrong requirements\"";
    String described = listed(WHEEL, putWheel(), putBeside(METADATA) + yanked);
    String sdist = putSdist(tree(Trees.requires("return []"), Trees.PREPARE));
    page(listed(SDIST, sdist), described);

    assertThat(hookd.metadata(PINNED, wheels()).metadata().text()).isEqualTo(Trees.METADATA);
    assertThat(requests(WHEEL) + requests(WHEEL + ".metadata")).isZero();
  }

  @Test
  void sdist_thatIsYanked_comesAfterAWheelThatIsNot() throws Exception {
    page(listed(SDIST, putUnaskableSdist(), ", \"yanked\": true"), listed(WHEEL, putWheel()));

    assertIsOfTheWheel(hookd.metadata(PINNED, wheels()));
  }

  @Test
  void wheelOfAnIndex_withAnotherHash_isRefused() throws Exception {
    putWheel();
    page(listed(WHEEL, "00".repeat(32)));
    assertThatThrownBy(() -> hookd.metadata(PINNED, wheels()))
        .isInstanceOf(HashMismatchException.class);
  }

  @Test
  void metadataBesideAWheel_withAnotherHash_areRefused() throws Exception {
    String promised = putBeside(METADATA);
    putBeside(METADATA + "Requires-Dist: evil\n");
    page(listed(WHEEL, putWheel(), promised));

    assertThatThrownBy(() -> hookd.metadata(PINNED, wheels()))
        .isInstanceOf(HashMismatchException.class);
    assertThat(requests(WHEEL)).isZero();
  }
}
