package dev.hookd.protocol;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/**
 * The {@code config_settings} of a hook: a dictionary whose meaning is the backend's own (PEP 517,
 * "Config settings"). Immutable; two are equal when their JSON is, the order of the members
 * included, because a backend can see it.
 */
public final class ConfigSettings {

  /** An empty dictionary. To pass Python's {@code None}, pass no settings at all. */
  public static final ConfigSettings EMPTY = new ConfigSettings("{}");

  private static final int SHOWN_CHARACTERS = 200;

  private final String json;

  private ConfigSettings(String json) {
    this.json = json;
  }

  /**
   * Settings with these values.
   *
   * @param values strings, lists of strings, or anything else that JSON has; the settings keep the
   *     order of the map ({@code Map.of} has another one in each JVM)
   * @throws IllegalArgumentException if a value cannot be written as JSON
   */
  public static ConfigSettings of(Map<String, ?> values) {
    try {
      return ofJson(Json.MAPPER.writeValueAsString(values));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "config settings cannot be written as JSON: " + e.getOriginalMessage(), e);
    }
  }

  /**
   * Settings from their JSON.
   *
   * @throws IllegalArgumentException if the text is not one JSON object; the message says where
   */
  public static ConfigSettings ofJson(String json) {
    JsonNode node;
    try {
      node = reader().readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "config settings are not JSON: " + e.getOriginalMessage() + Json.position(e), e);
    }
    if (!(node instanceof ObjectNode)) {
      throw new IllegalArgumentException(
          "config settings must be a JSON object, such as {\"--name\": \"value\"}, got: "
              + (json.length() <= SHOWN_CHARACTERS
                  ? json
                  : json.substring(0, SHOWN_CHARACTERS) + "..."));
    }
    return new ConfigSettings(Json.write(node));
  }

  /** The settings as one line of JSON. */
  public String toJson() {
    return json;
  }

  /** Keeps every digit: Python, not the JVM, decides what a number of the caller's becomes. */
  private static ObjectReader reader() {
    return Json.MAPPER
        .reader()
        .with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
        .without(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ConfigSettings settings && json.equals(settings.json);
  }

  @Override
  public int hashCode() {
    return json.hashCode();
  }

  @Override
  public String toString() {
    return json;
  }
}
