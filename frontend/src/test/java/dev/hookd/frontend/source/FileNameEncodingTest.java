package dev.hookd.frontend.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hookd.frontend.InvalidProjectException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A JVM in the C locale has ASCII file names only. Needs a JVM of its own to see it. */
class FileNameEncodingTest {

  @TempDir Path temp;

  /** Runs in the other JVM. */
  static final class Unpack {
    private Unpack() {}

    public static void main(String[] args) {
      try (SourceTree tree =
          SdistArchive.unpack(Path.of(args[0]), Path.of(args[1]), ArchiveLimits.defaults())) {
        System.out.println("unpacked " + tree.root().getFileName());
      } catch (InvalidProjectException e) {
        System.out.println(e.getMessage() + " | " + e.hint().orElse(""));
      }
    }
  }

  @Test
  void unpack_nonAsciiNameInTheCLocale_isRefusedWithAWayOut() throws Exception {
    Path sdist =
        new RawTar().file("p-1/setup.py", "").file("p-1/\u00e9", "").gzip(temp.resolve("s"));
    assertThat(runInCLocale(sdist))
        .contains("has a name that is no file name here")
        .contains("LC_ALL=C.UTF-8");
  }

  @Test
  void unpack_asciiNamesInTheCLocale_works() throws Exception {
    Path sdist = new RawTar().file("p-1/setup.py", "").gzip(temp.resolve("s"));
    assertThat(runInCLocale(sdist)).contains("unpacked p-1");
  }

  private String runInCLocale(Path sdist) throws IOException, InterruptedException {
    Path parent = Files.createDirectory(temp.resolve("parent"));
    Path output = temp.resolve("output");
    ProcessBuilder builder =
        new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Unpack.class.getName(),
                sdist.toString(),
                parent.toString()));
    builder.environment().put("LC_ALL", "C");
    Process process = builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(parent).isEmptyDirectory();
    return new String(Files.readAllBytes(output), UTF_8);
  }
}
