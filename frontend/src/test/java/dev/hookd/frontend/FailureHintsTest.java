package dev.hookd.frontend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hookd.client.HookFailedException;
import dev.hookd.protocol.Hook;
import dev.hookd.protocol.HookArguments;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;

/** Hooks that really fail, and what the failure advises. */
class FailureHintsTest extends FrontendFixture {

  /** The backends need nothing, so that no environment need be made. */
  @Override
  BuildSettings.Builder settings() {
    return super.settings().buildIsolation(false);
  }

  /** Python code that fails, and words of the advice. */
  private static final Map<String, String> FAILURES = new LinkedHashMap<>();

  static {
    FAILURES.put(
        "compile('#include <no_such_library.h>')", "did not find the header no_such_library.h");
    FAILURES.put("compile('#include <sub/Python.h>')", "did not find the header sub/Python.h");
    FAILURES.put(
        "compile('int main() { return 0; }', '-lno-such-library')", "library no-such-library");
    FAILURES.put("subprocess.check_call(['cargo-of-nowhere/cargo'])", "install Rust");
    FAILURES.put(
        "os.environ['PATH'] = '/nowhere'; subprocess.check_call(['cmake'])", "needs cmake");
    FAILURES.put(
        "os.environ['PATH'] = '/nowhere'; subprocess.check_call(['gcc'])", "needs a compiler");
    FAILURES.put("os.environ['PATH'] = '/nowhere'; subprocess.check_call(['git'])", "install git");
    FAILURES.put(
        "subprocess.check_call([sys.executable, '-S', '-c', 'import pkg_resources'])",
        "setuptools<81");
    FAILURES.put(
        "subprocess.check_call([sys.executable, '-c', 'import no_such_module.part'])",
        "no_such_module is no declared build requirement");
    FAILURES.put("import numpy_of_nowhere", "numpy_of_nowhere is no declared build requirement");
    FAILURES.put("b'caf\\xc3\\xa9'.decode('ascii')", "PYTHONUTF8=1");
    FAILURES.put("raise OSError(28, 'No space left on device')", "a disk is full");
    FAILURES.put("subprocess.check_call(['git', '-C', '/', 'describe'])", "no history or no tag");
  }

  private static final String COMPILE =
      """
      import subprocess

      def compile(text, *options):
          with open("a.c", "w") as file:
              print(text, file=file)
          subprocess.check_call(["cc", "a.c", "-o", "a.out", *options])
      """;

  @Test
  void failures_thatHaveAUsualCause_sayWhatToDo() {
    Hookd hookd = hookd(1);
    SoftAssertions softly = new SoftAssertions();
    int number = 0;
    for (Map.Entry<String, String> failure : FAILURES.entrySet()) {
      Path tree =
          Trees.of(directory.resolve("tree" + number++), COMPILE, Trees.requires(failure.getKey()));

      softly.assertThat(advice(hookd, tree)).as(failure.getKey()).contains(failure.getValue());
    }
    softly.assertAll();
  }

  @Test
  void failure_ofItsOwnKind_hasNoAdvice_andOptionalModulesCountLessThanWhatWasRaised() {
    Hookd hookd = hookd(1);
    Path own = Trees.of(directory.resolve("own"), Trees.requires("raise ValueError('no version')"));
    Path noisy =
        Trees.of(
            directory.resolve("noisy"),
            Trees.requires(
                "print(\"No module named 'optional'\", file=sys.stderr)\nimport needed"));

    assertThat(advice(hookd, own)).isEmpty();
    assertThat(advice(hookd, noisy)).startsWith("needed is no declared");
  }

  private String advice(Hookd hookd, Path tree) {
    try (Hookd.Project project = hookd.open(Input.of(tree), settings().build())) {
      HookFailedException failure =
          Assertions.catchThrowableOfType(
              HookFailedException.class,
              () -> project.call(Hook.GET_REQUIRES_FOR_BUILD_WHEEL, HookArguments.NONE));
      assertThat(failure).as("the failure of " + tree).isNotNull();
      return failure.hint().orElse("");
    }
  }
}
