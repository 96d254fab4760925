package dev.hookd.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

/**
 * Any text at all: the parser ends, and throws nothing but {@link ProtocolException}.
 *
 * <p>The build only repeats the seeds in {@code src/test/resources}. To search for more (it writes
 * a corpus directory beside the pom, and findings beside the seeds):
 *
 * <pre>JAZZER_FUZZ=1 mvn -pl daemon-protocol test -Djazzer.hooks=true -Dtest=PythonLiteralFuzzTest
 * </pre>
 */
class PythonLiteralFuzzTest {

  @FuzzTest(maxDuration = "90s")
  void parse(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    try {
      Object value = PythonLiteral.parse(text);
      assertThat(PythonLiteral.parse(" " + text + " ")).isEqualTo(value);
    } catch (ProtocolException e) {
      assertThat(e).hasMessageStartingWith("got ").hasMessageContaining("expected: ");
    }
  }
}
