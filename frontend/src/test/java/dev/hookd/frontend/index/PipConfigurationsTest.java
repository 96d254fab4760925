package dev.hookd.frontend.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hookd.frontend.IndexUnreachableException;
import dev.hookd.frontend.interpreter.PythonInterpreters;
import dev.hookd.frontend.system.CacheDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real pip, in an environment that has no configuration but the test's. */
class PipConfigurationsTest {

  @TempDir Path directory;
  @TempDir static Path shared;
  private static Path python;
  private CacheDirectory cache;
  private final Map<String, String> environment = new HashMap<>();

  @BeforeAll
  static void findPython() {
    python =
        new PythonInterpreters(CacheDirectory.at(shared), System.getenv())
            .findDefault()
            .executable();
  }

  @BeforeEach
  void prepare() {
    cache = CacheDirectory.at(directory.resolve("cache"));
    environment.put("PATH", System.getenv("PATH"));
    environment.put("HOME", directory.toString());
    environment.put("XDG_CONFIG_DIRS", directory.toString());
    environment.put("PYTHONHOME", "/nonsense that must not reach Python");
  }

  private PipConfiguration ask(Path interpreter) throws IOException, InterruptedException {
    return new PipConfigurations(cache, environment).of(interpreter);
  }

  private Path configuration(String text) throws IOException {
    Path file = directory.resolve("pip.conf");
    Files.writeString(file, text);
    environment.put("PIP_CONFIG_FILE", file.toString());
    return file;
  }

  /** A Python that writes down that it was started. */
  private Path counting(String options) throws IOException {
    Path script = directory.resolve("counting-python");
    Files.writeString(
        script,
        "#!/bin/sh\necho started >> '%s/starts'\nexec '%s' %s \"$@\"\n"
            .formatted(directory, python, options));
    return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
  }

  private long starts() throws IOException {
    try (Stream<String> lines = Files.lines(directory.resolve("starts"))) {
      return lines.count();
    }
  }

  @Test
  void variables_winOverFiles_andPasswordsAreNotWrittenDown() throws Exception {
    configuration(
        """
        [global]
        index-url = http://127.0.0.1:1/file
        extra-index-url =
            http://127.0.0.1:1/one
            http://user:secret@127.0.0.1:1/${TWO}
        trusted-host = a.example.org b.example.org:81
        timeout = 7
        [install]
        find-links = /srv/links
        [download]
        no-index = true
        """);
    environment.put("PIP_INDEX_URL", "http://127.0.0.1:1/variable");
    environment.put("PIP_CERT", "/etc/bundle.pem");

    PipConfiguration pip = ask(python);

    assertThat(pip.index()).contains("http://127.0.0.1:1/variable");
    assertThat(pip.extraIndexes())
        .containsExactly("http://127.0.0.1:1/one", "http://user:secret@127.0.0.1:1/${TWO}");
    assertThat(pip.trustedHosts()).containsExactly("a.example.org", "b.example.org:81");
    assertThat(pip.findLinks()).containsExactly("/srv/links");
    assertThat(pip.noIndex()).isFalse();
    assertThat(pip.certificates()).contains("/etc/bundle.pem");
    assertThat(pip.timeout()).hasValueSatisfying(timeout -> assertThat(timeout).hasSeconds(7));
    assertThat(pip.proxy()).isEmpty();
    assertThat(pip.toString()).doesNotContain("secret");
    assertThat(cache.path("pip-options")).doesNotExist();
  }

  @Test
  void answer_isRememberedUntilAFileChanges() throws Exception {
    environment.put("PIP_CONFIG_FILE", "/dev/null");
    Path counting = counting("");

    PipConfiguration first = ask(counting);

    assertThat(first.index()).get().asString().startsWith("https://");
    assertThat(ask(counting)).isEqualTo(first);
    assertThat(starts()).isEqualTo(1);

    Path file = configuration("[global]\nno-index = yes\n");
    assertThat(ask(counting).noIndex()).isTrue();
    assertThat(ask(counting).noIndex()).isTrue();
    assertThat(starts()).isEqualTo(2);

    Files.writeString(file, "[global]\nno-index = false\n");
    assertThat(ask(counting).noIndex()).isFalse();
    assertThat(starts()).isEqualTo(3);
  }

  @Test
  void pip_thatIsMissing_isAnErrorThatSaysWhatToDo() throws Exception {
    Path without = counting("-I -S");

    assertThatThrownBy(() -> ask(without))
        .isInstanceOfSatisfying(
            IndexUnreachableException.class,
            failure -> {
              assertThat(failure).hasMessageContaining("No module named");
              assertThat(failure.hint()).get().asString().contains("install pip");
            });
  }

  @Test
  void config_takesFromPipWhatIsNotSet() {
    PipConfiguration pip =
        new PipConfiguration(
            java.util.Optional.of("https://pip.example.org/simple"),
            List.of("https://extra.example.org/simple"),
            false,
            List.of("/srv/links"),
            List.of("Trusted.example.org"),
            java.util.Optional.empty(),
            java.util.Optional.of("/etc/client.pem"),
            java.util.Optional.of("proxy.example.org:3128"),
            java.util.Optional.empty(),
            java.util.OptionalInt.of(2));
    Map<String, String> variables =
        Map.of("SSL_CERT_FILE", "/ssl.pem", "https_proxy", "http://other.example.org:1");

    IndexConfig all = IndexConfig.builder(variables).pip(pip).build();
    IndexConfig own =
        IndexConfig.builder(variables)
            .index("https://own.example.org/simple")
            .extraIndex("https://more.example.org/")
            .findLinks("/own")
            .proxies(ProxySettings.NONE)
            .pip(pip)
            .build();

    assertThat(all.indexes())
        .extracting(Object::toString)
        .containsExactly("https://pip.example.org/simple", "https://extra.example.org/simple");
    assertThat(all.findLinks()).containsExactly("/srv/links");
    assertThat(all.trustedHosts()).containsExactly("trusted.example.org");
    assertThat(all.certificates()).contains(Path.of("/ssl.pem"));
    assertThat(all.proxies().https()).get().hasToString("http://proxy.example.org:3128");
    assertThat(all.retries().retries()).isEqualTo(2);
    assertThat(own.indexes())
        .extracting(Object::toString)
        .containsExactly("https://own.example.org/simple", "https://more.example.org/");
    assertThat(own.findLinks()).containsExactly("/own");
    assertThat(own.proxies()).isEqualTo(ProxySettings.NONE);
    assertThat(IndexConfig.builder(variables).pip(pip).noIndex().build().indexes()).isEmpty();
    assertThatThrownBy(() -> IndexConfig.builder(variables).index("user:secret@h"))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .doesNotContain("secret");
  }
}
