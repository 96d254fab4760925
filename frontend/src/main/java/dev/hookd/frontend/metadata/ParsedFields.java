package dev.hookd.frontend.metadata;

import dev.hookd.frontend.metadata.HeaderFields.Header;
import dev.hookd.frontend.metadata.HeaderFields.Text;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What {@code parse_email} of Python's {@code packaging.metadata} makes of a file: the fields that
 * can be understood, and everything else. Values keep their line ends and their indentation, as
 * they do there.
 *
 * @param strings the fields that stand once
 * @param lists the fields that may stand more than once, and {@code Keywords}
 * @param urls {@code Project-URL} by label
 * @param unparsed by name in lower case: names that the specification does not have; fields that
 *     stand more often than they may; those whose bytes are not UTF-8, which are shown as Latin-1;
 *     a description that stands in a field and in the body
 */
record ParsedFields(
    Map<MetadataField, String> strings,
    Map<MetadataField, List<String>> lists,
    @Nullable Map<String, String> urls,
    Map<String, List<String>> unparsed) {

  static ParsedFields of(HeaderFields file) {
    Map<String, List<Text>> byName = new LinkedHashMap<>();
    for (Header header : file.headers()) {
      byName
          .computeIfAbsent(header.name().toLowerCase(Locale.ROOT), name -> new ArrayList<>())
          .add(header.value());
    }
    Reader reader = new Reader();
    byName.forEach(reader::add);
    reader.addBody(file.body());
    return new ParsedFields(
        Collections.unmodifiableMap(reader.strings),
        Collections.unmodifiableMap(reader.lists),
        reader.urls == null ? null : Collections.unmodifiableMap(reader.urls),
        Collections.unmodifiableMap(reader.unparsed));
  }

  Optional<String> text(MetadataField field) {
    return Optional.ofNullable(strings.get(field));
  }

  private static final class Reader {

    private final Map<MetadataField, String> strings = new EnumMap<>(MetadataField.class);
    private final Map<MetadataField, List<String>> lists = new EnumMap<>(MetadataField.class);
    private @Nullable Map<String, String> urls;
    private final Map<String, List<String>> unparsed = new LinkedHashMap<>();

    void add(String name, List<Text> texts) {
      List<String> values = texts.stream().map(Reader::readable).toList();
      MetadataField field = MetadataField.ofLabel(name).orElse(null);
      if (field == null || !texts.stream().allMatch(Text::isUtf8)) {
        unparsed.put(name, values);
        return;
      }
      boolean understood =
          switch (field.use()) {
            case SINGLE -> values.size() == 1 && strings.put(field, values.get(0)) == null;
            case MULTIPLE -> lists.put(field, list(field, values)) == null;
            case KEYWORDS -> values.size() == 1 && lists.put(field, split(values.get(0))) == null;
            case LABELLED_URLS -> addUrls(values);
          };
      if (!understood) {
        unparsed.put(name, values);
      }
    }

    /** Mojibake instead of nothing, for whoever wants to guess. */
    private static String readable(Text text) {
      return text.isUtf8() ? text.decoded() : text.bytes();
    }

    /** One empty name says that there are none to import (core metadata 2.5). */
    private static List<String> list(MetadataField field, List<String> values) {
      return field == MetadataField.IMPORT_NAME && values.equals(List.of("")) ? List.of() : values;
    }

    private static List<String> split(String keywords) {
      return Arrays.stream(keywords.split(",", -1)).map(FoldedText::strippedAsPythonDoes).toList();
    }

    private boolean addUrls(List<String> values) {
      Map<String, String> found = new LinkedHashMap<>();
      for (String value : values) {
        int comma = value.indexOf(',');
        String label = comma < 0 ? value : value.substring(0, comma);
        String url = comma < 0 ? "" : value.substring(comma + 1);
        String old =
            found.put(FoldedText.strippedAsPythonDoes(label), FoldedText.strippedAsPythonDoes(url));
        if (old != null) {
          return false; // nobody can say which one is meant
        }
      }
      urls = found;
      return true;
    }

    void addBody(Text body) {
      String name = MetadataField.DESCRIPTION.key();
      if (!body.isUtf8()) {
        unparsed.put(name, with(unparsed.get(name), body.bytes()));
      } else if (!body.bytes().isEmpty()) {
        String field = strings.remove(MetadataField.DESCRIPTION);
        if (field != null) {
          unparsed.put(name, List.of(field, body.decoded()));
        } else if (unparsed.containsKey(name)) {
          unparsed.put(name, with(unparsed.get(name), body.decoded()));
        } else {
          strings.put(MetadataField.DESCRIPTION, body.decoded());
        }
      }
    }

    private static List<String> with(@Nullable List<String> values, String another) {
      List<String> all = new ArrayList<>(values == null ? List.of() : values);
      all.add(another);
      return Collections.unmodifiableList(all);
    }
  }
}
