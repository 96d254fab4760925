package dev.hookd.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

/** {@code hookd doctor} of this machine. */
class DoctorCommandTest extends CommandFixture {

  @Test
  void doctor_callsAHookFromEndToEnd() {
    Cli.Run text = cli.run("doctor");
    JsonNode json = cli.run("doctor", "--json").json();

    assertThat(text.stdout()).as(text.stdout()).contains("self-test", "ms cold", "ms warm");
    assertThat(text.status()).isEqualTo(ExitStatus.OK);
    assertThat(json.path("ok").asBoolean()).isTrue();
    assertThat(json.path("checks").findValuesAsText("name"))
        .contains("java", "system", "python", "uv", "cache", "self-test");
  }

  @Test
  void doctor_whenPythonIsMissing_exitsWith3AndSaysWhatToDo() {
    Cli.Run run = cli.run("doctor", "--python", "./no-such-python");

    assertThat(run.stdout()).contains("problem  python").contains("-> install CPython 3.8");
    assertThat(run.status()).isEqualTo(ExitStatus.MACHINERY);
  }
}
