package dev.hookd.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PythonLiteralTest {

  static Stream<Arguments> literals() {
    return Stream.of(
        Arguments.of("''", ""),
        Arguments.of("'a'", "a"),
        Arguments.of("\"it's\"", "it's"),
        Arguments.of("'it\\'s \"b\"'", "it's \"b\""),
        Arguments.of("'\\\\'", "\\"),
        Arguments.of("'\\\\n'", "\\n"),
        Arguments.of("'\\n\\r\\t\\\\\\'\\\"'", "\n\r\t\\'\""),
        Arguments.of("'\\x00\\x7f\\xa0\\xFF'", "\0\u007f\u00a0\u00ff"),
        Arguments.of("'\\u20ac\\ud800'", "\u20ac\ud800"),
        Arguments.of("'\\U0001f40d'", "\ud83d\udc0d"),
        Arguments.of("'ä\u20ac\ud83d\udc0d'", "ä\u20ac\ud83d\udc0d"),
        Arguments.of("'[a, \"b\"], {c: (d)}'", "[a, \"b\"], {c: (d)}"),
        Arguments.of("0", 0L),
        Arguments.of("-42", -42L),
        Arguments.of("9223372036854775807", Long.MAX_VALUE),
        Arguments.of("1.5", 1.5),
        Arguments.of("-0.0", -0.0),
        Arguments.of("1e+16", 1e16),
        Arguments.of("1.5e-07", 1.5e-7),
        Arguments.of("True", true),
        Arguments.of("False", false),
        Arguments.of("[]", List.of()),
        Arguments.of("()", List.of()),
        Arguments.of("{}", Map.of()),
        Arguments.of("['a', \"b\", 'c, d']", List.of("a", "b", "c, d")),
        Arguments.of("('a',)", List.of("a")),
        Arguments.of("('a', 1)", List.of("a", 1L)),
        Arguments.of("[None, [True, ()]]", Arrays.asList(null, List.of(true, List.of()))),
        Arguments.of("{'a': 1, 'b': {'c': [None]}}", map()),
        Arguments.of("  [ 'a' , 'b' ]  ", List.of("a", "b")));
  }

  private static Map<String, Object> map() {
    return Map.of("a", 1L, "b", Map.of("c", Arrays.asList((Object) null)));
  }

  @ParameterizedTest
  @MethodSource("literals")
  void parse_literal_isItsValue(String text, Object value) {
    assertThat(PythonLiteral.parse(text)).isEqualTo(value);
  }

  @ParameterizedTest
  @MethodSource("literals")
  void parse_anyPrefixOrSuffix_isRefusedOrALiteralItself(String text, Object value) {
    String trimmed = text.strip();
    for (int end = 0; end < trimmed.length(); end++) {
      String prefix = trimmed.substring(0, end);
      if (value instanceof Number && prefix.matches("-?[0-9.]+(e[-+][0-9]+)?(?<!\\.)")) {
        assertThat(PythonLiteral.parse(prefix)).isInstanceOf(Number.class);
      } else {
        assertRefused(prefix);
      }
    }
    assertRefused(trimmed + "'");
    assertRefused(trimmed + "]");
    assertRefused(trimmed + " 'x'");
  }

  @Test
  void parse_none_isNull() {
    assertThat(PythonLiteral.parse("None")).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "none",
        "Nones",
        "true",
        "nan",
        "inf",
        "b'a'",
        "'a' 'b'",
        "['a' 'b']",
        "[,]",
        "[,'a']",
        "['a',,'b']",
        "['a')",
        "('a']",
        "{'a'}",
        "{'a': }",
        "{'a': 1 'b': 2}",
        "{: 1}",
        "{1, 2}",
        "set()",
        "<object object at 0x7f>",
        "'\\a'",
        "'\\0'",
        "'\\x4'",
        "'\\xg0'",
        "'\\x\uff11\uff11'",
        "'\\u12'",
        "'\\U00110000'",
        "'\\Uffffffff'",
        "9223372036854775808",
        "-9223372036854775809",
        "1.",
        ".5",
        "+5",
        "-",
        "--1",
        "1-1",
        "1e",
        "1.5.2",
        "e5",
        "1_000",
        "0x10",
        "1d",
        "1f",
        "\u0661",
        "\n'a'",
        "\t'a'",
        "\0"
      })
  void parse_noLiteral_isRefused(String text) {
    assertRefused(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "['a' 'b']|got \"'\" at column 6 of a Python literal (expected: \",\" or \"]\")",
        "['a',|got the end of the line at column 6 of a Python literal (expected: more of the literal)",
        "[x]|got \"x\" at column 2 of a Python literal (expected: None, True or False)",
        "['\\q']|got \"q\" at column 4 of a Python literal (expected: an escape that repr() writes)",
        "['a'] 'b'|got \"'\" at column 7 of a Python literal (expected: the end of the literal)",
        "[1, 99999999999999999999]|got \"9\" at column 5 of a Python literal (expected: an integer of at most 64 bits)",
      })
  void parse_noLiteral_saysWhere(String text, String message) {
    assertThatExceptionOfType(ProtocolException.class)
        .isThrownBy(() -> PythonLiteral.parse(text))
        .withMessage(message);
  }

  @Test
  void parse_deepNesting_isReadUpToALimitAndThenRefused() {
    assertThat(PythonLiteral.parse("[".repeat(200) + "]".repeat(200))).isInstanceOf(List.class);
    for (String open : List.of("[", "(", "{1: ", "[{'a': (")) {
      assertRefused(open.repeat(1_000_000));
    }
    assertRefused("[".repeat(201) + "]".repeat(201));
    assertThat(PythonLiteral.parse("[" + "[[]], ".repeat(1_000) + "[]]"))
        .asInstanceOf(InstanceOfAssertFactories.LIST)
        .as("many beside each other are not deep")
        .hasSize(1_001);
  }

  @Test
  void parse_hugeNumber_isRefusedAtOnce() {
    assertRefused("1".repeat(5_000_000));
    assertRefused("[" + "-".repeat(5_000_000));
    assertThat(PythonLiteral.parse("1".repeat(1_000_000) + ".5"))
        .isEqualTo(Double.POSITIVE_INFINITY);
  }

  private static void assertRefused(String text) {
    assertThatExceptionOfType(ProtocolException.class)
        .as(text.length() < 100 ? text : text.substring(0, 100))
        .isThrownBy(() -> PythonLiteral.parse(text))
        .withMessageStartingWith("got ");
  }
}
