package dev.hookd.frontend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The rules for archives are tested in {@code source}; here, that whoever breaks one starts no
 * daemon, and leaves nothing, neither outside nor inside.
 */
class HostileArchivesTest extends FrontendFixture {

  private enum Hostility {
    PARENT_DIRECTORY,
    ABSOLUTE_PATH,
    SYMBOLIC_LINK_OUT,
    HARD_LINK_OUT,
    DEVICE,
    DUPLICATE,
    CASE_COLLISION,
    NAME_THAT_IS_NOT_UTF_8,
    TRUNCATED,
    WRONG_CHECK_SUM
  }

  private static void put(TarArchiveOutputStream tar, TarArchiveEntry entry, byte... content)
      throws IOException {
    entry.setSize(content.length);
    tar.putArchiveEntry(entry);
    tar.write(content);
    tar.closeArchiveEntry();
  }

  private static TarArchiveEntry linking(String name, byte kind, String target) {
    TarArchiveEntry entry = new TarArchiveEntry("example-1.0/" + name, kind);
    entry.setLinkName(target);
    return entry;
  }

  private static void add(TarArchiveOutputStream tar, Hostility hostility) throws IOException {
    switch (hostility) {
      case PARENT_DIRECTORY -> put(tar, new TarArchiveEntry("example-1.0/../../evil"));
      case ABSOLUTE_PATH -> put(tar, new TarArchiveEntry("/tmp/evil", true));
      case SYMBOLIC_LINK_OUT ->
          put(tar, linking("evil", TarConstants.LF_SYMLINK, "../../../../evil"));
      case HARD_LINK_OUT -> put(tar, linking("evil", TarConstants.LF_LINK, "/etc/passwd"));
      case DEVICE -> put(tar, new TarArchiveEntry("example-1.0/evil", TarConstants.LF_CHR));
      case DUPLICATE -> put(tar, new TarArchiveEntry("example-1.0/backend.py"));
      case CASE_COLLISION -> put(tar, new TarArchiveEntry("example-1.0/BACKEND.py"));
      case NAME_THAT_IS_NOT_UTF_8 -> put(tar, new TarArchiveEntry("example-1.0/evil\u00e9"));
      case TRUNCATED, WRONG_CHECK_SUM -> put(tar, new TarArchiveEntry("example-1.0/evil"));
    }
  }

  private Path archive(Hostility hostility) throws IOException {
    Path tree = tree(Trees.requires("return []"), Trees.PREPARE);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    String encoding = StandardCharsets.ISO_8859_1.name();
    try (TarArchiveOutputStream tar =
        new TarArchiveOutputStream(new GZIPOutputStream(bytes), encoding)) {
      for (String file : List.of("pyproject.toml", "backend.py")) {
        byte[] content = Files.readAllBytes(tree.resolve(file));
        put(tar, new TarArchiveEntry("example-1.0/" + file), content);
      }
      add(tar, hostility);
    }
    byte[] content = bytes.toByteArray();
    if (hostility == Hostility.TRUNCATED) {
      content = Arrays.copyOf(content, content.length / 2);
    } else if (hostility == Hostility.WRONG_CHECK_SUM) {
      content[content.length - 8] ^= 1;
    }
    return Files.write(directory.resolve("example-1.0.tar.gz"), content);
  }

  private static Set<Path> filesIn(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return Set.copyOf(files.filter(Files::isRegularFile).toList());
    }
  }

  @ParameterizedTest
  @EnumSource
  void hostileArchive_startsNoDaemon_andLeavesNothing(Hostility hostility) throws IOException {
    Path sdist = archive(hostility);
    Hookd hookd = hookd(1);
    Set<Path> before = filesIn(directory);

    assertThatThrownBy(() -> hookd.metadata(Input.of(sdist), settings().build()))
        .isInstanceOf(InvalidProjectException.class)
        .hasMessageStartingWith(sdist.toString());
    assertThatThrownBy(
            () ->
                hookd.build(Input.of(sdist), Set.of(Product.WHEEL), directory, settings().build()))
        .isInstanceOf(InvalidProjectException.class);

    assertThat(ProcessHandle.current().descendants()).isEmpty(); // a daemon would stay, and be idle
    assertThat(filesIn(directory)).isEqualTo(before);
    assertThat(filesIn(cache))
        .noneMatch(file -> file.getFileName().toString().matches("(?i)evil.*|backend\\.py"));
    assertThat(Path.of("/tmp/evil")).doesNotExist();
  }
}
