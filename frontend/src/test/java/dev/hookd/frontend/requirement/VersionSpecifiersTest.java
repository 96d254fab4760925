package dev.hookd.frontend.requirement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VersionSpecifiersTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // specifiers | contained | not contained
        "''               | 0 1.0 2.dev1 1!3+l         |",
        ">=3.8            | 3.8 3.8.0 3.10 4.0a1       | 3.7.99 3.8rc1",
        ">=3.8, <4        | 3.12.1                     | 4.0 4.0a1 3.7",
        "~=1.4.2          | 1.4.2 1.4.9 1.4.2.post1    | 1.5 1.4.1 1.4.2a1",
        "~=2.2            | 2.2 2.9 2.3a1              | 3.0 3.0.dev1 2.1",
        "~=1!2.2.post3    | 1!2.2.post3 1!2.3          | 1!2.2 2.3",
        "==3.10.*         | 3.10 3.10.4 3.10a1 3.10+l  | 3.1 3.100 3.11.dev0 1!3.10",
        "!=3.9.*          | 3.8 3.10                   | 3.9 3.9.1 3.9rc1",
        "==1.0.0.*        | 1 1.0.post1 1.dev1         | 1.0.1",
        "==1.0            | 1.0.0 1.0+local            | 1.0.post1 1.0a1",
        "==1.0+a.1        | 1.0+A-1                    | 1.0 1.0+a.2",
        "!=1.0            | 1.1                        | 1.0 1.0+local",
        "<=1.0            | 1.0+local 1.0a1            | 1.0.post1",
        "<1.0             | 0.9                        | 1.0 1.0a1 1.0.dev1",
        "<1.0rc2          | 1.0rc1 1.0.dev1            | 1.0rc2",
        "<1.0.post2       | 1.0.post1 1.0              | 1.0.post2.dev1",
        ">1.0             | 1.0.1 1.1a1                | 1.0 1.0.post1 1.0+local",
        ">1.0a1           | 1.0 1.0.post1 1.0a2        | 1.0a1.post1 1.0a1+local",
        ">1.0.post1       | 1.0.post2 1.0.post2+l      | 1.0.post1 1.0.post1+l 1.0",
        "===1.0RC1        | 1.0rc1                     | 1.0rc1.post1 1.0.0rc1",
        "===what/ever     |                            | 1.0",
        ">=1,,<2,         | 1.5                        | 2.0",
      })
  void contains_followsPep440(String specifiers, String inside, String outside) {
    VersionSpecifiers parsed = VersionSpecifiers.parse(specifiers);
    assertThat(words(inside)).allMatch(version -> parsed.contains(Version.parse(version), true));
    assertThat(words(outside)).noneMatch(version -> parsed.contains(Version.parse(version), true));
  }

  private static String[] words(@Nullable String text) {
    return text == null ? new String[0] : text.split(" ");
  }

  @Test
  void contains_prereleasesOnlyWhenAllowed() {
    VersionSpecifiers any = VersionSpecifiers.parse("");
    assertThat(any.isEmpty()).isTrue();
    assertThat(any.contains(Version.parse("3.14.0rc1"), false)).isFalse();
    assertThat(VersionSpecifiers.parse(">=3.14.0a1").contains(Version.parse("3.14.0rc1"), false))
        .isFalse();
    assertThat(VersionSpecifiers.parse(">=3.14.0a1").mentionsPrerelease()).isTrue();
    assertThat(VersionSpecifiers.parse("===3.14.0a1").mentionsPrerelease()).isTrue();
    assertThat(VersionSpecifiers.parse("!=3.14.0a1,>=3").mentionsPrerelease()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "3.8",
        "=3.8",
        ">3.6.*",
        ">=3.8.x",
        "~=3",
        "=>3.8",
        ">=",
        "==1.0a1.*",
        "==1.*.*",
        ">=1.0+local",
        "==1.0 .*",
        "===",
        "===a b",
        ">=2.7 !=3.0",
        "> = 1",
        "<=\u06633"
      })
  void parse_whenMalformed_namesTheClause(String text) {
    assertThatThrownBy(() -> VersionSpecifiers.parse(">=1," + text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + text + "'");
    assertThat(VersionSpecifiers.tryParse(text)).isEmpty();
  }

  @Test
  void toString_isCanonicalAndEqual() {
    VersionSpecifiers specifiers = VersionSpecifiers.parse(" >= v3.08 , !=3.9.* ,>=3.8");
    assertThat(specifiers).hasToString("!=3.9.*,>=3.8");
    assertThat(VersionSpecifiers.parse(specifiers.toString()))
        .isEqualTo(specifiers)
        .hasSameHashCodeAs(specifiers);
  }
}
