package dev.hookd.frontend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hookd.frontend.requirement.Version;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InputTextTest {

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "requests==2.31.0                   | requests      | 2.31.0",
        "Requests == 2.31                   | Requests      | 2.31",
        "'  zope.interface==5.0 '           | zope.interface| 5.0",
        "requests[socks, security]==2.31.0  | requests      | 2.31.0",
        "a==1!2.0rc1+local.7                | a             | 1!2.0rc1+local.7",
      })
  void parse_nameAndVersion_isPinned(String text, String name, String version) {
    assertThat(Input.parse(text, directory))
        .isEqualTo(new Input.Pinned(name, Version.parse(version)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "six @ https://example.org/six.tar.gz#sha256=00 | six | https://example.org/six.tar.gz#sha256=00",
        "six@file:///tmp/six.tar.gz                     | six | file:///tmp/six.tar.gz",
        "six[x] @ http://u:p@127.0.0.1:8080/s.zip       | six | http://u:p@127.0.0.1:8080/s.zip",
      })
  void parse_nameAndUrl_isDirect(String text, String name, String url) {
    assertThat(Input.parse(text, directory)).isEqualTo(new Input.Direct(name, URI.create(url)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "six-1.16.0.tar.gz",
        "sdists/six==1.16.0.tar.gz/",
        "./six==1.0",
        "../six==1.0",
        "/srv/six==1.0",
        "six",
        "@odd",
        "six@work",
      })
  void parse_anythingElse_isAPath(String text) {
    assertThat(Input.parse(text, directory)).isEqualTo(Input.of(directory.resolve(text)));
  }

  @Test
  void parse_whatIsThereByThatName_comesFirst() throws IOException {
    Path file = Files.createFile(directory.resolve("six==1.0"));

    assertThat(Input.parse("six==1.0", directory)).isEqualTo(Input.of(file));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "six>=1.0",
        "six==1.0,<2",
        "six==1.*",
        "six===1.0",
        "six==",
        "six==one",
        "six==1.0; python_version > '3'",
      })
  void parse_whatNamesNoSingleVersion_isRefused(String text) {
    assertThatThrownBy(() -> Input.parse(text, directory))
        .isInstanceOf(InvalidProjectException.class)
        .hasMessageContaining(text);
  }

  @Test
  void parse_whatIsNoUrl_isRefusedWithoutItsPassword() {
    assertThatThrownBy(() -> Input.parse("six @ https://user:secret@example.org/a[b", directory))
        .isInstanceOf(InvalidProjectException.class)
        .hasNoCause()
        .hasMessageContaining("what follows '@' in the input of six is no URL")
        .hasMessageNotContaining("secret");
  }

  @Test
  void parse_aNullCharacter_isNoPath() {
    assertThatThrownBy(() -> Input.parse("a\0b", directory))
        .isInstanceOf(InvalidProjectException.class)
        .hasMessageContaining("is no path");
  }

  @Test
  void direct_toString_hasNoCredentials() {
    assertThat(Input.parse("six @ https://user:secret@example.org/six.tar.gz", directory))
        .hasToString("six @ https://example.org/six.tar.gz");
  }
}
