package dev.hookd.frontend.interpreter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hookd.frontend.interpreter.PythonRequest.ByCommand;
import dev.hookd.frontend.interpreter.PythonRequest.ByPath;
import dev.hookd.frontend.interpreter.PythonRequest.ByVersion;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PythonRequestTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "3              | cpython | ==3.*",
        "3.9            | cpython | ==3.9.*",
        " 3.9           | cpython | ==3.9.*",
        "3.11.7         | cpython | ==3.11.7",
        "3.14.0rc1      | cpython | ==3.14.0rc1",
        "3.14rc1        | cpython | ==3.14rc1",
        ">=3.10         | cpython | >=3.10",
        ">= 3.9, <3.12  | cpython | <3.12,>=3.9",
        "==3.10.*       | cpython | ==3.10.*",
        "~=3.9          | cpython | ~=3.9",
        "cpython3.9     | cpython | ==3.9.*",
        "cpython@3.9    | cpython | ==3.9.*",
        "cpython >=3.9  | cpython | >=3.9",
        "pypy3.10       | pypy    | ==3.10.*",
        "pypy@>=3.9     | pypy    | >=3.9",
        "pypy3          | pypy    | ==3.*",
        "pypy           | pypy    | ''",
        "cpython        | cpython | ''",
      })
  void parse_whenVersion_tellsWhichOnes(String text, String implementation, String versions) {
    assertThat(PythonRequest.parse(text))
        .isInstanceOfSatisfying(
            ByVersion.class,
            request -> {
              assertThat(request.implementation()).isEqualTo(implementation);
              assertThat(request.versions()).hasToString(versions);
              assertThat(request).hasToString(text.strip());
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"python3", "python3.9", "python", "pypython", "pypy-c", "my-python"})
  void parse_whenNoVersion_isACommand(String text) {
    assertThat(PythonRequest.parse(text)).isEqualTo(new ByCommand(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/usr/bin/python3", "./python", "3.9/bin/python", "venv/"})
  void parse_whenSlash_isAPath(String text) {
    assertThat(PythonRequest.parse(text)).isEqualTo(new ByPath(text));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''          | no Python interpreter is named",
        "3.13t       | free-threaded",
        "pypy3.10t   | free-threaded",
        "39          | did you mean 3.9?",
        "310         | did you mean 3.10?",
        "3.9,<3.12   | is no version of Python",
        "3.x         | is no version of Python",
        ">=3.x       | is not a version specifier",
        ">3.6.*      | .* goes with == and != alone",
        "3.9+local   | there is no Python 3.9+local",
      })
  void parse_whenMalformed_saysWhy(String text, String says) {
    assertThatThrownBy(() -> PythonRequest.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(says);
  }
}
