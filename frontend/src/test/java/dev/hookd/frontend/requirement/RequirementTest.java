package dev.hookd.frontend.requirement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hookd.frontend.EnvironmentFailedException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequirementTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "setuptools | setuptools",
        "Setuptools_SCM [toml, Rich] >= 6.2 , <9 | setuptools-scm[rich,toml]<9,>=6.2",
        "a.b ( ==1.* ) | a-b==1.*",
        "numpy>=1.2, | numpy>=1.2",
        "x===weird/one | x===weird/one",
        "tomli ; python_version  <  '3.11' | tomli ; python_version < '3.11'",
        "x>=1;extra=='q' | x>=1 ; extra=='q'",
        "p @ https://h.example/p-1.zip#sha256=0a | p @ https://h.example/p-1.zip#sha256=0a",
        "p@file:///d/p;v.whl ; os_name=='nt' | p @ file:///d/p;v.whl ; os_name=='nt'",
        "p @ git+ssh://git@h.example/p.git@v1 | p @ git+ssh://git@h.example/p.git@v1",
      })
  void parse_normalises(String text, String normal) {
    assertThat(Requirement.parse(text)).hasToString(normal);
    assertThat(Requirement.parse(normal)).isEqualTo(Requirement.parse(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "   ",
        "-r other.txt",
        "--index-url=x",
        "./local",
        "/etc",
        "setup tools",
        "a>=",
        "a>=1 --hash=sha256:00",
        "a>1\n-r other.txt",
        "a ; python_version<'3'\n--pre",
        "a[b",
        "a[b;c]",
        "a @ ",
        "a @ not-a-url",
        "a @ https://h.example/${HOME}",
        "a @ https://h.example/x y",
        "a @ file:///x\\",
        "a ;",
        "a; x=='$HOME'",
        "git+https://h.example/x",
      })
  void parse_whenNotPep508_refusesWithHint(String text) {
    assertThatThrownBy(() -> Requirement.parse(text))
        .isInstanceOfSatisfying(
            EnvironmentFailedException.class,
            e -> {
              assertThat(e).hasMessageContaining("'" + text + "' is malformed");
              assertThat(e.hint()).hasValueSatisfying(h -> assertThat(h).contains("PEP 508"));
            });
  }

  @Test
  void parseAll_sortsAndDropsDoubles() {
    assertThat(Requirement.parseAll(List.of("wheel", "B_b", "b.B", "a>2,<3")))
        .extracting(Requirement::toString)
        .containsExactly("a<3,>2", "b-b", "wheel");
  }

  @Test
  void shown_hidesCredentials() {
    Requirement requirement = Requirement.parse("a @ https://me:secret@h.example/a.whl");
    assertThat(requirement.shown()).isEqualTo("a @ https://h.example/a.whl");
    assertThat(requirement.toString()).contains("me:secret@");
  }
}
