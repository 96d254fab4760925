package dev.hookd.frontend.index;

import static dev.hookd.frontend.index.IndexFixture.file;
import static dev.hookd.frontend.index.IndexFixture.page;
import static dev.hookd.frontend.index.IndexFixture.utf8;
import static dev.hookd.frontend.index.LoopbackIndex.redirect;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.hookd.frontend.IndexUnreachableException;
import dev.hookd.frontend.InvalidIndexAnswerException;
import dev.hookd.frontend.system.ChildProcess;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProxyAndTlsTest {

  private static final char[] PASSWORD = "changeit".toCharArray();

  @TempDir static Path shared;
  private static Path bundle;
  private static LoopbackIndex secure;
  private static LoopbackIndex plain;

  @TempDir Path directory;
  private IndexFixture fixture;

  @BeforeAll
  static void serve() throws Exception {
    KeyStore keys = selfSigned();
    bundle = shared.resolve("bundle.pem");
    String certificate =
        Base64.getMimeEncoder().encodeToString(keys.getCertificate("server").getEncoded());
    Files.writeString(
        bundle,
        "# a comment - with a dash\n-----BEGIN CERTIFICATE-----\n"
            + certificate
            + "\n-----END CERTIFICATE-----\n"
            + "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    secure = new LoopbackIndex(server);
    secure.json("p", page(file("p-1.0.zip", utf8("x"))));
    plain = new LoopbackIndex();
    plain.json("p", page(file("p-1.0.zip", utf8("x"))));
    secure.on("/simple/down/", redirect(plain.url("/simple/p/")));
  }

  private static KeyStore selfSigned() throws Exception {
    Path store = shared.resolve("keys.p12");
    ChildProcess.Outcome made =
        ChildProcess.run(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keystore",
                store.toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                new String(PASSWORD),
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-dname",
                "CN=loopback",
                "-ext",
                "san=ip:127.0.0.1,dns:index.example.org"),
            shared,
            Map.of(),
            Duration.ofSeconds(60),
            line -> {});
    assertThat(made.succeeded()).as(made.output()).isTrue();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD);
    }
    return keys;
  }

  @AfterAll
  static void stop() {
    secure.close();
    plain.close();
  }

  @BeforeEach
  void makeFixture() {
    fixture = new IndexFixture(directory);
  }

  private static String secureUrl(String host) {
    return "https://" + host + ":" + secure.port() + "/simple/";
  }

  @Test
  void certificate_ofAnUnknownAuthority_isRefusedAtOnce() {
    PackageIndex index = fixture.index(secureUrl("127.0.0.1"));

    assertThatThrownBy(() -> index.pages("p"))
        .isInstanceOfSatisfying(
            IndexUnreachableException.class,
            failure -> {
              assertThat(failure.attempts()).isEqualTo(1);
              assertThat(failure.hint()).get().asString().contains("file of certificates");
            });
  }

  @Test
  void certificate_ofTheGivenFile_isTrusted() throws Exception {
    PackageIndex index =
        fixture.index(secureUrl("127.0.0.1"), builder -> builder.certificates(bundle));

    assertThat(index.pages("p")).hasSize(1);
  }

  @Test
  void certificates_thatCannotBeRead_areAnErrorThatNamesTheFile() throws Exception {
    Path empty = Files.writeString(directory.resolve("empty.pem"), "nothing");

    assertThatThrownBy(() -> fixture.index(secureUrl("h"), builder -> builder.certificates(empty)))
        .isInstanceOf(IndexUnreachableException.class)
        .hasMessageContaining("empty.pem cannot be used: it holds no certificate");
  }

  @Test
  void redirect_fromTlsToPlain_isRefused() {
    PackageIndex index =
        fixture.index(secureUrl("127.0.0.1"), builder -> builder.certificates(bundle));

    assertThatThrownBy(() -> index.pages("down"))
        .isInstanceOf(InvalidIndexAnswerException.class)
        .hasMessageContaining("from https to plain http");
  }

  @Test
  void proxy_isAskedForPlainHttp_withItsPassword() throws Exception {
    try (LoopbackProxy proxy = new LoopbackProxy(plain.port())) {
      PackageIndex index =
          fixture.index(
              "http://index.example.org/simple/",
              builder ->
                  builder
                      .trustedHost("index.example.org")
                      .proxies(ProxySettings.of(proxy.url("user:secret@"))));

      assertThat(index.pages("p")).hasSize(1);

      assertThat(proxy.heads())
          .singleElement()
          .asString()
          .startsWith("GET http://index.example.org/simple/p/ HTTP/1.1\r\n")
          .containsIgnoringCase("Proxy-Authorization: " + Credentials.basic("user:secret"))
          .doesNotContain("\nAuthorization");
    }
  }

  @Test
  void proxy_isATunnelForTls() throws Exception {
    try (LoopbackProxy proxy = new LoopbackProxy(secure.port())) {
      PackageIndex index =
          fixture.index(
              "https://index.example.org/simple/",
              builder ->
                  builder
                      .certificates(bundle)
                      .proxies(ProxySettings.of(proxy.url("user:secret@"))));

      assertThat(index.pages("p")).hasSize(1);

      assertThat(proxy.heads().get(0)).startsWith("CONNECT index.example.org:443 HTTP/1.1\r\n");
      assertThat(secure.requests())
          .allSatisfy(request -> assertThat(request.header("Proxy-Authorization")).isNull());
    }
  }

  @Test
  void proxy_ofAnotherKind_isRefusedWithAReason() {
    PackageIndex index =
        fixture.index(
            plain.simple(),
            builder -> builder.proxies(ProxySettings.of("socks5://user:secret@127.0.0.1:1")));

    assertThatThrownBy(() -> index.pages("p"))
        .isInstanceOf(IndexUnreachableException.class)
        .hasMessageContaining("its proxy is of the kind socks5")
        .message()
        .doesNotContain("secret");
  }
}
