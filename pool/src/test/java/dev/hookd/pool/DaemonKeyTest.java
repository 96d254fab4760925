package dev.hookd.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hookd.client.LaunchSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DaemonKeyTest {

  @Test
  void toString_isACommandForAShellWithSecretsMasked() {
    DaemonKey key =
        new DaemonKey(
            "3f2a",
            "flit_core.buildapi",
            new LaunchSpec(
                Path.of("/env/bin/python"),
                Map.of("PATH", "/usr/bin:/bin", "TOKEN", "hush", "LC_ALL", "C", "HOME", "/it's"),
                Path.of("/daemon dir/hookd.py"),
                List.of("--dialect=uv"),
                Path.of("/tree")));

    assertThat(key)
        .hasToString(
            "cd /tree && env -i 'HOME=/it'\\''s' LC_ALL=C PATH=/usr/bin:/bin 'TOKEN=***'"
                + " /env/bin/python '/daemon dir/hookd.py' --dialect=uv"
                + "  # 3f2a, flit_core.buildapi");
  }

  @Test
  void toString_ofABackendWithALineBreak_staysOneLine() {
    LaunchSpec launch = LaunchSpec.of(Path.of("/python"), Map.of());

    assertThat(new DaemonKey("", "a\nrm -rf b", launch).toString())
        .isEqualTo("env -i /python hookd.py  # no environment, a?rm -rf b");
  }

  @Test
  void equals_looksAtTheWholeLaunch() {
    LaunchSpec one = LaunchSpec.of(Path.of("/python"), Map.of("TOKEN", "1"));
    LaunchSpec other = LaunchSpec.of(Path.of("/python"), Map.of("TOKEN", "2"));

    assertThat(new DaemonKey("e", "b", one))
        .isEqualTo(new DaemonKey("e", "b", LaunchSpec.of(Path.of("/python"), Map.of("TOKEN", "1"))))
        .isNotEqualTo(new DaemonKey("e", "b", other));
  }
}
