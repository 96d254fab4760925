package dev.hookd.frontend.build;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;

class FailureTest {

  private static final String FRESH =
      """
      something that setup.py printed
      Traceback (most recent call last):
        File "/x/pyproject_hooks/_in_process/_in_process.py", line 389, in <module>
          main()
        File "/x/pyproject_hooks/_in_process/_in_process.py", line 373, in main
          json_out["return_val"] = hook(**hook_input["kwargs"])
                                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
        File "/tree/setup.py", line 3, in <module>
          fail()
      ValueError: no
        such thing
      """;

  private static final String WARM =
      """
      Traceback (most recent call last):
        File "/tree/setup.py", line 3, in <module>
          fail()
      ValueError: no
        such thing
      """;

  @Test
  void fromTheBackendOn_sameErrorOnBothSides_isTheSameText() {
    assertThat(Failure.fromTheBackendOn(FRESH)).isEqualTo(Failure.fromTheBackendOn(WARM));
    assertThat(Failure.fromTheBackendOn(WARM))
        .startsWith("  File \"/tree/setup.py\"")
        .endsWith("no\n  such thing");
  }

  @Test
  void fromTheBackendOn_otherMessageOrOtherLine_isAnotherText() {
    assertThat(Failure.fromTheBackendOn(FRESH.replace("such", "such a")))
        .isNotEqualTo(Failure.fromTheBackendOn(WARM));
    assertThat(Failure.fromTheBackendOn(FRESH.replace("line 3", "line 4")))
        .isNotEqualTo(Failure.fromTheBackendOn(WARM));
  }

  @Test
  void ofFresh_processThatRaised_isRaised() {
    assertThat(Failure.ofFresh(ended(1, FRESH), null))
        .isEqualTo(new Failure("raised", Failure.fromTheBackendOn(WARM)));
  }

  @Test
  void ofFresh_exitWithTheMessageOfTheOtherSide_isEqualToIt() {
    Failure warm = new Failure("exit 1", "error: no compiler");
    assertThat(Failure.ofFresh(ended(1, "running\nerror: no compiler\n"), warm)).isEqualTo(warm);
    assertThat(Failure.ofFresh(ended(1, "error: no linker\n"), warm)).isNotEqualTo(warm);
    assertThat(Failure.ofFresh(ended(2, "error: no compiler\n"), warm)).isNotEqualTo(warm);
  }

  @Test
  void summary_namesTheExceptionAndItsFirstLine() {
    assertThat(new Failure("raised", "  File \"setup.py\", line 1\n    x\nKeyError: 'x'").summary())
        .isEqualTo("raised: KeyError: 'x'");
    assertThat(new Failure("HookMissing", "").summary()).isEqualTo("HookMissing");
  }

  private static ObjectNode ended(int status, String stderr) {
    ObjectNode outcome = JsonNodeFactory.instance.objectNode();
    outcome.put("stderr", stderr);
    outcome.putObject("error").put("exception", "CalledProcessError").put("status", status);
    return outcome;
  }
}
