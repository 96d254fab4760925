package dev.hookd.frontend.build;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WheelNameTest {

  @ParameterizedTest
  @CsvSource({
    "a-1.0-py3-none-any.whl, A, 1",
    "zope.interface-5.4.0-cp39-cp39-manylinux_2_5_x86_64.manylinux1_x86_64.whl, zope-interface, 5.4.0",
    "a_b-1.0rc1-1build-py2.py3-none-any.whl, a.b, 1.0-rc.1",
    "a-1!2.0+local.1-py3-none-any.whl, a, 1!2.0+local-1",
    "torch-1.0_cpu-cp39-cp39-linux_x86_64.whl, torch, 1.0+cpu"
  })
  void names_itsDistribution(String fileName, String name, String version) {
    assertThat(WheelName.parse(fileName)).isPresent().get().matches(n -> n.names(name, version));
  }

  @ParameterizedTest
  @CsvSource({
    "a-1.0-py3-none-any.whl, a, 1.1",
    "a-1.0-py3-none-any.whl, b, 1.0",
    "a-1.0-1-py3-none-any.whl, a, 1.0-1",
    "a-1.0-py3-none-any.whl, a, no version"
  })
  void names_noOther(String fileName, String name, String version) {
    assertThat(WheelName.parse(fileName).orElseThrow().names(name, version)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a.whl",
        "a-1.0-py3-none.whl",
        "a-1.0-x-py3-none-any.whl",
        "a-one-py3-none-any.whl",
        "-1.0-py3-none-any.whl",
        "a-1.0-py3-none-any.zip",
        "a-1.0-py3-none-any.whl\n",
        "a b-1.0-py3-none-any.whl",
        "a-1.0-1-2-py3-none-any.whl"
      })
  void parse_ofWhatIsNoWheel_isEmpty(String fileName) {
    assertThat(WheelName.parse(fileName)).isEmpty();
  }
}
