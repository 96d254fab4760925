package dev.hookd.frontend.index;

import static dev.hookd.frontend.index.IndexFixture.file;
import static dev.hookd.frontend.index.IndexFixture.page;
import static dev.hookd.frontend.index.IndexFixture.utf8;
import static dev.hookd.frontend.index.LoopbackIndex.body;
import static dev.hookd.frontend.index.LoopbackIndex.redirect;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.hookd.frontend.IndexAccessException;
import dev.hookd.frontend.IndexUnreachableException;
import dev.hookd.frontend.InvalidIndexAnswerException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Where requests are sent on, and what of the credentials goes along. */
class IndexRedirectsTest extends PackageIndexFixture {

  @Test
  void redirect_isFollowed_andLinksAreRelativeToItsEnd() throws Exception {
    try (LoopbackIndex mirror = new LoopbackIndex()) {
      server.on("/simple/p/", redirect("../elsewhere/"));
      server.on("/simple/elsewhere/", redirect(mirror.url("/deep/er/p/")));
      mirror.on("/deep/er/p/", body("text/html", "<a href='p-1.0.zip'>x</a>"));

      assertThat(index().pages("p").get(0).files())
          .extracting(file -> file.url().toString())
          .containsExactly(mirror.url("/deep/er/p/p-1.0.zip"));
    }
  }

  @Test
  void redirect_toAnotherHost_takesNoCredentialsAlong() throws Exception {
    try (LoopbackIndex mirror = new LoopbackIndex()) {
      server.requireAuthorization(Credentials.basic("user:se%63ret"));
      server.on("/simple/p/", redirect(mirror.url("/p/")));
      mirror.on("/p/", body("text/html", "<a href='p-1.0.zip'>x</a>"));
      PackageIndex index = fixture.index(server.simple().replace("//", "//user:secret@"));

      assertThat(index.pages("p")).hasSize(1);

      assertThat(mirror.requests()).hasSize(1);
      assertThat(mirror.requests().get(0).header("Authorization")).isNull();
    }
  }

  @Test
  void redirect_thatNeverEndsOrLeadsAstray_isRefused() {
    server.on("/simple/loop/", redirect("/simple/loop/"));
    server.on("/simple/file/", redirect("file:///etc/passwd"));
    PackageIndex index = index();

    assertThatThrownBy(() -> index.pages("loop"))
        .isInstanceOf(InvalidIndexAnswerException.class)
        .hasMessageContaining("redirected more than 10 times");
    assertThatThrownBy(() -> index.pages("file"))
        .isInstanceOf(InvalidIndexAnswerException.class)
        .hasMessageContaining("no HTTP URL");
  }

  @Test
  void credentials_thatAreWrong_areAnErrorWithoutThem() {
    server.requireAuthorization("Basic something");

    IndexAccessException failure =
        catchThrowableOfType(
            IndexAccessException.class,
            () -> fixture.index(server.simple().replace("//", "//u:secret@")).pages("p"));

    assertThat(failure.status()).hasValue(401);
    assertThat(failure.getMessage() + failure.hint() + failure.url()).doesNotContain("secret");
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void credentials_ofNetrc_areSent() throws Exception {
    Path netrc = directory.resolve("netrc");
    Files.writeString(netrc, "machine 127.0.0.1 login user password pass");
    server.requireAuthorization(Credentials.basic("user:pass"));
    server.json("p", page(file("p-1.0.zip", utf8("x"))));
    IndexConfig config =
        IndexConfig.builder(java.util.Map.of("NETRC", netrc.toString()))
            .index(server.simple())
            .build();

    assertThat(PackageIndex.of(config, fixture.cache, fixture.time()).pages("p")).hasSize(1);
  }

  @Test
  void plainHttp_toAnotherMachine_isRefusedUnlessItIsTrusted() {
    PackageIndex index = fixture.index("http://index.example.org/simple");

    assertThatThrownBy(() -> index.pages("p"))
        .isInstanceOf(IndexUnreachableException.class)
        .hasMessageContaining("plain http");
    IndexConfig trusting =
        IndexConfig.builder(java.util.Map.of())
            .index("http://index.example.org/simple")
            .trustedHost("Index.example.org")
            .build();
    assertThat(trusting.mayBePlain(trusting.indexes().get(0))).isTrue();
  }
}
