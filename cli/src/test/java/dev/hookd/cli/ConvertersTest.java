package dev.hookd.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hookd.frontend.environment.InstallerKind;
import dev.hookd.protocol.Hook;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class ConvertersTest {

  @ParameterizedTest
  @CsvSource({"0, 0", "1, 1", "0.05, 0.05", "5%, 0.05", "0.5%, 0.005", "100%, 1", "1.0, 1"})
  void rate_isAShareOrAPercentage(String text, double expected) {
    assertThat(Converters.rate(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "%", "-1", "1.1", "101%", "5 %", ".5", "1e-2", "NaN", "5%%", "0,5"})
  void rate_whenNotOne_isRefused(String text) {
    assertThatThrownBy(() -> Converters.rate(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageContaining("'" + text + "'")
        .hasMessageContaining("0% to 100%");
  }

  @ParameterizedTest
  @CsvSource({
    "30s, PT30S",
    "500ms, PT0.5S",
    "2m, PT2M",
    "1.5h, PT1H30M",
    "0.5ms, PT0.0005S",
    "0.0000001ms, PT0.000000001S",
    "2562047h, PT2562047H"
  })
  void duration_readsNumberAndUnit(String text, Duration expected) {
    assertThat(Converters.duration(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "s",
        "30",
        "-1s",
        "+1s",
        "1 s",
        "1d",
        "1S",
        ".5s",
        "1.s",
        "1e3s",
        "1,5s",
        "0s",
        "0.0m",
        "PT1S",
        "9999999999999s",
        "2562048h",
        "٣s"
      })
  void duration_whenNotOne_isRefused(String text) {
    assertThatThrownBy(() -> Converters.duration(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageContaining("'" + text + "'");
  }

  @ParameterizedTest
  @EnumSource(Hook.class)
  void hook_readsEveryName(Hook hook) {
    assertThat(Converters.hook(hook.wireName())).isEqualTo(hook);
  }

  @ParameterizedTest
  @CsvSource({
    "build-wheel, build_wheel",
    "build_sdit, build_sdist",
    "BUILD_WHEEL, ''",
    "get_requires_for_wheel, get_requires_for_build_wheel"
  })
  void hook_whenUnknown_namesTheNearest(String name, String nearest) {
    assertThatThrownBy(() -> Converters.hook(name))
        .hasMessageContaining(
            nearest.isEmpty() ? "the hooks are" : "did you mean " + nearest + "?");
  }

  @Test
  void installer_readsEveryName_andRefusesOthers() {
    assertThat(Converters.installer("uv")).isEqualTo(InstallerKind.UV);
    assertThatThrownBy(() -> Converters.installer("conda"))
        .hasMessageContaining("auto, pip and uv");
  }

  @Test
  void environmentVariable_splitsAtTheFirstEqualsSign() {
    assertThat(Converters.environmentVariable("A=b=c"))
        .isEqualTo(new Converters.EnvironmentVariable("A", "b=c"));
    assertThat(Converters.environmentVariable("A=").value()).isEmpty();
  }

  @Test
  void distance_countsEdits() {
    assertThat(Text.distance("", "abc")).isEqualTo(3);
    assertThat(Text.distance("kitten", "sitting")).isEqualTo(3);
    assertThat(Text.distance("same", "same")).isZero();
  }

  @Test
  void printable_replacesWhatDrivesATerminal() {
    assertThat(Text.printable("a\u001b[31mb\u009bc\r\td\n"))
        .isEqualTo("a\uFFFD[31mb\uFFFDc\uFFFD\td\n");
  }

  @Test
  void lastLines_leavesOutBlankOnesAtTheEnd() {
    assertThat(Text.lastLines("1\n2\n3\n\n  \n", 2)).containsExactly("2", "3");
    assertThat(Text.lastLines("", 2)).isEmpty();
  }
}
