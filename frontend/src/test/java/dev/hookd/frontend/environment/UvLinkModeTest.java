package dev.hookd.frontend.environment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hookd.frontend.system.ChildProcess;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * How uv is told to bring files into an environment; a program that notes that stands in for uv.
 */
@Timeout(120)
class UvLinkModeTest extends BuildEnvironmentsFixture {

  /** Knows one wheel, which it installs by its name alone. */
  private static final String UV =
      """
      #!/bin/sh
      [ "$1" = pip ] && echo "$2 ${UV_LINK_MODE-unset}" >> '%s'
      case "$1 $2" in
        'pip compile')
          while [ "$1" != --output-file ]; do shift; done
          echo tiny==1.0 > "$2" ;;
        'pip install')
          while [ "$1" != --python ]; do shift; done
          for packages in "${2%%/bin/python}"/lib/python*/site-packages; do
            mkdir "$packages/tiny-1.0.dist-info"
          done ;;
        *) echo 'uv 0.0' ;;
      esac
      """;

  private Path seen;

  @BeforeEach
  void putUvOnPath() throws IOException {
    seen = temp.resolve("seen");
    Path bin = Files.createDirectory(temp.resolve("bin"));
    Path uv = Files.writeString(bin.resolve("uv"), UV.formatted(seen));
    Files.setPosixFilePermissions(uv, PosixFilePermissions.fromString("rwx------"));
    caller.put("PATH", bin + File.pathSeparator + caller.get("PATH"));
  }

  private List<String> told() throws IOException {
    environments().get(new EnvironmentSpec(python, List.of("tiny"), InstallerKind.UV));
    return Files.readAllLines(seen);
  }

  @Test
  void uv_isToldToCloneWhereTheFileSystemCan_elseToCopy() throws Exception {
    Path file = Files.writeString(temp.resolve("file"), "some blocks");
    boolean clones =
        ChildProcess.run(
                List.of(
                    "cp", "--reflink=always", file.toString(), temp.resolve("clone").toString()),
                temp,
                System.getenv(),
                Duration.ofSeconds(30),
                line -> {})
            .succeeded();

    assertThat(told()).containsExactly("compile copy", "install " + (clones ? "clone" : "copy"));
  }

  @Test
  void uv_isToldWhatTheCallerWants() throws IOException {
    caller.put("UV_LINK_MODE", "symlink");

    assertThat(told()).containsExactly("compile symlink", "install symlink");
  }
}
