package dev.hookd.frontend.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.hookd.frontend.InvalidProjectException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceTreeTest {

  @TempDir Path temp;

  @Test
  void open_throughLink_givesRealRootAndCloseLeavesIt() throws IOException {
    Path tree = Files.createDirectory(temp.resolve("tree"));
    Files.writeString(tree.resolve("setup.py"), "");
    Path link = Files.createSymbolicLink(temp.resolve("link"), tree);

    SourceTree opened = SourceTree.open(link);
    opened.close();

    assertThat(opened.root()).isEqualTo(tree.toRealPath());
    assertThat(tree.resolve("setup.py")).exists();
  }

  @Test
  void buildSystem_isReadOnce() throws IOException {
    Files.writeString(temp.resolve("pyproject.toml"), "build-system.requires = ['a']\n");
    try (SourceTree tree = SourceTree.open(temp)) {
      BuildSystem first = tree.buildSystem();
      Files.writeString(temp.resolve("pyproject.toml"), "build-system.requires = ['b']\n");
      assertThat(tree.buildSystem()).isSameAs(first);
    }
  }

  @Test
  void open_whatIsNoTree_saysWhy() throws IOException {
    Path file = Files.writeString(temp.resolve("pyproject.toml"), "");
    Path empty = Files.createDirectory(temp.resolve("empty"));
    Path missing = temp.resolve("missing");

    assertThat(failure(missing)).hasMessage(missing + ": no such file or directory");
    assertThat(failure(file)).hasMessage(file + " is not a directory");
    assertThat(failure(file).hint())
        .hasValue("Name the directory it lies in: " + temp.toRealPath());
    try (SourceTree tree = SourceTree.open(empty)) {
      assertThat(tree.isProject()).isFalse();
      InvalidProjectException failure =
          catchThrowableOfType(InvalidProjectException.class, tree::buildSystem);
      assertThat(failure).hasMessage(empty + " has neither pyproject.toml nor setup.py");
      assertThat(failure.hint()).isPresent();
    }
  }

  @Test
  void projectInput_tellsTreesFromArchives() throws IOException {
    Path parent = Files.createDirectory(temp.resolve("parent"));
    Path tree = Files.createDirectory(temp.resolve("tree"));
    Files.writeString(tree.resolve("setup.py"), "");
    Path sdist = new RawTar().file("p-1/setup.py", "").gzip(temp.resolve("noSuffix"));

    try (SourceTree opened = open(tree, parent);
        SourceTree unpacked = open(sdist, parent)) {
      assertThat(opened.root()).isEqualTo(tree.toRealPath());
      assertThat(unpacked.root()).startsWith(parent.toRealPath()).hasFileName("p-1");
    }
    assertThat(parent).isEmptyDirectory();
  }

  @Test
  void projectInput_whatIsNeither_saysWhatToName() throws IOException {
    Path setup = Files.writeString(temp.resolve("setup.py"), "");
    Path wheel = Files.writeString(temp.resolve("p-1-py3-none-any.whl"), "PK");

    assertThat(inputFailure(setup).hint())
        .hasValueSatisfying(h -> assertThat(h).contains("directory"));
    assertThat(inputFailure(wheel)).hasMessageContaining("is a wheel");
    assertThat(inputFailure(temp.resolve("gone"))).hasMessageContaining("no such file");
  }

  private SourceTree open(Path input, Path parent) {
    return ProjectInput.open(input, parent, ArchiveLimits.defaults());
  }

  private InvalidProjectException inputFailure(Path input) {
    InvalidProjectException failure =
        catchThrowableOfType(InvalidProjectException.class, () -> open(input, temp));
    assertThat(failure).as("refused").isNotNull();
    return failure;
  }

  private static InvalidProjectException failure(Path directory) {
    InvalidProjectException failure =
        catchThrowableOfType(InvalidProjectException.class, () -> SourceTree.open(directory));
    assertThat(failure).as("refused").isNotNull();
    return failure;
  }
}
