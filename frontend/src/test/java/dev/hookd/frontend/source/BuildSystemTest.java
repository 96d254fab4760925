package dev.hookd.frontend.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.hookd.frontend.InvalidProjectException;
import dev.hookd.frontend.source.BuildSystem.Origin;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BuildSystemTest {

  @TempDir Path temp;
  private Path root;

  @BeforeEach
  void makeTree() throws IOException {
    root = Files.createDirectory(temp.toRealPath().resolve("tree"));
    Files.writeString(root.resolve("setup.py"), "");
  }

  @Test
  void read_withoutFile_givesLegacySetuptools() {
    assertThat(PyprojectReader.read(root))
        .isEqualTo(
            new BuildSystem(
                List.of("setuptools"),
                "setuptools.build_meta:__legacy__",
                List.of(),
                Origin.DEFAULT_FILE_MISSING));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "# nothing\n", "[project]\nname = 'x'\n", "[tool.build-system]\na=1\n"})
  void read_withoutTable_givesLegacySetuptools(String toml) throws IOException {
    assertThat(read(toml))
        .isEqualTo(
            new BuildSystem(
                List.of("setuptools"),
                "setuptools.build_meta:__legacy__",
                List.of(),
                Origin.DEFAULT_TABLE_MISSING));
  }

  @Test
  void read_fullTable_givesItsWords() throws IOException {
    Files.createDirectories(root.resolve("build/backend"));
    assertThat(
            read(
                """
                [build-system]
                requires = ["flit_core >=3.2,<4", "tomli; python_version < '3.11'"]
                build-backend = "my-backend.api:obj.attr"
                backend-path = ["build/backend", "."]
                """))
        .isEqualTo(
            new BuildSystem(
                List.of("flit_core >=3.2,<4", "tomli; python_version < '3.11'"),
                "my-backend.api:obj.attr",
                List.of("build/backend", "."),
                Origin.DECLARED));
  }

  @Test
  void read_requiresOnly_givesLegacyBackendWithThem() throws IOException {
    assertThat(read("build-system.requires = ['setuptools', 'cython']\r\n"))
        .isEqualTo(
            new BuildSystem(
                List.of("setuptools", "cython"),
                "setuptools.build_meta:__legacy__",
                List.of(),
                Origin.REQUIRES_ONLY));
  }

  @Test
  void read_emptyRequires_isNotTheDefault() throws IOException {
    assertThat(read("[build-system]\nrequires = []\nbuild-backend = 'b'\n").requires()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "setuptools",
        "setuptools>=61,!=71.0",
        "setuptools (>=61)",
        "  a.b-c_d [x,y] ~= 1.0 ; python_version<'3'",
        "pkg @ https://example.invalid/pkg.whl",
        "pkg@file:///x.whl",
        "z===1.0+local",
        "A1"
      })
  void read_requirementsThatInstallersTake_passes(String requirement) throws IOException {
    assertThat(read("[build-system]\nrequires = [\"" + requirement + "\"]\n").requires())
        .containsExactly(requirement);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "none",
      value = {
        // TOML; position; what the message has; what the hint has
        "[build-system]|1:1|no key 'requires'|requires = [",
        "x = 1~[build-system]~build-backend = 'b'|2:1|no key 'requires'|requires = [",
        "[build-system]~requires = 'setuptools'|2:1|build-system.requires is the string 'setuptools'; expected a list of strings|brackets",
        "[build-system]~requires = 3|2:1|is the integer 3; expected a list|none",
        "[build-system]~requires = ['a', 42]|2:18|build-system.requires[1] is the integer 42; expected a string|none",
        "[build-system]~requires = [['a']]|2:13|requires[0] is an array; expected a string|none",
        "[build-system]~requires = [~  'ok',~  '-r file']|4:3|requires[1] is '-r file'; expected a PEP 508 requirement|none",
        "[build-system]~requires = ['git+https://h.invalid/x']|2:13|requires[0] is 'git+https://h.invalid/x'|name @ address",
        "[build-system]~requires = ['']|2:13|requires[0] is ''|none",
        "[build-system]~requires = ['setuptools 60']|2:13|requires[0] is 'setuptools 60'|none",
        "[build-system]~requires = ['./local']|2:13|requires[0] is './local'|none",
        "[build-system]~requires = []~build-backend = ['b']|3:1|build-system.build-backend is an array; expected a string|none",
        "[build-system]~requires = []~build-backend = true|3:1|is the boolean true|none",
        "[build-system]~requires = []~build-backend = ''|3:1|build-backend is ''; expected module.path|legacy",
        "[build-system]~requires = []~build-backend = 'a:b:c'|3:1|build-backend is 'a:b:c'; expected module.path|none",
        "[build-system]~requires = []~build-backend = 'a:'|3:1|build-backend is 'a:'|none",
        "[build-system]~requires = []~build-backend = '.a'|3:1|build-backend is '.a'|none",
        "[build-system]~requires = []~build-backend = 'a b'|3:1|build-backend is 'a b'|none",
        "[build-system]~requires = []~build-backend = '../x'|3:1|build-backend is '../x'|none",
        "[build-system]~requires = []~backend-path = ['.']|3:1|backend-path is given without build-system.build-backend|build-backend",
        "[build-system]~requires = []~build-backend = 'b'~backend-path = '.'|4:1|backend-path is the string '.'; expected a list|brackets",
        "[build-system]~requires = []~build-backend = 'b'~backend-path = ['.', 1.5]|4:22|backend-path[1] is the float 1.5|none",
        "[build-system]~requires = []~build-backend = 'b'~backend-path = ['']|4:17|which is empty|inside the source tree",
        "[build-system]~requires = []~build-backend = 'b'~backend-path = ['/usr']|4:17|which is absolute|inside the source tree",
        "[build-system]~requires = []~build-backend = 'b'~backend-path = ['..']|4:17|leads out of the source tree|relative to its root",
        "[build-system]~requires = []~build-backend = 'b'~backend-path = ['x/../../tree']|4:17|which does not exist|none",
        "[build-system]~requires = []~build-backend = 'b'~backend-path = ['../gone']|4:17|leads out of the source tree|none",
        "[build-system]~requires = []~build-backend = 'b'~backend-path = ['gone']|4:17|which does not exist|none",
        "[build-system]~requires = []~build-backend = 'b'~backend-path = ['setup.py']|4:17|which is not a directory|none",
        "[build-system]~requires = []~build_backend = 'b'|3:1|unknown key 'build_backend'; PEP 518 knows backend-path, build-backend, requires|Did you mean 'build-backend'",
        "[build-system]~requires = []~dependencies = 1|3:1|unknown key 'dependencies'|Did you mean 'requires'",
        "[build-system]~requires = []~[build-system.x]~y = 1|3:1|unknown key 'x'|none",
        "build-system = 3|1:1|build-system is the integer 3; expected a table|single brackets",
        "[[build-system]]~requires = []|1:1|build-system is an array of tables; expected a table|single brackets",
        "[build-system]~requires = [|3:1|is not valid TOML|none",
        "[build-system]~requires = 'a|2:14|is not valid TOML|none",
        "[build-system]~requires = []~requires = []|3:1|is not valid TOML|none",
      })
  void read_brokenRule_namesFileAndPositionAndKey(
      String toml, String position, String message, String hint) throws IOException {
    InvalidProjectException failure = failure(toml.replace('~', '\n') + "\n");

    assertThat(failure)
        .hasMessageStartingWith(root.resolve("pyproject.toml") + ":" + position + ": ");
    assertThat(failure).hasMessageContaining(message);
    if (hint != null) {
      assertThat(failure.hint()).hasValueSatisfying(text -> assertThat(text).contains(hint));
    }
  }

  @Test
  void read_backendPathThroughLinkOutOfTree_isRefused() throws IOException {
    Path outside = Files.createDirectory(temp.resolve("tree-evil"));
    Files.createSymbolicLink(root.resolve("link"), outside);
    assertThat(failure(backendPath("link")))
        .hasMessageContaining("leads out of the source tree, to " + outside.toRealPath());
  }

  @Test
  void read_backendPathToSiblingWithTheSamePrefix_isRefused() throws IOException {
    Files.createDirectory(temp.resolve("tree-evil"));
    assertThat(failure(backendPath("../tree-evil"))).hasMessageContaining("leads out of");
  }

  @Test
  void read_backendPathThroughLinkInsideTree_passes() throws IOException {
    Files.createDirectory(root.resolve("real"));
    Files.createSymbolicLink(root.resolve("link"), Path.of("real"));
    assertThat(read(backendPath("link")).backendPath()).containsExactly("link");
  }

  @Test
  void read_notUtf8_namesLineAndColumn() throws IOException {
    byte[] toml = "[build-system]\n# ü\nrequires = ['\u00e9']\n".getBytes(StandardCharsets.UTF_8);
    int at = new String(toml, StandardCharsets.ISO_8859_1).lastIndexOf('\u00c3');
    toml[at] = (byte) 0xE9;
    toml[at + 1] = 'x';
    Files.write(root.resolve("pyproject.toml"), toml);

    InvalidProjectException failure = failure();

    assertThat(failure).hasMessageContaining("pyproject.toml:3:14: is not UTF-8: byte 0xe9");
    assertThat(failure.hint()).hasValue("Save the file as UTF-8.");
  }

  @Test
  void read_cutInsideUtf8Sequence_isNotUtf8() throws IOException {
    Files.write(root.resolve("pyproject.toml"), new byte[] {'#', (byte) 0xC3});
    assertThat(failure()).hasMessageContaining(":1:2: is not UTF-8: byte 0xc3");
  }

  @Test
  void read_byteOrderMark_isRefusedAsTomllibDoes() throws IOException {
    assertThat(failure("\uFEFF[build-system]\nrequires = []\n"))
        .hasMessageContaining("byte order mark");
  }

  @Test
  void read_utf16_saysSo() throws IOException {
    Files.write(root.resolve("pyproject.toml"), "\uFEFF[x]\n".getBytes(StandardCharsets.UTF_16LE));
    assertThat(failure()).hasMessageContaining("is UTF-16");
  }

  @Test
  void read_deepNesting_isRefusedWithoutError() throws IOException {
    String deep = "[".repeat(100_000);
    assertThat(failure("a = " + deep)).hasMessageContaining("is not valid TOML");
  }

  @Test
  void read_hugeFile_isRefusedBeforeParsing() throws IOException {
    assertThat(failure("#".repeat(PyprojectReader.MAX_BYTES + 1)))
        .hasMessageContaining("larger than the limit");
  }

  @Test
  void read_directoryInPlaceOfFile_saysSo() throws IOException {
    Files.createDirectory(root.resolve("pyproject.toml"));
    assertThat(failure()).hasMessageContaining("pyproject.toml: is a directory");
  }

  @Test
  void read_linkThatLeadsNowhere_isNotAMissingFile() throws IOException {
    Files.createSymbolicLink(root.resolve("pyproject.toml"), Path.of("gone"));
    assertThat(failure()).hasMessageContaining("a symbolic link that leads nowhere");
  }

  private static String backendPath(String entry) {
    return "[build-system]\nrequires = []\nbuild-backend = 'b'\nbackend-path = ['" + entry + "']\n";
  }

  private BuildSystem read(String toml) throws IOException {
    Files.writeString(root.resolve("pyproject.toml"), toml);
    return PyprojectReader.read(root);
  }

  private InvalidProjectException failure(String toml) throws IOException {
    Files.writeString(root.resolve("pyproject.toml"), toml);
    return failure();
  }

  private InvalidProjectException failure() {
    InvalidProjectException failure =
        catchThrowableOfType(InvalidProjectException.class, () -> PyprojectReader.read(root));
    assertThat(failure).as("refused").isNotNull();
    return failure;
  }
}
