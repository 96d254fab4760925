package dev.hookd.frontend.metadata;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hookd.client.OutputTail;
import dev.hookd.frontend.MetadataSource;
import dev.hookd.frontend.metadata.CacheEntry.Answer;
import dev.hookd.frontend.metadata.CacheEntry.Failed;
import dev.hookd.frontend.metadata.CacheEntry.NotPromised;
import dev.hookd.frontend.metadata.CacheEntry.UsedEnvironment;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An entry of the metadata cache as bytes:
 *
 * <pre>
 * 64 hexadecimal digits   SHA-256 of all that follows the next line end
 * LF
 * one line of JSON        all but the METADATA file
 * LF
 * the METADATA file       byte for byte; absent for a failure
 * </pre>
 */
final class EntryFile {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final int DIGITS = 64;

  private EntryFile() {}

  static byte[] encode(CacheEntry entry) {
    ObjectNode json = JSON.createObjectNode();
    json.put("made", entry.made().toString());
    ArrayNode environments = json.putArray("environments");
    for (UsedEnvironment environment : entry.environments()) {
      ObjectNode node = environments.addObject().put("id", environment.id());
      environment.requirements().forEach(node.putArray("requirements")::add);
    }
    byte[] raw = new byte[0];
    if (entry.outcome() instanceof Answer answer) {
      json.put("source", answer.source().name());
      answer.fields().stream().sorted().map(Enum::name).forEach(json.putArray("fields")::add);
      raw = answer.metadata().raw();
    } else if (entry.outcome() instanceof Failed failed) {
      addTo(json.putObject("failure"), failed.failure());
    }
    if (entry.outcome() instanceof NotPromised not) {
      json.put("not-promised", not.reason());
    }
    byte[] head = (json + "\n").getBytes(StandardCharsets.UTF_8);
    byte[] content = Arrays.copyOf(head, head.length + raw.length);
    System.arraycopy(raw, 0, content, head.length, raw.length);
    byte[] sum = (sha256(content, 0) + "\n").getBytes(StandardCharsets.US_ASCII);
    byte[] file = Arrays.copyOf(sum, sum.length + content.length);
    System.arraycopy(content, 0, file, sum.length, content.length);
    return file;
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws IOException if it is anything else: cut off, changed, or of another program
   */
  static CacheEntry decode(byte[] file) throws IOException {
    if (file.length <= DIGITS
        || !new String(file, 0, DIGITS, StandardCharsets.US_ASCII)
            .equals(sha256(file, DIGITS + 1))) {
      throw new IOException("its check sum is wrong");
    }
    int end = DIGITS + 1;
    while (end < file.length && file[end] != '\n') {
      end++;
    }
    JsonNode json = JSON.readTree(file, DIGITS + 1, end - DIGITS - 1);
    try {
      List<UsedEnvironment> environments = new ArrayList<>();
      for (JsonNode node : json.path("environments")) {
        List<String> requirements = new ArrayList<>();
        node.path("requirements").forEach(requirement -> requirements.add(requirement.asText()));
        environments.add(new UsedEnvironment(requirements, node.path("id").asText()));
      }
      byte[] raw = Arrays.copyOfRange(file, Math.min(end + 1, file.length), file.length);
      CacheEntry.Outcome outcome = outcome(json, raw);
      return new CacheEntry(Instant.parse(json.path("made").asText()), outcome, environments);
    } catch (IllegalArgumentException | DateTimeException e) {
      throw new IOException("it holds something else: " + e.getMessage(), e);
    }
  }

  private static CacheEntry.Outcome outcome(JsonNode json, byte[] raw) {
    if (json.has("failure")) {
      return new Failed(failure(json.path("failure")));
    }
    if (json.has("not-promised")) {
      return new NotPromised(json.path("not-promised").asText());
    }
    Set<MetadataField> fields = EnumSet.noneOf(MetadataField.class);
    json.path("fields").forEach(name -> fields.add(MetadataField.valueOf(name.asText())));
    return new Answer(
        CoreMetadata.parse(raw), MetadataSource.valueOf(json.path("source").asText()), fields);
  }

  private static void addTo(ObjectNode node, KeptFailure failure) {
    node.put("kind", failure.kind());
    node.put("message", failure.message());
    node.put("hint", failure.hint());
    node.put("exception", failure.exception());
    node.put("traceback", failure.traceback());
    node.put("unsupported", failure.unsupportedOperation());
    addTo(node.putObject("stdout"), failure.stdout());
    addTo(node.putObject("stderr"), failure.stderr());
  }

  private static void addTo(ObjectNode node, OutputTail tail) {
    node.put("text", tail.text());
    node.put("bytes", tail.totalBytes());
    node.put("truncated", tail.truncated());
  }

  private static KeptFailure failure(JsonNode node) {
    KeptFailure failure =
        new KeptFailure(
            node.path("kind").asText(),
            node.path("message").asText(),
            text(node, "hint"),
            text(node, "exception"),
            text(node, "traceback"),
            node.path("unsupported").asBoolean(),
            tail(node.path("stdout")),
            tail(node.path("stderr")));
    if (!failure.isKnown()) {
      throw new IllegalArgumentException("a failure of the unknown kind " + failure.kind());
    }
    return failure;
  }

  private static OutputTail tail(JsonNode node) {
    return new OutputTail(
        node.path("text").asText(),
        node.path("bytes").asLong(),
        node.path("truncated").asBoolean());
  }

  private static @Nullable String text(JsonNode node, String name) {
    return Optional.ofNullable(node.get(name)).map(JsonNode::textValue).orElse(null);
  }

  private static String sha256(byte[] bytes, int from) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(bytes, from, bytes.length - from);
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
