package dev.hookd.protocol;

import java.util.List;
import java.util.Objects;

/**
 * A build backend as {@code [build-system]} names it (PEP 517, "Source trees").
 *
 * @param object the backend object, {@code module} or {@code module:object.attribute}; empty means
 *     the default, {@link #LEGACY}
 * @param path {@code backend-path}: directories relative to the source tree that the backend is
 *     imported from; empty for a backend that is installed in the build environment
 */
public record BuildBackend(String object, List<String> path) {

  /** What a source tree without {@code build-backend} is built with (PEP 517, "Source trees"). */
  public static final BuildBackend LEGACY =
      new BuildBackend("setuptools.build_meta:__legacy__", List.of());

  public BuildBackend {
    Objects.requireNonNull(object, "object");
    path = List.copyOf(path);
  }

  /** An installed backend. */
  public static BuildBackend of(String object) {
    return new BuildBackend(object, List.of());
  }

  public boolean isInTree() {
    return !path.isEmpty();
  }
}
