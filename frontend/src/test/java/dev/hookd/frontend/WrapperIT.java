package dev.hookd.frontend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.hookd.client.HookFailedException;
import dev.hookd.frontend.environment.InstallerKind;
import dev.hookd.frontend.metadata.BuiltMetadata;
import dev.hookd.frontend.metadata.CoreMetadata;
import dev.hookd.protocol.BuildBackend;
import dev.hookd.protocol.Hook;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Backends that delegate to real ones. Needs the package registry for those; the environments are
 * kept in the cache directory.
 */
@Timeout(600)
class WrapperIT {

  private static final String PRIVATE = "Private :: Do Not Upload";

  private static final String PROJECT =
      """
      [build-system]
      requires = ["%s"]
      build-backend = "wrapper"
      backend-path = ["_wrapper"]

      [project]
      name = "wrapped"
      version = "1.0"
      description = "a wrapped project"
      """;

  /** Edits the metadata that it prepares; what it does with a given directory is up to the test. */
  private static final String WRAPPER =
      """
      import os, zipfile
      import %1$s as base
      from %1$s import *

      def prepare_metadata_for_build_wheel(metadata_directory, config_settings=None):
          name = base.prepare_metadata_for_build_wheel(metadata_directory, config_settings)
          path = os.path.join(metadata_directory, name, "METADATA")
          with open(path, "rb") as file:
              head, separator, body = file.read().partition(b"\\n\\n")
          with open(path, "wb") as file:
              file.write(head.rstrip() + b"\\nClassifier: Private :: Do Not Upload\\n\\n" + body)
          return name

      """;

  private static final String HONOURS =
      """
      def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
          work = os.path.join(wheel_directory, "work")
          os.mkdir(work)
          name = base.build_wheel(work, config_settings)
          with open(os.path.join(metadata_directory, "METADATA"), "rb") as file:
              metadata = file.read()
          with zipfile.ZipFile(os.path.join(work, name)) as old:
              with zipfile.ZipFile(os.path.join(wheel_directory, name), "w") as new:
                  for entry in old.infolist():
                      is_metadata = entry.filename.endswith(".dist-info/METADATA")
                      new.writestr(entry, metadata if is_metadata else old.read(entry))
          return name
      """;

  private static final String IGNORES =
      """
      def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
          return base.build_wheel(wheel_directory, config_settings)
      """;

  private static final Set<Product> WHEEL = Set.of(Product.WHEEL);

  @TempDir private static Path shared;
  private static Hookd hookd;

  @TempDir private Path directory;

  @BeforeAll
  static void open() {
    hookd = open(Map.of());
  }

  @AfterAll
  static void close() {
    hookd.close();
  }

  private static Hookd open(Map<String, String> variables) {
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.putAll(variables);
    return Hookd.builder().parallelism(1).environment(environment).build();
  }

  private static BuildSettings.Builder settings() {
    return BuildSettings.builder().installer(InstallerKind.PIP);
  }

  private BuildResult build(Hookd with, Path tree, Set<Product> products, BuildSettings settings) {
    return withIndex(
        () -> with.build(Input.of(tree), products, directory.resolve("output"), settings));
  }

  private static MetadataResult metadata(Path tree) {
    return withIndex(() -> hookd.metadata(Input.of(tree), settings().build()));
  }

  /** Without the package registry the test is skipped. */
  private static <T> T withIndex(Supplier<T> work) {
    try {
      return work.get();
    } catch (EnvironmentFailedException e) {
      assumeFalse(
          e.hint().orElse("").contains("the package index could not be reached"),
          "the package index could not be reached: " + e.getMessage());
      throw e;
    }
  }

  private Path tree(String requirement, String base, String buildWheel) throws IOException {
    Path tree = Files.createDirectory(directory.resolve("tree"));
    Files.createDirectory(tree.resolve("_wrapper"));
    Files.writeString(tree.resolve("pyproject.toml"), PROJECT.formatted(requirement));
    Files.writeString(tree.resolve("wrapped.py"), "\"\"\"A wrapped module.\"\"\"\n");
    Files.writeString(
        tree.resolve("_wrapper").resolve("wrapper.py"), WRAPPER.formatted(base) + buildWheel);
    return tree;
  }

