package dev.hookd.protocol;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the data of an {@code OK} means. The line alone does not tell: a classic daemon sends
 * Python's {@code str()} of the value, an extended one JSON, and only the hook says whether a list
 * or a name is meant.
 */
public final class ResultData {

  private static final int SHOWN_CHARACTERS = 200;

  private ResultData() {}

  /**
   * The list that a {@code get_requires_*} hook, or {@code features}, returned.
   *
   * @return immutable
   * @throws ProtocolException if it is not a list of strings
   */
  public static List<String> strings(Dialect dialect, String data) {
    return dialect == Dialect.CLASSIC ? classicStrings(data) : extendedStrings(data);
  }

  /**
   * The name that a {@code build_*} or {@code prepare_*} hook returned; empty for Python's {@code
   * None}, which in the classic dialect looks like the name "None".
   *
   * @throws ProtocolException if it is neither
   */
  public static Optional<String> name(Dialect dialect, String data) {
    if (dialect == Dialect.CLASSIC) {
      return data.equals("None") ? Optional.empty() : Optional.of(ClassicText.unescape(data));
    }
    JsonNode value = json(data);
    if (!value.isNull() && !value.isTextual()) {
      throw unexpected(data, "a string or null");
    }
    return Optional.ofNullable(value.textValue());
  }

  private static List<String> classicStrings(String data) {
    if (!(PythonLiteral.parse(data) instanceof List<?> list)) {
      throw unexpected(data, "a list of strings");
    }
    List<String> strings = new ArrayList<>(list.size());
    for (Object item : list) {
      if (!(item instanceof String string)) {
        throw unexpected(data, "a list of nothing but strings");
      }
      strings.add(string);
    }
    return List.copyOf(strings);
  }

  private static List<String> extendedStrings(String data) {
    JsonNode array = json(data);
    if (!array.isArray()) {
      throw unexpected(data, "a list of strings");
    }
    List<String> strings = new ArrayList<>(array.size());
    for (JsonNode item : array) {
      if (!item.isTextual()) {
        throw unexpected(data, "a list of nothing but strings");
      }
      strings.add(item.textValue());
    }
    return List.copyOf(strings);
  }

  private static JsonNode json(String data) {
    try {
      return Json.MAPPER.readTree(data);
    } catch (JsonProcessingException e) {
      throw new ProtocolException(
          "got OK %s%s (expected: one JSON value)".formatted(shown(data), Json.position(e)), e);
    }
  }

  private static ProtocolException unexpected(String data, String expected) {
    return new ProtocolException("got OK %s (expected: %s)".formatted(shown(data), expected));
  }

  private static String shown(String data) {
    return data.length() <= SHOWN_CHARACTERS ? data : data.substring(0, SHOWN_CHARACTERS) + "...";
  }
}
