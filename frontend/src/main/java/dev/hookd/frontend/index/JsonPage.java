package dev.hookd.frontend.index;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hookd.frontend.index.PageReader.Context;
import dev.hookd.frontend.index.PageReader.MalformedPageException;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * A project's page as JSON (PEP 691, 700, 714). Its files are read one after the other: pages of
 * tens of megabytes exist.
 */
final class JsonPage {

  /** The last minor version of the API whose additions are known; those after 1.1 are not used. */
  static final int KNOWN_MINOR = 4;

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private JsonPage() {}

  static ProjectPage read(byte[] content, Context context) throws MalformedPageException {
    List<ProjectFile> files = new ArrayList<>();
    List<String> versions = new ArrayList<>();
    boolean hasFiles = false;
    boolean hasVersion = false;
    try (JsonParser parser = MAPPER.createParser(content)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new MalformedPageException("is not a JSON object");
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String key = parser.currentName();
        JsonToken value = parser.nextToken();
        if (key.equals("files") && value == JsonToken.START_ARRAY) {
          hasFiles = true;
          while (parser.nextToken() != JsonToken.END_ARRAY) {
            file(MAPPER.readTree(parser), context).ifPresent(files::add);
          }
        } else if (key.equals("versions") && value == JsonToken.START_ARRAY) {
          JsonNode all = MAPPER.readTree(parser);
          all.forEach(version -> versions.add(version.asText()));
        } else if (key.equals("meta") && value == JsonToken.START_OBJECT) {
          JsonNode meta = MAPPER.readTree(parser);
          PageReader.checkApiVersion(meta.path("api-version").asText(), context);
          hasVersion = true;
        } else {
          parser.skipChildren();
        }
      }
      if (parser.currentToken() != JsonToken.END_OBJECT) {
        throw new MalformedPageException("is not complete JSON");
      }
    } catch (JsonProcessingException e) {
      throw new MalformedPageException("is no JSON: " + e.getOriginalMessage(), e);
    } catch (MalformedPageException e) {
      throw e;
    } catch (IOException e) {
      throw new MalformedPageException("cannot be read: " + e.getMessage(), e);
    }
    if (!hasFiles || !hasVersion) {
      throw new MalformedPageException(
          "has no " + (hasFiles ? "meta.api-version" : "list of files") + " (PEP 691)");
    }
    return new ProjectPage(context.index(), files, versions);
  }

  private static Optional<ProjectFile> file(JsonNode file, Context context) {
    String name = file.path("filename").asText("");
    Optional<URI> url = PageReader.link(context.base(), file.path("url").asText(""));
    boolean ours = DistributionName.parse(name, context.project()).isPresent();
    if (!ours || url.isEmpty() || !file.path("url").isTextual()) {
      return Optional.empty(); // an egg, an installer, a signature, or nonsense
    }
    return Optional.of(
        new ProjectFile(
            name,
            PageReader.withoutFragment(url.get()),
            hashes(file.path("hashes")),
            Optional.of(file.path("requires-python").asText("").strip())
                .filter(text -> !text.isEmpty() && !text.equals("null")),
            yanked(file.path("yanked")),
            file.path("size").canConvertToLong() && file.path("size").isIntegralNumber()
                ? OptionalLong.of(file.path("size").longValue())
                : OptionalLong.empty(),
            uploadTime(file.path("upload-time").asText("")),
            coreMetadata(file),
            context.index()));
  }

  /** The reason, {@code true} without one, or {@code false}. */
  private static Optional<String> yanked(JsonNode yanked) {
    if (yanked.isTextual()) {
      // An empty text is no reason, and "falsy" where the specification was made.
      return Optional.of(yanked.textValue()).filter(reason -> !reason.isEmpty());
    }
    return yanked.asBoolean(false) ? Optional.of("") : Optional.empty();
  }

  /** PEP 714: the new name counts, the old one only where it alone is there. */
  private static Optional<Map<String, String>> coreMetadata(JsonNode file) {
    JsonNode value =
        file.has("core-metadata") ? file.path("core-metadata") : file.path("dist-info-metadata");
    if (value.isObject()) {
      return Optional.of(hashes(value));
    }
    return value.asBoolean(false) ? Optional.of(Map.of()) : Optional.empty();
  }

  private static Map<String, String> hashes(JsonNode node) {
    TreeMap<String, String> hashes = new TreeMap<>();
    node.properties()
        .forEach(hash -> PageReader.addHash(hashes, hash.getKey(), hash.getValue().asText("")));
    return hashes;
  }

  private static Optional<Instant> uploadTime(String text) {
    try {
      return text.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(text));
    } catch (DateTimeParseException e) {
      return Optional.empty(); // nothing depends on it
    }
  }
}
