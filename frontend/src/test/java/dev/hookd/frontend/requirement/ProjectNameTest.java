package dev.hookd.frontend.requirement;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProjectNameTest {

  @ParameterizedTest
  @CsvSource({
    "friendly-bard",
    "Friendly-Bard",
    "FRIENDLY-BARD",
    "friendly.bard",
    "friendly_bard",
    "friendly--bard",
    "FrIeNdLy-._.-bArD"
  })
  void normalize_givesOneSpelling(String name) {
    assertThat(ProjectName.normalize(name)).isEqualTo("friendly-bard");
  }
}
