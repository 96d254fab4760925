package dev.hookd.frontend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hookd.frontend.environment.InstallerKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The time limit of installers, through the whole front end. */
class InstallTimeoutTest extends FrontendFixture {

  @Test
  void installerThatHangs_isKilled_andTheHintNamesTheLimit() throws IOException {
    Path bin = Files.createDirectory(directory.resolve("bin"));
    Path uv = Files.writeString(bin.resolve("uv"), "#!/bin/sh\nsleep 600\n");
    assertThat(uv.toFile().setExecutable(true)).isTrue();
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.merge("PATH", bin.toString(), (path, first) -> first + ":" + path);
    Hookd hookd =
        closedLater(
            builder(1).environment(environment).installTimeout(Duration.ofMillis(200)).build());
    BuildSettings settings = settings().installer(InstallerKind.UV).build();
    Path tree = tree(Trees.PREPARE);
    Path pyproject = tree.resolve("pyproject.toml");
    String asked = Files.readString(pyproject).replace("requires = []", "requires = ['anything']");
    Files.writeString(pyproject, asked);

    assertThatThrownBy(() -> hookd.metadata(Input.of(tree), settings))
        .isInstanceOfSatisfying(
            EnvironmentFailedException.class,
            e -> {
              assertThat(e).hasMessageMatching("uv could not resolve .*: it took too long .*");
              assertThat(e.hint().orElse("")).contains("--install-timeout", "installTimeout");
            });
  }

  @Test
  void limits_thatMakeNoSense_areRefused() {
    assertThatThrownBy(() -> Hookd.builder().installTimeout(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("installTimeout must be positive, got: PT0S");
    assertThatThrownBy(() -> Hookd.builder().maxDownloadBytes(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("maxDownloadBytes must be 0 or more, got: -1");
  }
}
