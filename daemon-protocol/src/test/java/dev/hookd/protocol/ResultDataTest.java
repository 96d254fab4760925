package dev.hookd.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResultDataTest {

  @Test
  void strings_ofBothDialects_areTheSame() {
    String[] expected = {"a", "it's \"b\", [c]", "ä\n\\n\ud83d\udc0d"};

    assertThat(
            ResultData.strings(
                Dialect.CLASSIC, "['a', 'it\\'s \"b\", [c]', 'ä\\n\\\\n\ud83d\udc0d']"))
        .containsExactly(expected);
    assertThat(
            ResultData.strings(
                Dialect.EXTENDED,
                "[\"a\", \"it's \\\"b\\\", [c]\", \"\\u00e4\\n\\\\n\\ud83d\\udc0d\"]"))
        .containsExactly(expected);
    assertThat(ResultData.strings(Dialect.CLASSIC, "[]")).isEmpty();
    assertThat(ResultData.strings(Dialect.EXTENDED, "[]")).isEmpty();
    assertThat(ResultData.strings(Dialect.CLASSIC, "('a',)")).containsExactly("a");
  }

  @Test
  void strings_result_isImmutable() {
    for (Dialect dialect : Dialect.values()) {
      assertThatThrownBy(() -> ResultData.strings(dialect, "[]").add("a"))
          .isInstanceOf(UnsupportedOperationException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "None",
        "'a'",
        "['a', None]",
        "['a', 1]",
        "[['a']]",
        "{'a': 'b'}",
        "['a'",
        "x"
      })
  void strings_classicAnythingElse_isAViolation(String data) {
    assertThatExceptionOfType(ProtocolException.class)
        .isThrownBy(() -> ResultData.strings(Dialect.CLASSIC, data))
        .withMessageStartingWith("got ")
        .withMessageContaining("expected: ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "\"a\"",
        "[\"a\", null]",
        "[1]",
        "[[\"a\"]]",
        "{\"a\": \"b\"}",
        "[\"a\"",
        "[\"a\"] x",
        "['a']"
      })
  void strings_extendedAnythingElse_isAViolation(String data) {
    assertThatExceptionOfType(ProtocolException.class)
        .isThrownBy(() -> ResultData.strings(Dialect.EXTENDED, data))
        .withMessageStartingWith("got ")
        .withMessageContaining("expected: ");
  }

  @Test
  void name_classic_isTheTextAsItStands() {
    assertThat(ResultData.name(Dialect.CLASSIC, "a-1.0.whl")).contains("a-1.0.whl");
    assertThat(ResultData.name(Dialect.CLASSIC, "'a'")).contains("'a'");
    assertThat(ResultData.name(Dialect.CLASSIC, "a\\nb")).contains("a\nb");
    assertThat(ResultData.name(Dialect.CLASSIC, "")).contains("");
    assertThat(ResultData.name(Dialect.CLASSIC, "None")).isEmpty();
  }

  @Test
  void name_extended_isAStringOrNull() {
    assertThat(ResultData.name(Dialect.EXTENDED, "\"a\\\\n\\u00e4.whl\"")).contains("a\\nä.whl");
    assertThat(ResultData.name(Dialect.EXTENDED, "\"None\"")).contains("None");
    assertThat(ResultData.name(Dialect.EXTENDED, "\"\"")).contains("");
    assertThat(ResultData.name(Dialect.EXTENDED, "null")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1", "[]", "[\"a\"]", "{}", "true", "\"a", "a.whl", "\"a\" \"b\""})
  void name_extendedAnythingElse_isAViolation(String data) {
    assertThatExceptionOfType(ProtocolException.class)
        .isThrownBy(() -> ResultData.name(Dialect.EXTENDED, data))
        .withMessageStartingWith("got ")
        .withMessageContaining("expected: ");
  }

  @Test
  void violation_ofALongResult_isShownShort() {
    assertThatExceptionOfType(ProtocolException.class)
        .isThrownBy(() -> ResultData.name(Dialect.EXTENDED, "[\"" + "x".repeat(10_000) + "\"]"))
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(300));
  }
}
