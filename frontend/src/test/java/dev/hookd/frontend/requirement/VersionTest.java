package dev.hookd.frontend.requirement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VersionTest {

  @ParameterizedTest
  @CsvSource({
    "1.0,1.0",
    "' v1.0\n',1.0",
    "V01.010,1.10",
    "0!1,1",
    "2!1,2!1",
    "1.0ALPHA1,1.0a1",
    "1.0-beta_2,1.0b2",
    "1.0.c3,1.0rc3",
    "1.0pre,1.0rc0",
    "1.0preview4,1.0rc4",
    "1.0-1,1.0.post1",
    "1.0rev2,1.0.post2",
    "1.0_r3,1.0.post3",
    "1.0post,1.0.post0",
    "1.0dev,1.0.dev0",
    "1.0-DEV7,1.0.dev7",
    "1.0a-1,1.0a1",
    "1.0a1-2.dev_3,1.0a1.post2.dev3",
    "1.0+Ubuntu-01_x,1.0+ubuntu.1.x",
    "20241121103000123456789,20241121103000123456789",
  })
  void parse_normalises(String text, String canonical) {
    Version version = Version.parse(text);
    assertThat(version).hasToString(canonical);
    assertThat(Version.parse(canonical)).isEqualTo(version).hasSameHashCodeAs(version);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "1.",
        ".1",
        "1..2",
        "1.0x",
        "1.0+",
        "1.0+a..b",
        "1!",
        "!1",
        "1 0",
        "1.*",
        "1.0-a-b",
        "١.٠",
        "1.0.post1.post2",
        "1.0dev1a1",
        "2004d-1x"
      })
  void parse_whenNoVersion_namesIt(String text) {
    assertThatThrownBy(() -> Version.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + text + "'")
        .hasMessageContaining("PEP 440");
    assertThat(Version.tryParse(text)).isEmpty();
  }

  @Test
  void parse_whenEndless_refusesWithShortMessage() {
    assertThatThrownBy(() -> Version.parse("1" + ".1".repeat(1_000_000)))
        .isInstanceOf(IllegalArgumentException.class)
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(200));
    assertThat(Version.parse("1" + ".1".repeat(499)).release()).hasSize(500);
  }

  @Test
  void compareTo_followsPep440() {
    List<Version> ordered =
        Arrays.stream(
                ("0.9 1.dev0 1.0.dev1 1.0a1.dev1 1.0a1 1.0a1.post1.dev1 1.0a1.post1 1.0a2 1.0b1 1.0rc1"
                        + " 1.0rc1+x 1.0rc10 1.0 1.0+abc 1.0+abc.5 1.0+abd 1.0+5 1.0+5.a 1.0+5.0"
                        + " 1.0.post1.dev1 1.0.post1 1.0.post1+x 1.0.0.1 1.1.dev1 1.1 1.10 2024.1 1!0.1")
                    .split(" "))
            .map(Version::parse)
            .toList();
    List<Version> shuffled = new ArrayList<>(ordered);
    Collections.shuffle(shuffled, new Random(440));
    Collections.sort(shuffled);
    assertThat(shuffled).containsExactlyElementsOf(ordered);
  }

  @Test
  void equals_zerosAtTheEndDoNotCount() {
    assertThat(Version.parse("1.0.0a1"))
        .isEqualTo(Version.parse("1a1"))
        .hasSameHashCodeAs(Version.parse("1a1"))
        .isNotEqualTo(Version.parse("1.0.0"));
    assertThat(Version.parse("0")).isEqualTo(Version.parse("0.0"));
  }

  @Test
  void segments_areTold() {
    Version version = Version.parse("1!3.14.0rc1.post2.dev3+l.1");
    assertThat(version.epoch()).isEqualTo(1);
    assertThat(version.release())
        .containsExactly(BigInteger.valueOf(3), BigInteger.valueOf(14), BigInteger.ZERO);
    assertThat(version.isPrerelease()).isTrue();
    assertThat(version.isPostrelease()).isTrue();
    assertThat(version.isDevelopmentRelease()).isTrue();
    assertThat(version.local()).contains("l.1");
    assertThat(version.publicVersion()).hasToString("1!3.14.0rc1.post2.dev3");
    assertThat(Version.parse("1.0.post1").isPrerelease()).isFalse();
    assertThat(Version.parse("1.0.dev1").isPrerelease()).isTrue();
  }
}
