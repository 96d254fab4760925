package dev.hookd.frontend.source;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.hookd.frontend.InvalidProjectException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Any bytes give a value or an {@link InvalidProjectException}. In an ordinary build each runs on
 * its seeds; with {@code JAZZER_FUZZ=1} and {@code -Dtest=SourceFuzzTest#...} it searches.
 */
class SourceFuzzTest {

  @TempDir Path temp;

  static Stream<byte[]> pyprojects() {
    return Stream.of(
            "[build-system]\nrequires = ['a>=1', \"b\"]\nbuild-backend = 'c:d'\nbackend-path = ['.']\n",
            "build-system.requires = [\n  '''x''', # c\n]\n[[tool.x]]\ny = 1979-05-27T07:32:00Z\n",
            "build-system = { requires = [], build-backend = \"\\u00e9\" }\n",
            "[build-system]\nrequires = [[1.0e3, inf], {a = true}]\n",
            "[a\nb = \"\\q\"\n\u0000",
            "[build-system]\nrequires = []\nbackend-path = [\"\\u0000\"]\nbuild-backend = 'x'\n")
        .map(text -> text.getBytes(UTF_8));
  }

  @MethodSource("pyprojects")
  @FuzzTest
  void pyproject(byte[] bytes) throws IOException {
    Files.write(temp.resolve("pyproject.toml"), bytes);
    try {
      BuildSystem buildSystem = PyprojectReader.read(temp.toRealPath());
      if (buildSystem.buildBackend().isEmpty()) {
        throw new AssertionError("an empty backend, which the daemon takes for the legacy one");
      }
    } catch (InvalidProjectException e) {
      requireMessage(e);
    }
  }

  static Stream<byte[]> tars() {
    RawTar tar =
        new RawTar()
            .directory("p-1")
            .file("p-1/setup.py", "x")
            .symbolicLink("p-1/l", "d/../setup.py")
            .hardLink("p-1/h", "p-1/setup.py")
            .pax("path", "p-1/\u00e9")
            .file("x", "")
            .gnuLong('L', "p-1/" + "n".repeat(120))
            .file("x", "y");
    RawTar sparse = new RawTar().entry("p-1/s", 'S', "", 0644, 0, new byte[0]);
    return Stream.concat(
        List.of(tar, sparse, new RawTar().file("../x", "")).stream().map(RawTar::bytes),
        Stream.of(new byte[0], new byte[512]));
  }

  @MethodSource("tars")
  @FuzzTest
  void tar(byte[] bytes) {
    ArchiveProblems problems = new ArchiveProblems(Path.of("fuzz"));
    ArchiveBudget budget =
        new ArchiveBudget(
            ArchiveLimits.builder().maxTotalBytes(1 << 20).maxEntries(100).build(),
            bytes.length,
            problems);
    try (PrivateDirectory directory = PrivateDirectory.create(temp, "t-")) {
      TreeWriter writer = new TreeWriter(directory.path(), problems);
      EntryChecks checks = new EntryChecks(writer, budget, problems);
      new TarUnpacker(checks, budget, problems).unpack(new ByteArrayInputStream(bytes));
      String top = checks.finish();
      if (!UnpackCase.list(directory.path()).equals(List.of(top))) {
        throw new AssertionError("not the one directory " + top);
      }
    } catch (InvalidProjectException e) {
      requireMessage(e);
    }
    if (!UnpackCase.list(temp).isEmpty()) {
      throw new AssertionError("left behind: " + UnpackCase.list(temp));
    }
  }

  private static void requireMessage(InvalidProjectException e) {
    String message = e.getMessage();
    if (message == null || message.isEmpty()) {
      throw new AssertionError("no message", e);
    }
  }
}
