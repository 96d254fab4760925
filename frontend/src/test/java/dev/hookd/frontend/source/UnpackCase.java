package dev.hookd.frontend.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.hookd.frontend.InvalidProjectException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A place to unpack in, and after each test the proof that nothing was left or written outside. */
abstract class UnpackCase {

  @TempDir Path temp;
  Path archive;
  Path parent;
  private Path bystander;

  @BeforeEach
  void makePlaces() throws IOException {
    archive = temp.resolve("pkg-1.0.tar.gz");
    parent = Files.createDirectory(temp.resolve("parent"));
    bystander = Files.writeString(temp.resolve("bystander"), "untouched");
  }

  @AfterEach
  void nothingIsLeftOrWrittenOutside() throws IOException {
    assertThat(list(parent)).as("private directories that stayed").isEmpty();
    assertThat(bystander).hasContent("untouched");
    assertThat(list(temp)).isSubsetOf("pkg-1.0.tar.gz", "parent", "bystander");
  }

  SourceTree unpack() {
    return SdistArchive.unpack(archive, parent, ArchiveLimits.defaults());
  }

  InvalidProjectException refused() {
    return refused(ArchiveLimits.defaults());
  }

  InvalidProjectException refused(ArchiveLimits limits) {
    InvalidProjectException failure =
        catchThrowableOfType(
            InvalidProjectException.class, () -> SdistArchive.unpack(archive, parent, limits));
    assertThat(failure).as("refused").isNotNull();
    assertThat(failure).hasMessageStartingWith(archive.toString());
    assertThatThrownBy(() -> SdistArchive.read(archive, Set.of("PKG-INFO"), limits))
        .as("reading, like unpacking")
        .isInstanceOf(InvalidProjectException.class)
        .hasMessage(failure.getMessage());
    return failure;
  }

  static List<String> list(Path directory) {
    try (Stream<Path> children = Files.list(directory)) {
      return children.map(child -> child.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
