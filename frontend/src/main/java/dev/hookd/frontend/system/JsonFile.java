package dev.hookd.frontend.system;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Small JSON files that anything may have happened to: hooks can write into an environment. What is
 * not as expected is an {@link IOException} whose message says so, without the file's name.
 */
public final class JsonFile {

  /** Many times what a large environment needs; daemons read no more either. */
  private static final int MAX_BYTES = 1 << 20;

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private JsonFile() {}

  /** The object in a regular file. */
  public static JsonNode read(Path file) throws IOException {
    // A link could lead anywhere, and to open a pipe would wait for its writer.
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException("it is no regular file");
    }
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      bytes = in.readNBytes(MAX_BYTES + 1);
    }
    if (bytes.length > MAX_BYTES) {
      throw new IOException("it has more than " + (MAX_BYTES >> 20) + " MiB");
    }
    JsonNode content;
    try {
      content = MAPPER.readTree(bytes);
    } catch (JsonProcessingException e) {
      throw new IOException("it is no JSON: " + e.getOriginalMessage(), e);
    }
    if (!content.isObject()) {
      throw new IOException("it holds no JSON object");
    }
    return content;
  }

  /** Refuses a file whose {@code format} is not this one. */
  public static void requireFormat(JsonNode content, int format) throws IOException {
    JsonNode found = content.path("format");
    if (!found.isIntegralNumber() || found.longValue() != format) {
      throw new IOException("its format is not " + format);
    }
  }

  /** The member of this name, which must be an object. */
  public static JsonNode object(JsonNode parent, String name) throws IOException {
    JsonNode node = parent.path(name);
    if (!node.isObject()) {
      throw new IOException("\"" + name + "\" is no object");
    }
    return node;
  }

  /** The items of the member of this name, which must be a list. */
  public static List<JsonNode> list(JsonNode parent, String name) throws IOException {
    JsonNode node = parent.path(name);
    if (!node.isArray()) {
      throw new IOException("\"" + name + "\" is no list");
    }
    List<JsonNode> items = new ArrayList<>();
    node.forEach(items::add);
    return items;
  }

  /** The member of this name, which must be a string. */
  public static String text(JsonNode parent, String name) throws IOException {
    return text(name, parent.path(name));
  }

  /** This node, which must be a string; {@code what} names it in the message. */
  public static String text(String what, JsonNode node) throws IOException {
    if (!node.isTextual()) {
      throw new IOException("\"" + what + "\" is no string");
    }
    return node.textValue();
  }
}
