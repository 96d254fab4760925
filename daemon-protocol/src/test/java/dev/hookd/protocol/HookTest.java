package dev.hookd.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class HookTest {

  @Test
  void computesOnly_isFalseForWhatTheCallerKeeps() {
    assertThat(Arrays.stream(Hook.values()).filter(hook -> !hook.computesOnly()))
        .containsExactlyInAnyOrder(Hook.BUILD_WHEEL, Hook.BUILD_EDITABLE, Hook.BUILD_SDIST);
  }

  @Test
  void returns_isRequirementsForTheGetRequiresHooks() {
    for (Hook hook : Hook.values()) {
      assertThat(hook.returns() == Hook.Returns.REQUIREMENTS)
          .as("%s", hook)
          .isEqualTo(hook.wireName().startsWith("get_requires_"));
    }
  }

  @Test
  void directory_isTheOneOfItsArgument() {
    HookArguments arguments =
        new HookArguments(Path.of("w"), Path.of("s"), Path.of("m"), ConfigSettings.EMPTY);

    assertThat(arguments.directory(HookArgument.WHEEL_DIRECTORY)).contains(Path.of("w"));
    assertThat(arguments.directory(HookArgument.SDIST_DIRECTORY)).contains(Path.of("s"));
    assertThat(arguments.directory(HookArgument.METADATA_DIRECTORY)).contains(Path.of("m"));
    assertThat(arguments.directory(HookArgument.CONFIG_SETTINGS)).isEmpty();
    assertThat(HookArguments.NONE.directory(HookArgument.WHEEL_DIRECTORY)).isEmpty();
  }

  @Test
  void withTraceback_keepsTheRest() {
    HookError error = new HookError(ErrorKind.HOOK_RUNTIME_ERROR, "m", "e", null, true, true);

    assertThat(error.withTraceback("T"))
        .isEqualTo(new HookError(ErrorKind.HOOK_RUNTIME_ERROR, "m", "e", "T", true, true));
  }

  @Test
  void buildBackend_withAPath_isInTree() {
    assertThat(BuildBackend.LEGACY.isInTree()).isFalse();
    assertThat(new BuildBackend("backend", List.of(".")).isInTree()).isTrue();
  }
}
