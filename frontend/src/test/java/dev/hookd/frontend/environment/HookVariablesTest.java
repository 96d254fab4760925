package dev.hookd.frontend.environment;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HookVariablesTest {

  @Test
  void allowed_keepsWhatBuildsNeed() {
    Map<String, String> caller =
        Map.of(
            "PATH", "/bin",
            "LC_ALL", "C.UTF-8",
            "CFLAGS", "-O1",
            "SETUPTOOLS_SCM_PRETEND_VERSION_FOR_X", "1.0",
            "SOURCE_DATE_EPOCH", "315532800");
    assertThat(HookVariables.allowed(caller)).isEqualTo(caller);
  }

  @Test
  void allowed_dropsSecretsAndWhatChangesPython() {
    assertThat(
            HookVariables.allowed(
                Map.of(
                    "PYTHONPATH", "/x",
                    "PYTHONHOME", "/x",
                    "PIP_INDEX_URL", "https://me:secret@h.example/",
                    "UV_INDEX_URL", "https://me:secret@h.example/",
                    "GITHUB_TOKEN", "t",
                    "AWS_SECRET_ACCESS_KEY", "t",
                    "HTTPS_PROXY", "http://me:secret@h.example/",
                    "SSH_AUTH_SOCK", "/s",
                    "CCX", "not a prefix of CC")))
        .isEmpty();
  }

  @Test
  void allowed_withNamesBesides_addsOnlyThose() {
    assertThat(HookVariables.allowed(Map.of("MY_FLAG", "1", "OTHER", "2"), Set.of("MY_FLAG")))
        .containsOnlyKeys("MY_FLAG");
  }

  @Test
  void table_hasAReasonForEachAndNoRuleTwice() {
    assertThat(HookVariables.TABLE)
        .allSatisfy(rule -> assertThat(rule.reason()).isNotBlank())
        .extracting(HookVariables.Rule::pattern)
        .doesNotHaveDuplicates();
  }

  @Test
  void isolated_putsItsOwnDirectoryFirst() {
    Path root = Path.of("/e");
    assertThat(
            BuildEnvironment.isolated("i", root, Map.of("PATH", "/a:/b"), Path.of("/l"))
                .variables())
        .containsEntry("PATH", "/e/bin:/a:/b")
        .containsEntry("VIRTUAL_ENV", "/e");
    assertThat(
            BuildEnvironment.isolated("i", root, Map.of(), Path.of("/l")).variables().get("PATH"))
        .startsWith("/e/bin:/");
  }
}
