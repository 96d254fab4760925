package dev.hookd.frontend.metadata;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The core metadata of a distribution: the {@code METADATA} file as it is, and its fields.
 * Immutable.
 *
 * <p>Field names are compared without regard to case, as those of e-mail headers are.
 */
public final class CoreMetadata {

  /** The fields that may stand more than once (core metadata specification, "multiple use"). */
  private static final Set<String> MULTIPLE_USE =
      Set.of(
          "classifier",
          "dynamic",
          "import-name",
          "import-namespace",
          "license-file",
          "obsoletes",
          "obsoletes-dist",
          "platform",
          "project-url",
          "provides",
          "provides-dist",
          "provides-extra",
          "requires",
          "requires-dist",
          "requires-external",
          "supported-platform");

  private static final String DESCRIPTION = "description";

  private static final Pattern WHITE_SPACE = Pattern.compile("\\s+");

  private final byte[] raw;
  private final Map<String, List<String>> fields;

  private CoreMetadata(byte[] raw, Map<String, List<String>> fields) {
    this.raw = raw;
    this.fields = fields;
  }

  /**
   * Reads a {@code METADATA} or {@code PKG-INFO} file.
   *
   * @throws IllegalArgumentException if it has no {@code Name} or no {@code Version}: then it is no
   *     core metadata
   */
  public static CoreMetadata parse(byte[] file) {
    Map<String, List<String>> fields = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    String body =
        HeaderFields.read(
            file, (name, value) -> fields.computeIfAbsent(name, n -> new ArrayList<>()).add(value));
    if (!body.isBlank()) {
      fields.put(DESCRIPTION, List.of(body));
    }
    for (String required : List.of("Name", "Version")) {
      if (fields.getOrDefault(required, List.of("")).get(0).isEmpty()) {
        throw new IllegalArgumentException("the core metadata has no field \"" + required + "\"");
      }
    }
    return new CoreMetadata(file.clone(), fields);
  }

  /** The {@code METADATA} file, byte for byte; a copy. */
  public byte[] raw() {
    return raw.clone();
  }

  /** The file as text: UTF-8, with U+FFFD for bytes that are not. */
  public String text() {
    return new String(raw, StandardCharsets.UTF_8);
  }

  /** The {@code Name} field as it is written. */
  public String name() {
    return first("Name").orElseThrow();
  }

  public String version() {
    return first("Version").orElseThrow();
  }

  /** The names of the fields that there are, as they are written; the description is one. */
  public Set<String> fieldNames() {
    return Collections.unmodifiableSet(fields.keySet());
  }

  /**
   * The first value of a field; empty when the field is absent. The description may stand in the
   * body.
   */
  public Optional<String> first(String field) {
    return all(field).stream().findFirst();
  }

  /** All values of a field, in order. */
  public List<String> all(String field) {
    return Collections.unmodifiableList(fields.getOrDefault(field, List.of()));
  }

  /**
   * The fields as JSON, by the rules of PEP 566 ("JSON-compatible Metadata"): names in lower case
   * with underscores, a list for each field that may stand more than once, {@code keywords} split
   * at white space, the body as {@code description}. A field whose own name has an underscore,
   * which no specified one has, is left out. A copy.
   */
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    fields.forEach(
        (name, values) -> {
          String lower = name.toLowerCase(Locale.ROOT);
          String key = lower.replace('-', '_');
          if (MULTIPLE_USE.contains(lower)) {
            values.forEach(json.putArray(key)::add);
          } else if (lower.equals("keywords")) {
            WHITE_SPACE
                .splitAsStream(values.get(0))
                .filter(keyword -> !keyword.isEmpty())
                .forEach(json.putArray(key)::add);
          } else if (!lower.contains("_")) { // "Requires_Dist" must not pass for Requires-Dist
            json.put(key, values.get(0));
          }
        });
    return json;
  }

  @Override
  public String toString() {
    return name() + " " + version();
  }
}
