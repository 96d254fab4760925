package dev.hookd.cli;

import dev.hookd.frontend.BuildSettings;
import dev.hookd.frontend.Hookd;
import dev.hookd.frontend.Input;
import dev.hookd.protocol.Hook;
import dev.hookd.protocol.HookArguments;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Calls a hook of a small project of its own that needs nothing but Python. */
final class SelfTest {

  private static final int WARM_CALLS = 5;
  private static final List<String> EXPECTED = List.of("hookd-self-test>=1");

  private static final String PYPROJECT =
      """
      [build-system]
      requires = []
      build-backend = "hookd_self_test"
      backend-path = ["."]
      """;

  private static final String BACKEND =
      """
      def get_requires_for_build_wheel(config_settings=None):
          return ["hookd-self-test>=1"]
      """;

  /**
   * How long a call took.
   *
   * @param cold the first one, the start of its daemon included
   * @param warm the median of those after it
   */
  record Times(Duration cold, Duration warm) {}

  private SelfTest() {}

  /**
   * @param python {@code null}: the default
   * @throws IOException if the project cannot be written
   * @throws dev.hookd.client.HookdException if a call fails
   */
  static Times run(Hookd hookd, @Nullable String python) throws IOException {
    Path tree = Files.createTempDirectory("hookd-doctor");
    try {
      Files.writeString(tree.resolve("pyproject.toml"), PYPROJECT);
      Files.writeString(tree.resolve("hookd_self_test.py"), BACKEND);
      BuildSettings settings =
          BuildSettings.builder()
              .python(python)
              .buildIsolation(false)
              .timeout(Duration.ofSeconds(30))
              .build();
      long start = System.nanoTime();
      try (Hookd.Project project = hookd.open(Input.of(tree), settings)) {
        call(project);
        Duration cold = Duration.ofNanos(System.nanoTime() - start);
        List<Duration> warm = new ArrayList<>();
        for (int i = 0; i < WARM_CALLS; i++) {
          long before = System.nanoTime();
          call(project);
          warm.add(Duration.ofNanos(System.nanoTime() - before));
        }
        Collections.sort(warm);
        return new Times(cold, warm.get(WARM_CALLS / 2));
      }
    } finally {
      delete(tree);
    }
  }

  private static void call(Hookd.Project project) {
    List<String> answer =
        project.call(Hook.GET_REQUIRES_FOR_BUILD_WHEEL, HookArguments.NONE).strings();
    if (!answer.equals(EXPECTED)) {
      throw new IllegalStateException("the hook answered " + answer + ", expected " + EXPECTED);
    }
  }

  private static void delete(Path tree) throws IOException {
    List<Path> deepestFirst;
    try (Stream<Path> paths = Files.walk(tree)) {
      deepestFirst = paths.sorted(Collections.reverseOrder()).toList();
    }
    for (Path path : deepestFirst) {
      Files.delete(path);
    }
  }
}
