package dev.hookd.frontend.environment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hookd.frontend.BuildCycleException;
import dev.hookd.frontend.EnvironmentFailedException;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Build requirements that need each other to be built, with a real pip. */
@Timeout(120)
class BuildCycleTest extends BuildEnvironmentsFixture {

  @Test
  void get_whenBuildRequirementsNeedEachOther_showsThePath() throws IOException {
    Artifacts.wheel(wheels, "harmless", "1.0");
    Artifacts.sdist(wheels, "start", "1.0", "", List.of("harmless", "one"));
    Artifacts.sdist(wheels, "one", "1.0", "", List.of("harmless", "the_other"));
    Artifacts.sdist(wheels, "the_other", "1.0", "", List.of("one>=1"));

    EnvironmentFailedException failure = failure(environments(), spec("harmless", "start"));

    assertThat(failure)
        .isInstanceOfSatisfying(
            BuildCycleException.class,
            cycle -> assertThat(cycle.path()).containsExactly("one", "the-other", "one"))
        .hasMessageContaining("one -> the-other -> one");
    assertThat(failure.kind()).isEqualTo("BuildCycle");
    assertThat(failure.hint().orElse("")).contains("a wheel", "--find-links");
    assertThat(leftovers()).isEmpty();
  }

  @Test
  void get_whenAProjectNeedsItself_showsThePath() throws IOException {
    Artifacts.sdist(wheels, "itself", "1.0", "", List.of("itself"));

    assertThat(failure(environments(), spec("itself")))
        .hasMessageContaining("itself -> itself")
        .isInstanceOf(BuildCycleException.class);
  }

  @Test
  void in_whenTheBeginningIsLost_stillClosesTheCycle() {
    assertThat(
            BuildCycle.in(
                List.of(
                    "      Collecting b>=2 (from x)",
                    "          Processing /my links/A-1.0.tar.gz (from y)",
                    "          LookupError: file:///A-1.0.tar.gz is already being built: a from f")))
        .contains(List.of("a", "b", "a"));
  }

  @Test
  void in_ofAnotherFailure_isNone() {
    assertThat(BuildCycle.in(List.of("Collecting a", "  Collecting b", "ERROR: no"))).isEmpty();
  }
}
