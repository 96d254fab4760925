package dev.hookd.client;

import dev.hookd.protocol.DaemonRequest;
import dev.hookd.protocol.HookRequest;
import dev.hookd.protocol.Isolation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a classic daemon cannot be asked for. */
final class ClassicLimits {

  private ClassicLimits() {}

  /**
   * @throws UnsupportedRequestException if the classic dialect has no words for this request
   */
  static void check(DaemonRequest request, LaunchSpec spec) {
    if (!(request instanceof HookRequest)) {
      throw new UnsupportedRequestException(
          "a classic daemon cannot tell which hooks a backend has");
    }
    if (!request.environment().isEmpty()) {
      throw new UnsupportedRequestException(
          "a classic daemon has no variables of one call, got: "
              + request.environment().keySet().stream().sorted().toList());
    }
    if (request.isolation() == Isolation.FRESH) {
      throw new UnsupportedRequestException("a classic daemon cannot be asked for a fresh process");
    }
    if (request.backend().isInTree() && request.backend().pathMayLeaveTree()) {
      throw new UnsupportedRequestException(
          "a classic daemon cannot be told that backend-path may lead out of the source tree");
    }
    Path directory = spec.workingDirectory() == null ? Path.of("") : spec.workingDirectory();
    if (!isSame(request.sourceTree(), directory.toAbsolutePath())) {
      throw new UnsupportedRequestException(
          "a classic daemon runs hooks where it was started, in %s, got: %s"
              .formatted(directory.toAbsolutePath(), request.sourceTree()));
    }
  }

  private static boolean isSame(Path tree, Path directory) {
    try {
      return tree.equals(directory) || Files.isSameFile(tree, directory);
    } catch (IOException e) {
      throw new UnsupportedRequestException("the source tree cannot be looked at: " + e);
    }
  }
}
