package dev.hookd.frontend.requirement;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@link PackagingComparisonTest} does not generate. */
class EnvironmentMarkerTest {

  @Test
  void tryParse_findsWhatIsCompared() {
    EnvironmentMarker marker =
        EnvironmentMarker.tryParse(
                "(python_version<'3.8'and(os_name not in \"a 'b'\" or 'x' == extra)) ")
            .orElseThrow();

    assertThat(marker.variables()).containsExactlyInAnyOrder("python_version", "os_name", "extra");
    assertThat(marker.strings()).containsExactlyInAnyOrder("3.8", "a 'b'", "x");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "python_version",
        "python_version > 3",
        "python_version >> '3'",
        "python_version == '3' os_name == 'x'",
        "python_version == '3' AND os_name == 'x'",
        "python_version == '3')",
        "((python_version == '3')",
        "() and os_name == 'x'",
        "os.name == 'x'",
        "os_name notin 'x'",
        "os_name == 'x\\\\y'",
        "os_name == 'caf\u00e9'",
        "os_name == 'x\ny'",
        "os_name ==\n'x'",
        "os_name == 'x' # comment"
      })
  void tryParse_ofWhatPep508HasNot_isEmpty(String text) {
    assertThat(EnvironmentMarker.tryParse(text)).isEmpty();
  }

  @Test
  void tryParse_takesAnyDepthAndLength() {
    String deep = "(".repeat(100_000) + "os_name == 'x'" + ")".repeat(100_000);

    assertThat(EnvironmentMarker.tryParse(deep)).isPresent();
    assertThat(EnvironmentMarker.tryParse(deep + " or " + deep)).isPresent();
    assertThat(EnvironmentMarker.tryParse(deep + ")")).isEmpty();
    assertThat(EnvironmentMarker.tryParse("os_name == '" + "x".repeat(100_000) + "'")).isPresent();
  }
}
