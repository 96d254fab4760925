package dev.hookd.frontend.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialsTest {

  private static final Netrc NETRC = netrc();

  private static Netrc netrc() {
    try {
      return Netrc.parse(
          """
          # machine comment.example.org login a password b
          machine index.example.org
            login alice
            password #pass"word
          macdef init
            machine nonsense

          machine Files.example.org login "b o\\"b" password back\\slash account ignored
          machine files.example.org login second password second
          default login anybody password guest
          """);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private final Credentials credentials =
      new Credentials(
          List.of(
              URI.create("https://team:a%40b@private.example.org/team/simple/"),
              URI.create("https://token@private.example.org/other/simple/"),
              URI.create("http://index.example.org/simple/"),
              URI.create("https://open.example.org:8443/simple/")),
          NETRC);

  private String loginFor(String url) {
    Optional<String> header = credentials.authorization(URI.create(url));
    return header
        .map(value -> value.substring("Basic ".length()))
        .map(
            value ->
                new String(
                    java.util.Base64.getDecoder().decode(value),
                    java.nio.charset.StandardCharsets.UTF_8))
        .orElse("none");
  }

  @ParameterizedTest
  @CsvSource({
    "https://private.example.org/team/simple/x/, team:a@b",
    "https://private.example.org/other/files/x.zip, token:",
    "https://private.example.org/files/x.zip, team:a@b",
    "https://PRIVATE.example.org:443/other/x, token:",
    "https://private.example.org:444/team/simple/x/, none",
    "http://private.example.org/team/simple/x/, none",
    "https://u:p@private.example.org/team/simple/x/, u:p",
    "https://private.example.org.evil.example/team/simple/, none",
    "http://index.example.org/files/x.zip, 'alice:#pass\"word'",
    "https://index.example.org/x.zip, 'alice:#pass\"word'",
    "http://index.example.org:81/x.zip, none",
    "https://files.example.org/x.zip, 'b o\"b:backslash'",
    "http://files.example.org/x.zip, none",
    "https://open.example.org:8443/files/x.zip, anybody:guest",
    "https://elsewhere.example.org/x.zip, none"
  })
  void authorization_goesToThoseAloneWhomItIsFor(String url, String login) {
    assertThat(loginFor(url)).isEqualTo(login);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "machine",
        "machine a login",
        "login x",
        "machine a secret x",
        "machine a login \"x"
      })
  void netrc_thatIsMalformed_isRefusedWithoutItsContent(String text) {
    assertThatThrownBy(() -> Netrc.parse(text))
        .isInstanceOf(IOException.class)
        .message()
        .doesNotContain("secret");
  }

  @Test
  void shown_hasNoSecret() {
    assertThat(Urls.shown(URI.create("https://u:p@h.example.org:1/a/b?signature=s#f")))
        .isEqualTo("https://h.example.org:1/a/b");
    assertThat(Urls.shown(URI.create("https://u:p@a_b.example.org/x")))
        .isEqualTo("https://a_b.example.org/x");
    assertThat(Urls.shown(URI.create("mailto:u:p@h.example.org"))).isEqualTo("mailto:...");
  }
}
