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
 * <p>There are two views. {@link #first}, {@link #all} and {@link #toJson} are those of {@code
 * importlib.metadata}: every header, by any name, unfolded. {@link #text}, {@link #list}, the
 * methods named after fields and {@link #unparsed} are those of {@code packaging.metadata}: what
 * cannot be understood for certain is set apart, and values are as they are written, with the
 * indentation of their continuation lines. Field names are compared without regard to case.
 */
public final class CoreMetadata {

  private static final String DESCRIPTION = "description";

  private static final Pattern WHITE_SPACE = Pattern.compile("\\s+");

  private final byte[] raw;
  private final Map<String, List<String>> fields;
  private final ParsedFields parsed;

  private CoreMetadata(byte[] raw, Map<String, List<String>> fields, ParsedFields parsed) {
    this.raw = raw;
    this.fields = fields;
    this.parsed = parsed;
  }

  /**
   * Reads a {@code METADATA} or {@code PKG-INFO} file.
   *
   * @throws IllegalArgumentException if it has no {@code Name} or no {@code Version}: then it is no
   *     core metadata
   */
  public static CoreMetadata parse(byte[] file) {
    HeaderFields read = HeaderFields.read(file);
    Map<String, List<String>> fields = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (HeaderFields.Header header : read.headers()) {
      fields
          .computeIfAbsent(header.name(), n -> new ArrayList<>())
          .add(FoldedText.unfolded(header.value().decoded()));
    }
    String body = FoldedText.withPlainLineEnds(read.body().decoded());
    if (!body.isBlank()) {
      fields.put(DESCRIPTION, List.of(body));
    }
    for (String required : List.of("Name", "Version")) {
      if (fields.getOrDefault(required, List.of("")).get(0).isEmpty()) {
        throw new IllegalArgumentException("the core metadata has no field \"" + required + "\"");
      }
    }
    return new CoreMetadata(file.clone(), fields, ParsedFields.of(read));
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
   * A field that stands once; empty when it is absent, or set apart in {@link #unparsed}.
   *
   * @throws IllegalArgumentException if the field may stand more than once, or is {@code Keywords}
   */
  public Optional<String> text(MetadataField field) {
    if (field.use() != MetadataField.Use.SINGLE) {
      throw new IllegalArgumentException(field.label() + " is a list");
    }
    return parsed.text(field);
  }

  /**
   * The values of a field that may stand more than once, or of {@code Keywords}; empty when it is
   * absent, or set apart in {@link #unparsed}. Those of {@code Project-URL} as they are written.
   *
   * @throws IllegalArgumentException if the field stands once
   */
  public List<String> list(MetadataField field) {
    return switch (field.use()) {
      case SINGLE -> throw new IllegalArgumentException(field.label() + " is no list");
      case LABELLED_URLS -> parsed.urls() == null ? List.of() : all(field.label());
      case MULTIPLE, KEYWORDS -> parsed.lists().getOrDefault(field, List.of());
    };
  }

  /** The labels and URLs of {@code Project-URL}, in their order; unmodifiable. */
  public Map<String, String> projectUrls() {
    Map<String, String> urls = parsed.urls();
    return urls == null ? Map.of() : urls;
  }

  /**
   * What could not be understood, by name in lower case, with all its values: names that the
   * specification does not have; fields that stand more often than they may; values that are not
   * UTF-8 (shown as Latin-1); {@code Project-URL} when a label stands twice; a description that
   * stands in the headers and in the body. Unmodifiable.
   */
  public Map<String, List<String>> unparsed() {
    return parsed.unparsed();
  }

  /** The version of the specification that the file says it follows. */
  public Optional<String> metadataVersion() {
    return text(MetadataField.METADATA_VERSION);
  }

  /** The fields whose value a build may change, in lower case (PEP 643). */
  public List<String> dynamic() {
    return list(MetadataField.DYNAMIC).stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
  }

  public Optional<String> summary() {
    return text(MetadataField.SUMMARY);
  }

  /** From the body or the field, with its own line ends. */
  public Optional<String> description() {
    return text(MetadataField.DESCRIPTION);
  }

  /** For example {@code text/markdown}; empty means {@code text/x-rst}. */
  public Optional<String> descriptionContentType() {
    return text(MetadataField.DESCRIPTION_CONTENT_TYPE);
  }

  /** The keywords, split at commas. */
  public List<String> keywords() {
    return list(MetadataField.KEYWORDS);
  }

  public Optional<String> author() {
    return text(MetadataField.AUTHOR);
  }

  public Optional<String> authorEmail() {
    return text(MetadataField.AUTHOR_EMAIL);
  }

  public Optional<String> maintainer() {
    return text(MetadataField.MAINTAINER);
  }

  public Optional<String> maintainerEmail() {
    return text(MetadataField.MAINTAINER_EMAIL);
  }

  /** The free text of metadata before 2.4; see {@link #licenseExpression}. */
  public Optional<String> license() {
    return text(MetadataField.LICENSE);
  }

  /** An SPDX expression (PEP 639). */
  public Optional<String> licenseExpression() {
    return text(MetadataField.LICENSE_EXPRESSION);
  }

  /** Paths of license files (PEP 639). */
  public List<String> licenseFiles() {
    return list(MetadataField.LICENSE_FILE);
  }

  public List<String> classifiers() {
    return list(MetadataField.CLASSIFIER);
  }

  /** Requirements (PEP 508) as they are written. */
  public List<String> requiresDist() {
    return list(MetadataField.REQUIRES_DIST);
  }

  /** A version specifier (PEP 440) as it is written. */
  public Optional<String> requiresPython() {
    return text(MetadataField.REQUIRES_PYTHON);
  }

  public List<String> requiresExternal() {
    return list(MetadataField.REQUIRES_EXTERNAL);
  }

  public List<String> providesExtra() {
    return list(MetadataField.PROVIDES_EXTRA);
  }

  public List<String> importNames() {
    return list(MetadataField.IMPORT_NAME);
  }

  public List<String> importNamespaces() {
    return list(MetadataField.IMPORT_NAMESPACE);
  }

  /** The size of the file, in bytes. */
  int size() {
    return raw.length;
  }

  ParsedFields parsed() {
    return parsed;
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
          if (MetadataField.ofLabel(lower).map(MetadataField::isMultipleUse).orElse(false)) {
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
