package dev.hookd.cli;

import dev.hookd.protocol.BuildBackend;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that name another backend than the project does. */
final class BackendOptions {

  @Option(
      names = "--build-backend",
      paramLabel = "SPEC",
      description =
          "The build backend, module or module:object, in place of the one that"
              + " pyproject.toml names.")
  private @Nullable String backend;

  @Option(
      names = "--backend-path",
      paramLabel = "DIR",
      description =
          "A directory inside the source tree to import --build-backend from, relative to the"
              + " tree; may be given several times.")
  private List<String> backendPath = new ArrayList<>();

  @Option(
      names = "--allow-backend-path-outside-tree",
      description =
          "Let --backend-path lead out of the source tree, as in a monorepo with one backend for"
              + " all. What pyproject.toml says is held to the tree all the same.")
  private boolean allowOutside;

  /**
   * The backend that these options name; {@code null}: the project's own.
   *
   * @throws IllegalArgumentException if they do not go together; the message is for a person
   */
  @Nullable BuildBackend backend() {
    if (allowOutside && backendPath.isEmpty()) {
      throw new IllegalArgumentException(
          "--allow-backend-path-outside-tree needs --backend-path: it is for nothing else");
    }
    if (backend == null) {
      if (!backendPath.isEmpty()) {
        throw new IllegalArgumentException(
            "--backend-path needs --build-backend: pyproject.toml names both or none");
      }
      return null;
    }
    return new BuildBackend(backend, backendPath, allowOutside);
  }
}
