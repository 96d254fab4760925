package dev.hookd.frontend.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WheelFileTest {

  @TempDir private Path directory;
  private Path wheel;

  @BeforeEach
  void name() {
    wheel = directory.resolve("a-1-py3-none-any.whl");
  }

  @Test
  void readMetadata_givesTheFileByteForByte() throws IOException {
    zip("a.py", "", "a-1.dist-info/WHEEL", "a-1.dist-info/METADATA");

    assertThat(WheelFile.readMetadata(wheel))
        .isEqualTo("content of a-1.dist-info/METADATA".getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "METADATA",
        "a-1.dist-info",
        "a-1.dist-info/",
        "a-1.dist-info/METADATA/",
        "a-1.dist-info/metadata",
        "a-1.dist-info/licenses/METADATA",
        "vendored/a-1.dist-info/METADATA",
        "/a-1.dist-info/METADATA",
        "a-1.egg-info/METADATA",
        "a/METADATA",
        ".dist-info/METADATA"
      })
  void readMetadata_ofAWheelThatHasItElsewhere_fails(String entry) throws IOException {
    zip(entry);

    assertThatThrownBy(() -> WheelFile.readMetadata(wheel))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("has 0 *.dist-info/METADATA files");
  }

  @Test
  void readMetadata_ofTwoDistributions_fails() throws IOException {
    zip("a-1.dist-info/METADATA", "b-1.dist-info/METADATA");

    assertThatThrownBy(() -> WheelFile.readMetadata(wheel))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("has 2 *.dist-info/METADATA files");
  }

  @Test
  void readMetadata_ofWhatIsNoZipFile_fails() throws IOException {
    Files.writeString(wheel, "not a zip file");
    assertThatThrownBy(() -> WheelFile.readMetadata(wheel)).isInstanceOf(IOException.class);

    Files.delete(wheel);
    assertThatThrownBy(() -> WheelFile.readMetadata(wheel)).isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void readMetadata_ofAFileFarTooLarge_failsWithoutReadingItAll() throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(wheel))) {
      zip.putNextEntry(new ZipEntry("a-1.dist-info/METADATA"));
      byte[] zeros = new byte[1 << 20];
      for (int i = 0; i < 65; i++) {
        zip.write(zeros);
      }
    }

    assertThatThrownBy(() -> WheelFile.readMetadata(wheel))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("more than 67108864 bytes");
  }

  private void zip(String... names) throws IOException {
    try (OutputStream out = Files.newOutputStream(wheel);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (String name : names) {
        zip.putNextEntry(new ZipEntry(name));
        if (!name.endsWith("/")) {
          zip.write(("content of " + name).getBytes(StandardCharsets.UTF_8));
        }
        zip.closeEntry();
      }
    }
  }
}
