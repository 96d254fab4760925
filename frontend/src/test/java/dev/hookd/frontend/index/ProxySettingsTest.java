package dev.hookd.frontend.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProxySettingsTest {

  private static String proxy(ProxySettings settings, String url) {
    return settings.proxyFor(URI.create(url)).map(URI::toString).orElse("none");
  }

  @Test
  void environment_isReadAsPythonReadsIt() {
    ProxySettings settings =
        ProxySettings.of(
            Map.of(
                "http_proxy", "p1.example.org:3128",
                "HTTP_PROXY", "http://other.example.org:1",
                "HTTPS_PROXY", "http://p2.example.org:3129"));

    assertThat(proxy(settings, "http://h.example.org/")).isEqualTo("http://p1.example.org:3128");
    assertThat(proxy(settings, "https://h.example.org/")).isEqualTo("http://p2.example.org:3129");
    assertThat(ProxySettings.of(Map.of("https_proxy", "", "HTTPS_PROXY", "http://x:1")).https())
        .isEmpty();
    assertThat(ProxySettings.of(Map.of("REQUEST_METHOD", "GET", "HTTP_PROXY", "http://x:1")).http())
        .isEmpty();
    assertThat(ProxySettings.of(Map.of("all_proxy", "http://x:1")).https()).isPresent();
  }

  @ParameterizedTest
  @CsvSource({
    "http://example.org/, none",
    "http://a.example.org/, none",
    "http://EXAMPLE.org/, none",
    "http://notexample.org/, proxy",
    "http://dot.test/, none",
    "http://a.dot.test/, none",
    "http://port.test:8080/, none",
    "http://port.test/, proxy",
    "http://10.1.2.3/, none",
    "http://11.1.2.3/, proxy",
    "http://192.0.2.7/, none",
    "http://192.0.2.8/, proxy",
    "'http://[::1]/', none"
  })
  void noProxy_namesHostsDomainsPortsAndNetworks(String url, String expected) {
    ProxySettings settings =
        ProxySettings.of(
            Map.of(
                "http_proxy",
                "http://proxy:1",
                "no_proxy",
                "example.org, .dot.test,port.test:8080,10.0.0.0/8,192.0.2.7/32,::1"));

    assertThat(proxy(settings, url)).isEqualTo(expected.equals("none") ? "none" : "http://proxy:1");
  }

  @Test
  void noProxy_star_switchesProxiesOff() {
    ProxySettings settings = ProxySettings.of(Map.of("http_proxy", "http://p:1", "NO_PROXY", "*"));

    assertThat(proxy(settings, "http://h.example.org/")).isEqualTo("none");
  }

  @Test
  void proxyThatIsNoUrl_isRefusedWithoutItsPassword() {
    assertThatThrownBy(() -> ProxySettings.of(Map.of("https_proxy", "http://u:secret@")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("https_proxy")
        .message()
        .doesNotContain("secret");
    assertThat(ProxySettings.of("http://u:secret@p.example.org:1").toString())
        .doesNotContain("secret");
  }
}
