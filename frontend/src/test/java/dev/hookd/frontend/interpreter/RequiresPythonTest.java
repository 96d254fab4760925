package dev.hookd.frontend.interpreter;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequiresPythonTest {

  private static PythonInterpreter python(String version) {
    Path path = Path.of("/python");
    PlatformTags tags = new PlatformTags("cp311", "cp311", "linux_x86_64", "", "", false);
    return new PythonInterpreter(
        path, path, "cpython", version, path, path, "linux-x86_64", tags, "id");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "3.11.7    | >=3.8                       | MET",
        "3.11.7    | ''                          | MET",
        "3.11.7    | >=3.8,<3.11                 | NOT_MET",
        "3.11.7    | !=3.11.*,>=2.7              | NOT_MET",
        "3.14.0rc1 | >=3.14                      | MET",
        "3.14.0rc1 | <3.14                       | NOT_MET",
        "3.11.7    | >=3.6.*                     | MALFORMED",
        "3.11.7    | '>=2.7, !=3.0.*, >=3.4, x'  | MALFORMED",
        "3.11.7    | 3                           | MALFORMED",
      })
  void satisfies_readsAsPipDoes(String version, String requires, RequiresPython expected) {
    assertThat(python(version).satisfies(requires)).isEqualTo(expected);
  }
}
