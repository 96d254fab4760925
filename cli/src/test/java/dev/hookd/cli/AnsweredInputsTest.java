package dev.hookd.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AnsweredInputsTest {

  private final AnsweredInputs answered = new AnsweredInputs();

  @Test
  void add_ofManyInputs_findsEachAgain_andNoOther() {
    for (int i = 0; i < 50_000; i++) {
      assertThat(answered.add("sdists/" + i, null)).isTrue();
    }
    for (int i = 0; i < 50_000; i++) {
      assertThat(answered.add("sdists/" + i, null)).isFalse();
    }
    assertThat(answered.add("sdists/50000", null)).isTrue();
  }

  @Test
  void add_tellsAPythonFromTheEndOfAnInput() {
    assertThat(answered.add("a", null)).isTrue();
    assertThat(answered.add("a", "")).isTrue();
    assertThat(answered.add("a", "3.9")).isTrue();
    assertThat(answered.add("a3", ".9")).isTrue();
    assertThat(answered.add("a3.9", null)).isTrue();
    assertThat(answered.add("a", "3.9")).isFalse();
  }

  @Test
  void add_tellsLoneSurrogatesApart() {
    assertThat(answered.add("a\udcff", null)).isTrue();
    assertThat(answered.add("a\udcfe", null)).isTrue();
    assertThat(answered.add("a?", null)).isTrue();
  }
}
