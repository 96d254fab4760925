package dev.hookd.frontend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hookd.frontend.environment.InstallerKind;
import dev.hookd.pool.Priority;
import dev.hookd.protocol.BuildBackend;
import dev.hookd.protocol.ConfigSettings;
import dev.hookd.protocol.Isolation;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequirementOptionsTest {

  private static final String HASH = "sha256:" + "0a".repeat(32);

  private static RequirementOptions options(UnaryOperator<RequirementOptions.Builder> change) {
    return change.apply(RequirementOptions.builder()).build();
  }

  @Test
  void constraints_areReadAsPipWritesThem() {
    String text =
        """
        # made by a tool
        Set_Tools==75.0 \\
            --hash=%s \\
            --hash=%s  # a comment

        wheel<1 ; python_version >= '3.8'
        """
            .formatted(HASH, HASH.replace('0', '1'));

    RequirementOptions options = options(o -> o.constraints("c.txt", text));

    assertThat(options.constraints().get(0)).hasToString("set-tools==75.0");
    assertThat(options.constraints().get(0).hashes()).containsExactly(HASH, HASH.replace('0', '1'));
    assertThat(options.constraints().get(1)).hasToString("wheel<1 ; python_version >= '3.8'");
    assertThat(options.requiresHashes()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-r other.txt             | is an option",
        "--index-url http://x     | is an option",
        "a[extra]==1              | has no extras",
        "a==1 --hash=md5:00       | is not --hash=sha256",
        "a==1 --no-binary x       | is not --hash=sha256",
        "./local                  | malformed",
        "a === ${SECRET}          | malformed",
      })
  void constraints_thatAreNone_areRefusedWithTheFilesName(String line, String reason) {
    assertThatThrownBy(() -> options(o -> o.constraints("c.txt", line)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("c.txt: ")
        .hasMessageContaining(reason);
  }

  @Test
  void indexOptions_refuseWhatAnInstallerWouldReadOtherwise_andHidePasswords() {
    assertThatThrownBy(
            () -> new IndexOptions(URI.create("ftp://u:secret@h"), List.of(), List.of(), false))
        .hasMessageContaining("http://")
        .hasMessageNotContaining("secret");
    for (String place : List.of("https://u:secret@h/a b", "https://u:secret@h/\t")) {
      assertThatThrownBy(() -> new IndexOptions(null, List.of(), List.of(place), false))
          .isInstanceOf(IllegalArgumentException.class)
          .hasNoCause()
          .hasMessageNotContaining("secret");
    }
    for (String place : List.of("relative", "/a\n--index-url http://evil", "ssh://h/x")) {
      assertThatThrownBy(() -> new IndexOptions(null, List.of(), List.of(place), false))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(
            new IndexOptions(
                URI.create("http://u:secret@h/"),
                List.of(URI.create("http://v:secret@h/")),
                List.of("http://w:secret@h/", "/d"),
                true))
        .asString()
        .doesNotContain("secret")
        .contains("http://h/", "/d");
  }

  @Test
  void forPackage_comparesNamesAsTheIndexDoes_andAddsUp() {
    RequirementOptions options =
        options(
            o ->
                o.forPackage("My.Package", own -> own.withExtraRequirements(List.of("cython")))
                    .forPackage("my_package", own -> own.withBuildIsolation(false)));
    BuildSettings settings =
        BuildSettings.builder().environment(Map.of("A", "1")).requirements(options).build();

    assertThat(options.forPackage("MY--package").extraRequirements()).containsExactly("cython");
    assertThat(settings.forPackage("my-package").buildIsolation()).isFalse();
    assertThat(settings.forPackage("other")).isSameAs(settings);
    assertThat(settings.forPackage(null)).isSameAs(settings);
    assertThatThrownBy(() -> options(o -> o.forPackage("a b", own -> own)))
        .hasMessageContaining("'a b' is not the name of a project");
    assertThatThrownBy(() -> PackageOptions.NONE.withExtraRequirements(List.of("-e .")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'-e .' is malformed");
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-20T00:00:00Z, 2026-11-20T23:59:59Z, 1, true",
    "2026-11-20T23:59:59Z, 2026-11-21T00:00:00Z, 1, false",
    "2026-11-20T23:59:59Z, 2026-11-26T23:59:59Z, 7, true",
    "2026-11-20T23:59:59Z, 2026-11-27T00:00:00Z, 7, false",
    "2026-11-21T00:00:00Z, 2026-11-20T23:59:59Z, 7, false",
  })
  void freshness_countsDaysInUtc(Instant resolved, Instant now, int days, boolean fresh) {
    assertThat(Freshness.days(days).fresh(resolved, now)).isEqualTo(fresh);
    assertThat(Freshness.FOREVER.fresh(resolved, now)).isTrue();
    assertThat(Freshness.FOREVER.after(resolved).fresh(resolved, now)).isTrue();
    assertThat(Freshness.FOREVER.after(resolved.plusMillis(1)).fresh(resolved, now)).isFalse();
  }

  private static String fingerprint(UnaryOperator<BuildSettings.Builder> change) {
    return change.apply(BuildSettings.builder()).build().fingerprint();
  }

  private static UnaryOperator<BuildSettings.Builder> with(
      UnaryOperator<RequirementOptions.Builder> change) {
    return settings -> settings.requirements(options(change));
  }

  private static UnaryOperator<BuildSettings.Builder> own(UnaryOperator<PackageOptions> change) {
    return with(o -> o.forPackage("a", change));
  }

  private static UnaryOperator<BuildSettings.Builder> index(
      String url, List<String> extra, List<String> links) {
    return with(
        o ->
            o.index(
                new IndexOptions(
                    url.isEmpty() ? null : URI.create(url),
                    extra.stream().map(URI::create).toList(),
                    links,
                    false)));
  }

  @Test
  void fingerprint_changesWithAllThatCanChangeAnAnswer_andWithNothingElse() {
    ConfigSettings config = ConfigSettings.of(Map.of("a", "b"));
    List<UnaryOperator<BuildSettings.Builder>> different =
        List.of(
            s -> s,
            s -> s.buildIsolation(false),
            s -> s.backend(new BuildBackend("b", List.of())),
            s -> s.backend(new BuildBackend("b", List.of("."))),
            s -> s.configSettings(ConfigSettings.EMPTY),
            s -> s.configSettings(config),
            s -> s.environment(Map.of("A", "1")),
            s -> s.daemonScript(Path.of("/d")),
            s -> s.installer(InstallerKind.UV),
            s -> s.isolation(Isolation.FRESH),
            with(o -> o.constraints("", "a==1")),
            with(o -> o.constraints("", "a==1 --hash=" + HASH)),
            index("http://h/", List.of(), List.of()),
            index("", List.of("http://h/"), List.of()),
            index("", List.of(), List.of("http://h/")),
            own(o -> o.withExtraRequirements(List.of("b"))),
            own(o -> o.withConfigSettings(config)),
            own(o -> o.withEnvironment(Map.of("A", "1"))),
            own(o -> o.withBuildIsolation(false)));
    Stream<UnaryOperator<BuildSettings.Builder>> same =
        Stream.of(
            s -> s.python("python3"),
            s -> s.timeout(Duration.ofSeconds(1)),
            s -> s.priority(Priority.HIGH),
            with(o -> o.freshness(Freshness.days(9))),
            with(o -> o.index(new IndexOptions(null, List.of(), List.of(), true))));

    assertThat(different.stream().map(RequirementOptionsTest::fingerprint)).doesNotHaveDuplicates();
    assertThat(same.map(RequirementOptionsTest::fingerprint))
        .containsOnly(BuildSettings.DEFAULT.fingerprint());
  }
}