  private static CoreMetadata metadata(BuildResult result) {
    return BuiltMetadata.ofWheel(
        Hook.BUILD_WHEEL, Objects.requireNonNull(result.files().get(Product.WHEEL)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "setuptools>=70.1 setuptools.build_meta",
        "hatchling hatchling.build",
        "flit_core>=3.9 flit_core.buildapi"
      })
  void wrapper_thatHonoursThePreparedMetadata_passes_andOneThatDoesNot_isReported(String backend)
      throws IOException {
    String[] parts = backend.split(" ", -1);
    Path tree = tree(parts[0], parts[1], HONOURS);

    BuildResult honoured = build(hookd, tree, WHEEL, settings().build());
    Files.writeString(
        tree.resolve("_wrapper").resolve("wrapper.py"), WRAPPER.formatted(parts[1]) + IGNORES);
    BuildResult ignored = build(hookd, tree, WHEEL, settings().build());

    assertThat(honoured.warnings()).isEmpty();
    assertThat(honoured.files()).containsOnlyKeys(Product.WHEEL);
    assertThat(ignored.warnings())
        .singleElement()
        .asString()
        .endsWith("Classifier has nothing, prepared was " + PRIVATE);
    assertThat(metadata(tree).metadata().all("Classifier")).containsExactly(PRIVATE);
  }

  @Test
  void exampleWrapper_buildsItsOwnProject_andAnotherOneOfTheRepository() throws IOException {
    Path example = shared.resolve("wrapped-backend");
    copy(
        Path.of(System.getProperty("hookd.root"), "examples", "python", "wrapped-backend"),
        example);
    Path other = Files.createDirectory(shared.resolve("other"));
    Files.writeString(
        other.resolve("pyproject.toml"),
        """
        [build-system]
        requires = ["setuptools>=70.1"]
        build-backend = "setuptools.build_meta"
        [project]
        name = "other"
        version = "2.0"
        """);
    BuildSettings.Builder viaSdist =
        settings().products(ProductSettings.DEFAULT.withViaSdist(true));
    BuildBackend house =
        new BuildBackend("house_build", List.of("../wrapped-backend/_build"), true);
    Set<Product> both = EnumSet.of(Product.SDIST, Product.WHEEL);

    BuildResult own = build(hookd, example, both, viaSdist.build());
    BuildResult others = build(hookd, other, both, viaSdist.backend(house).build());

    assertThat(own.warnings()).isEmpty();
    assertThat(metadata(own).all("Classifier")).containsExactly(PRIVATE);
    assertThat(others.warnings()).isEmpty(); // its sdist is built by setuptools alone
    assertThat(metadata(others).all("Classifier")).containsExactly(PRIVATE);
  }

  @Test
  void wrapper_fromAnIndex_isABackendLikeAnyOther() throws IOException {
    Path wrapper = Files.createDirectory(directory.resolve("wrapper"));
    Files.writeString(
        wrapper.resolve("pyproject.toml"),
        """
        [build-system]
        requires = ["flit_core>=3.9"]
        build-backend = "flit_core.buildapi"
        [project]
        name = "hookd-test-house-backend"
        version = "1.0"
        description = "a wrapper"
        dependencies = ["flit_core>=3.9"]
        [tool.flit.module]
        name = "hookd_test_house_backend"
        """);
    Files.writeString(
        wrapper.resolve("hookd_test_house_backend.py"),
        "\"\"\"A wrapper.\"\"\"\n" + WRAPPER.formatted("flit_core.buildapi") + HONOURS);
    Path wheels =
        Objects.requireNonNull(
                build(hookd, wrapper, WHEEL, settings().build()).files().get(Product.WHEEL))
            .getParent();
    Path tree = Files.createDirectory(directory.resolve("tree"));
    Files.writeString(tree.resolve("wrapped.py"), "\"\"\"A wrapped module.\"\"\"\n");
    Files.writeString(
        tree.resolve("pyproject.toml"),
        PROJECT
            .formatted("hookd-test-house-backend")
            .replace("\"wrapper\"\nbackend-path = [\"_wrapper\"]", "\"hookd_test_house_backend\""));

    try (Hookd withWheels = open(Map.of("PIP_FIND_LINKS", String.valueOf(wheels)))) {
      BuildResult result = build(withWheels, tree, WHEEL, settings().build());

      assertThat(result.warnings()).isEmpty();
      assertThat(metadata(result).name()).isEqualTo("wrapped");
    }
  }

  /** Skipped where there are no headers of Python, or no compiler, if the failure says so. */
  @Test
  void wrapper_aroundACompiledBackend_compiles_orNamesWhatIsMissing() throws IOException {
    Path tree = tree("setuptools>=70.1", "setuptools.build_meta", HONOURS);
    Files.delete(tree.resolve("wrapped.py"));
    Files.writeString(
        tree.resolve("setup.py"),
        """
        from setuptools import setup, Extension
        setup(ext_modules=[Extension("wrapped", ["wrapped.c"])])
        """);
    Files.writeString(
        tree.resolve("wrapped.c"),
        """
        #include <Python.h>
        static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "wrapped", NULL, -1, NULL};
        PyMODINIT_FUNC PyInit_wrapped(void) { return PyModule_Create(&module); }
        """);
    BuildResult result;
    try {
      result = build(hookd, tree, WHEEL, settings().build());
    } catch (HookFailedException e) {
      String hint = e.hint().orElse("");
      assumeFalse(hint.contains("the headers of this Python are not installed"), hint);
      assumeFalse(hint.contains("the project needs a compiler"), hint);
      throw e;
    }
    assertThat(result.warnings()).isEmpty();
    Path wheel = Objects.requireNonNull(result.files().get(Product.WHEEL));
    assertThat(wheel.getFileName()).asString().doesNotContain("none-any");
    try (ZipFile zip = new ZipFile(wheel.toFile())) {
      assertThat(zip.stream().map(entry -> entry.getName()))
          .anyMatch(n -> n.matches("wrapped.*\\.so"));
    }
    Files.writeString(tree.resolve("wrapped.c"), "#include <no_such_library.h>\n");

    assertThat(
            org.assertj.core.api.Assertions.catchThrowableOfType(
                    HookFailedException.class, () -> build(hookd, tree, WHEEL, settings().build()))
                .hint()
                .orElse(""))
        .contains("did not find the header no_such_library.h");
  }

  /** Its own metadata hook needs neither CMake nor a compiler, which a wrapper may know. */
  @Test
  void wrapper_aroundScikitBuildCore_editsTheMetadata_withoutCompiling() throws IOException {
    Path tree =
        tree(
            "scikit-build-core",
            "scikit_build_core.build",
            """
            def get_requires_for_build_wheel(config_settings=None):
                return []
            """);
    Files.writeString(
        tree.resolve("CMakeLists.txt"), "message(FATAL_ERROR \"nothing is to be compiled\")\n");

    MetadataResult result = metadata(tree);

    assertThat(result.source()).isEqualTo(MetadataSource.PREPARE_METADATA);
    assertThat(result.metadata()).hasToString("wrapped 1.0");
    assertThat(result.metadata().all("Classifier")).containsExactly(PRIVATE);
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      files.forEach(
          file -> {
            try {
              Files.copy(file, to.resolve(from.relativize(file)));
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    }
  }
}
