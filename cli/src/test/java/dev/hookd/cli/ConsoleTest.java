package dev.hookd.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hookd.frontend.MetadataSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConsoleTest {

  @TempDir Path directory;
  final ByteArrayOutputStream stderr = new ByteArrayOutputStream();

  private static OutputStream failing(String reason) {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        throw new IOException(reason);
      }
    };
  }

  @ParameterizedTest
  @CsvSource({"--help", "--version", "completion bash"})
  void run_whenTheReaderIsGone_endsQuietly(String line) {
    int status =
        Main.run(
            line.split(" ", -1),
            new Surroundings(
                InputStream.nullInputStream(),
                failing("Broken pipe"),
                stderr,
                Map.of(),
                directory,
                false,
                false,
                false));

    assertThat(status).isEqualTo(ExitStatus.BROKEN_PIPE);
    assertThat(stderr.toString(Main.UTF_8)).isEmpty();
  }

  @Test
  void run_whenTheDiskIsFull_saysSoAndExitsWith3() {
    int status =
        Main.run(
            new String[] {"--version"},
            new Surroundings(
                InputStream.nullInputStream(),
                failing("No space left on device"),
                stderr,
                Map.of(),
                directory,
                false,
                false,
                false));

    assertThat(status).isEqualTo(ExitStatus.MACHINERY);
    assertThat(stderr.toString(Main.UTF_8))
        .isEqualTo("error: cannot write to standard output: No space left on device\n");
  }

  @Test
  void message_takesTheProgressBarOutOfItsWay() {
    Console console =
        new Console(
            new Surroundings(
                InputStream.nullInputStream(),
                new ByteArrayOutputStream(),
                stderr,
                Map.of(),
                directory,
                false,
                false,
                true));

    console.progress("50%");
    console.message("hello");

    assertThat(stderr.toString(Main.UTF_8)).isEqualTo("\r50%\u001b[K\r\u001b[Khello\n");
  }

  @Test
  void mute_saysNothingMore() {
    ByteArrayOutputStream stdout = new ByteArrayOutputStream();
    Console console =
        new Console(
            new Surroundings(
                InputStream.nullInputStream(),
                stdout,
                stderr,
                Map.of(),
                directory,
                false,
                false,
                false));

    console.mute();
    console.result("result");
    console.message("message");
    console.flush();

    assertThat(stdout.size() + stderr.size()).isZero();
  }

  @Test
  void metadataText_alignsValues_andCutsALicenseTextToItsFirstLine() {
    ObjectNode metadata =
        JsonNodeFactory.instance
            .objectNode()
            .put("name", "example")
            .put("version", "1.0")
            .put("summary", "A\u001b[31m summary")
            .put("license", "MIT License\n\nPermission is...");
    metadata.putArray("requires_dist").add("idna").add("packaging>=20");

    assertThat(
            MetadataText.render(
                metadata, null, MetadataSource.WHEEL, Duration.ofMillis(54), Style.PLAIN))
        .containsExactly(
            "example 1.0  (wheel, 0.054 s)",
            "  Summary          A\uFFFD[31m summary",
            "  License          MIT License ...",
            "  Requires-Dist    idna",
            "                   packaging>=20");
  }
}
