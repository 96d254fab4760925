package dev.hookd.protocol;

import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;

/**
 * The question which hooks a backend defines. A classic daemon cannot answer it.
 *
 * @param sourceTree absolute; the working directory in which the backend is imported
 */
public record FeaturesRequest(
    Path sourceTree, BuildBackend backend, Map<String, String> environment, Isolation isolation)
    implements DaemonRequest {

  public FeaturesRequest {
    if (!sourceTree.isAbsolute()) {
      throw new IllegalArgumentException("the source tree must be absolute, got: " + sourceTree);
    }
    Objects.requireNonNull(backend, "backend");
    environment = Map.copyOf(environment);
    Objects.requireNonNull(isolation, "isolation");
  }

  public static FeaturesRequest of(Path sourceTree, BuildBackend backend) {
    return new FeaturesRequest(sourceTree, backend, Map.of(), Isolation.FORK);
  }

  @Override
  public FeaturesRequest withIsolation(Isolation wanted) {
    return new FeaturesRequest(sourceTree, backend, environment, wanted);
  }
}
