package dev.hookd.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Duration;

/**
 * JSON as the command writes it: ASCII, so that neither a locale nor half a surrogate pair out of
 * Python can spoil it.
 */
final class JsonText {

  private static final JsonMapper MAPPER =
      JsonMapper.builder(JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build())
          .build();

  private JsonText() {}

  /** On one line. */
  static String line(JsonNode node) {
    return write(node, false);
  }

  /** Over several lines, indented by two spaces. */
  static String pretty(JsonNode node) {
    return write(node, true);
  }

  /** Seconds with microseconds, as all durations in the output are. */
  static double seconds(Duration duration) {
    return Math.round(duration.toNanos() / 1e3) / 1e6;
  }

  private static String write(JsonNode node, boolean pretty) {
    StringWriter text = new StringWriter();
    try (JsonGenerator generator = MAPPER.createGenerator(text)) {
      if (pretty) {
        DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
        printer.indentObjectsWith(indenter);
        printer.indentArraysWith(indenter);
        generator.setPrettyPrinter(printer);
      }
      MAPPER.writeTree(generator, node);
    } catch (IOException e) {
      throw new UncheckedIOException("a JSON tree always has a text", e);
    }
    return text.toString();
  }
}
