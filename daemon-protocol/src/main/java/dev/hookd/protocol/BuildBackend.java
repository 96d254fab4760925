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
 * @param pathMayLeaveTree whether {@code path} may be absolute or lead out of the source tree. The
 *     person who builds may say so; a project may not say it of itself
 */
public record BuildBackend(String object, List<String> path, boolean pathMayLeaveTree) {

  /** What a source tree without {@code build-backend} is built with (PEP 517, "Source trees"). */
  public static final BuildBackend LEGACY =
      new BuildBackend("setuptools.build_meta:__legacy__", List.of());

  public BuildBackend {
    Objects.requireNonNull(object, "object");
    path = List.copyOf(path);
  }

  /** A backend whose path stays inside the source tree. */
  public BuildBackend(String object, List<String> path) {
    this(object, path, false);
  }

  /** An installed backend. */
  public static BuildBackend of(String object) {
    return new BuildBackend(object, List.of());
  }

  /** Whether it is imported from its {@link #path}, be it outside of the tree. */
  public boolean isInTree() {
    return !path.isEmpty();
  }
}
