package dev.hookd.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigSettingsTest {

  @Test
  void of_nestedValues_isTheirJsonInAscii() {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("--global-option", List.of("a", "ä\u20ac\ud83d\udc0d"));
    values.put("nested", Map.of("list", List.of(1, true, Map.of())));
    values.put("nothing", null);
    values.put("number", 1.5f);

    assertThat(ConfigSettings.of(values).toJson())
        .isEqualTo(
            "{\"--global-option\":[\"a\",\"\\u00E4\\u20AC\\uD83D\\uDC0D\"],"
                + "\"nested\":{\"list\":[1,true,{}]},\"nothing\":null,\"number\":1.5}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"a\":1.0}",
        "{\"a\":1.50}",
        "{\"a\":1E+400}",
        "{\"a\":0.1000000000000000000000000000000000001}",
        "{\"a\":123456789012345678901234567890}",
        "{\"b\":1,\"a\":2}",
        "{\"a\":\"\\uD800\"}",
        "{\"\":\"\"}"
      })
  void ofJson_text_keepsEveryDigitAndTheOrder(String json) {
    assertThat(ConfigSettings.ofJson(" " + json + "\n").toJson()).isEqualTo(json);
  }

  @Test
  void ofJson_sameSettings_areEqual() {
    ConfigSettings settings = ConfigSettings.ofJson("{ \"a\" : [ \"b\" ] }");

    assertThat(settings)
        .isEqualTo(ConfigSettings.of(Map.of("a", List.of("b"))))
        .hasSameHashCodeAs(ConfigSettings.of(Map.of("a", List.of("b"))))
        .isNotEqualTo(ConfigSettings.EMPTY)
        .hasToString("{\"a\":[\"b\"]}");
    assertThat(ConfigSettings.ofJson("{}")).isEqualTo(ConfigSettings.EMPTY);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"a\": 1|column 8",
        "{\"a\" 1}|column 6",
        "{'a': 1}|column 2",
        "{\"a\": NaN}|column 10",
        "{\"a\": 1}}|column 9",
        "{\"a\": 1} {}|column 10",
        "`{\"a\": 1,\n  b}`|line 2, column 3",
      })
  void ofJson_noJson_saysWhere(String text, String position) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ConfigSettings.ofJson(text))
        .withMessageStartingWith("config settings are not JSON: ")
        .withMessageEndingWith("(" + position + ")");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "null", "[]", "\"a\"", "1", "true"})
  void ofJson_anotherValue_isRefused(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ConfigSettings.ofJson(text))
        .withMessageStartingWith("config settings must be a JSON object")
        .withMessageEndingWith("got: " + text);
  }

  @Test
  void ofJson_longText_isShownShort() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ConfigSettings.ofJson("\"" + "x".repeat(100_000) + "\""))
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(400));
  }

  @Test
  void ofJson_tooDeep_isRefused() {
    String text = "{\"a\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";
    assertThatIllegalArgumentException().isThrownBy(() -> ConfigSettings.ofJson(text));
  }

  @Test
  void of_whatJsonDoesNotHave_isRefused() {
    List<Object> cycle = new ArrayList<>();
    cycle.add(cycle);

    for (Object value :
        List.of(Double.NaN, Double.POSITIVE_INFINITY, Float.NaN, new Object(), cycle)) {
      assertThatIllegalArgumentException()
          .as("%s", value.getClass())
          .isThrownBy(() -> ConfigSettings.of(Map.of("a", value)));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ConfigSettings.of(Collections.singletonMap(null, "a")));
  }
}
