package dev.hookd.frontend;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Source trees whose backend is in the tree and needs nothing but Python: no network. */
final class Trees {

  static final String METADATA = "Metadata-Version: 2.1\nName: example\nVersion: 1.0\n";

  private static final String PYPROJECT =
      """
      [build-system]
      requires = []
      build-backend = "backend"
      backend-path = ["."]
      """;

  private static final String START =
      """
      import io, json, os, socket, sys, tarfile, zipfile

      METADATA = %s

      def wait_for_test():
          # Tells the test that this hook runs; ends when the test says so.
          connection = socket.create_connection(("127.0.0.1", int(os.environ["WITNESS"])))
          connection.sendall(b"%%d\\n" %% os.getpid())
          connection.recv(1)

      """;

  static final String PREPARE =
      """
      def prepare_metadata_for_build_wheel(metadata_directory, config_settings=None):
          name = "example-1.0.dist-info"
          os.mkdir(os.path.join(metadata_directory, name))
          with open(os.path.join(metadata_directory, name, "METADATA"), "wb") as f:
              f.write(METADATA)
          return name
      """;

  static final String WHEEL =
      """
      def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
          name = "example-1.0-py3-none-any.whl"
          with zipfile.ZipFile(os.path.join(wheel_directory, name), "w") as z:
              z.writestr("example-1.0.dist-info/METADATA", METADATA)
          return name
      """;

  static final String SDIST =
      """
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

  private Trees() {}

  /** A tree in that new directory, with a backend of these functions. */
  static Path of(Path tree, String... functions) {
    return withMetadata(tree, METADATA, functions);
  }

  static Path withMetadata(Path tree, String metadata, String... functions) {
    try {
      Files.createDirectory(tree);
      Files.writeString(tree.resolve("pyproject.toml"), PYPROJECT);
      String literal = "b'''" + metadata + "'''";
      Files.writeString(
          tree.resolve("backend.py"), START.formatted(literal) + String.join("\n", functions));
      return tree;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** {@code get_requires_for_build_wheel} with this body. */
  static String requires(String body) {
    return "def get_requires_for_build_wheel(config_settings=None):\n" + body.indent(4);
  }

  /** {@code prepare_metadata_for_build_wheel} that fills the directory {@code made} like this. */
  static String prepare(String body) {
    return "def prepare_metadata_for_build_wheel(metadata_directory, config_settings=None):\n"
        + ("made = os.path.join(metadata_directory, 'example-1.0.dist-info')\n"
                + "os.mkdir(made)\n"
                + body
                + "\nreturn 'example-1.0.dist-info'\n")
            .indent(4);
  }
}
