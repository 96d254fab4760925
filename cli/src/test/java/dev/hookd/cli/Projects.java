package dev.hookd.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Source trees whose backend is in the tree and needs nothing but Python: no network. */
final class Projects {

  static final String METADATA =
      """
      Metadata-Version: 2.1
      Name: example
      Version: 1.0
      Summary: An example, caf\u00e9
      Requires-Python: >=3.8
      Requires-Dist: idna
      Requires-Dist: packaging (>=20)

      A description.
      """;

  /** A backend that does all that is asked of it, and answers to what the config settings say. */
  private static final String GOOD =
      """
      import os, sys, warnings, zipfile, tarfile, io

      METADATA = %s

      def get_requires_for_build_wheel(config_settings=None):
          print("to standard output")
          print("to standard error", file=sys.stderr)
          warnings.warn("something is old")
          return ["idna>=1", os.environ.get("EXAMPLE", "unset") + "-pkg", "idna>=1"] \\
              + sorted(config_settings or {})

      def get_requires_for_build_sdist(config_settings=None):
          return ["for-sdist"]

      def prepare_metadata_for_build_wheel(metadata_directory, config_settings=None):
          name = "example-1.0.dist-info"
          os.mkdir(os.path.join(metadata_directory, name))
          with open(os.path.join(metadata_directory, name, "METADATA"), "wb") as f:
              f.write(METADATA)
          return name

      def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
          name = "example-1.0-py3-none-any.whl"
          with zipfile.ZipFile(os.path.join(wheel_directory, name), "w") as z:
              z.writestr("example.py", "")
              z.writestr("example-1.0.dist-info/METADATA", METADATA)
              z.writestr("example-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\\n")
              z.writestr("example-1.0.dist-info/RECORD", "")
          return name

      def build_sdist(sdist_directory, config_settings=None):
          name = "example-1.0.tar.gz"
          with tarfile.open(os.path.join(sdist_directory, name), "w:gz") as t:
              for file in ("pyproject.toml", "backend.py"):
                  t.add(file, "example-1.0/" + file)
              info = tarfile.TarInfo("example-1.0/PKG-INFO")
              info.size = len(METADATA)
              t.addfile(info, io.BytesIO(METADATA))
          return name
      """;

  private Projects() {}

  /** A good project in that directory, which is made. */
  static Path good(Path tree) {
    StringBuilder literal = new StringBuilder("b'''");
    for (byte b : METADATA.getBytes(Main.UTF_8)) {
      literal.append(String.format("\\x%02x", b));
    }
    return withBackend(tree, GOOD.formatted(literal.append("'''")));
  }

  /** A project whose {@code get_requires_for_build_wheel} has this body. */
  static Path withHook(Path tree, String body) {
    return withBackend(
        tree,
        "import os, sys, time\n"
            + "def get_requires_for_build_wheel(config_settings=None):\n"
            + body.indent(4));
  }

  static Path withBackend(Path tree, String backend) {
    return files(
        tree,
        """
        [build-system]
        requires = []
        build-backend = "backend"
        backend-path = ["."]
        """,
        backend);
  }

  static Path files(Path tree, String pyproject, String backend) {
    try {
      Files.createDirectories(tree);
      Files.writeString(tree.resolve("pyproject.toml"), pyproject);
      Files.writeString(tree.resolve("backend.py"), backend);
      return tree;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
