package dev.hookd.frontend.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hookd.client.DaemonInfo;
import dev.hookd.client.HookOutput;
import dev.hookd.client.HookResult;
import dev.hookd.frontend.InvalidProjectException;
import dev.hookd.protocol.Dialect;
import dev.hookd.protocol.Hook;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HookProductsTest {

  private static final DaemonInfo DAEMON = new DaemonInfo(1, Dialect.EXTENDED, Optional.empty());

  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource({
    "BUILD_WHEEL, a-1-py3-none-any.whl",
    "BUILD_EDITABLE, a-1-py3-none-any.whl",
    "BUILD_SDIST, a-1.tar.gz"
  })
  void fileThatTheHookMade_isGiven(Hook hook, String name) throws IOException {
    Path made = Files.createFile(directory.resolve(name));

    assertThat(HookProducts.of(hook, returned(name), directory)).isEqualTo(made);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"PREPARE_METADATA_FOR_BUILD_WHEEL", "PREPARE_METADATA_FOR_BUILD_EDITABLE"})
  void directoryThatTheHookMade_isGiven(Hook hook) throws IOException {
    Path made = Files.createDirectory(directory.resolve("a-1.dist-info"));

    assertThat(HookProducts.of(hook, returned("a-1.dist-info"), directory)).isEqualTo(made);
  }

  @Test
  void none_isRefused() {
    HookResult none = result(Optional.empty());

    assertThatThrownBy(() -> HookProducts.of(Hook.BUILD_WHEEL, none, directory))
        .isInstanceOfSatisfying(
            InvalidProjectException.class, e -> assertThat(e.hint()).isPresent())
        .hasMessageContaining("build_wheel returned None");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "..",
        "../a.whl",
        "/a.whl",
        "dir/a.whl",
        "a.whl/",
        "dir\\a.whl",
        "\\a.whl",
        "a\0.whl"
      })
  void nameWithADirectoryPart_isRefused(String name) {
    assertRefused(Hook.BUILD_WHEEL, name, "without directory part");
  }

  @ParameterizedTest
  @CsvSource({
    "BUILD_WHEEL, a-1.zip, .whl",
    "BUILD_WHEEL, a-1.WHL, .whl",
    "BUILD_SDIST, a-1.zip, .tar.gz",
    "BUILD_SDIST, a-1.tgz, .tar.gz",
    "PREPARE_METADATA_FOR_BUILD_WHEEL, a-1.egg-info, .dist-info"
  })
  void wrongSuffix_isRefused(Hook hook, String name, String suffix) throws IOException {
    Files.createFile(directory.resolve(name));

    assertRefused(hook, name, "ends with " + suffix);
  }

  @Test
  void nameThatNoFileCanHave_isRefused() {
    assertRefused(Hook.BUILD_WHEEL, "a\udcff.whl", "cannot be the name of a file");
  }

  @Test
  void whatIsNotThere_isRefused() {
    assertRefused(Hook.BUILD_WHEEL, "a.whl", "did not make");
    assertRefused(Hook.PREPARE_METADATA_FOR_BUILD_WHEEL, "a.dist-info", "did not make");
  }

  @Test
  void whatIsOfAnotherKind_isRefused() throws IOException {
    Path file = Files.createFile(directory.resolve("a.dist-info"));
    Path dir = Files.createDirectory(directory.resolve("a.whl"));
    Files.createSymbolicLink(directory.resolve("b.whl"), file);
    Files.createSymbolicLink(directory.resolve("b.dist-info"), dir);
    Files.createSymbolicLink(directory.resolve("b.tar.gz"), file);

    assertRefused(Hook.BUILD_WHEEL, "a.whl", "did not make");
    assertRefused(Hook.PREPARE_METADATA_FOR_BUILD_WHEEL, "a.dist-info", "did not make");
    assertRefused(Hook.BUILD_WHEEL, "b.whl", "did not make");
    assertRefused(Hook.PREPARE_METADATA_FOR_BUILD_WHEEL, "b.dist-info", "did not make");
    assertRefused(Hook.BUILD_SDIST, "b.tar.gz", "did not make");
  }

  private void assertRefused(Hook hook, String name, String why) {
    assertThatThrownBy(() -> HookProducts.of(hook, returned(name), directory))
        .isInstanceOf(InvalidProjectException.class)
        .hasMessageContaining(hook.wireName())
        .hasMessageContaining(why);
  }

  private static HookResult returned(String name) {
    return result(Optional.of(name));
  }

  private static HookResult result(Optional<String> name) {
    return new HookResult(
        new HookResult.Value.Name(name),
        HookOutput.EMPTY,
        List.of(),
        Optional.empty(),
        DAEMON,
        Duration.ZERO);
  }
}
