package dev.hookd.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The JSON payloads of the extended dialect. Members that are not known are ignored, so that a
 * newer daemon can say more; members that are missing or of another type are a {@link
 * ProtocolException}.
 */
final class MessageJson {

  private static final int PROTOCOL_VERSION = 1;
  private static final double NANOS = 1e9;

  private MessageJson() {}

  // HELLO {"protocol": 1, "daemon": ..., "version": ..., "pid": ..., "python": {...}, "platform":
  // ..., "features": [...]}
  static DaemonIdentity identity(JsonNode hello) {
    int protocol = integer(hello, "protocol");
    if (protocol != PROTOCOL_VERSION) {
      throw new ProtocolException(
          "got version %d of the extended dialect (expected: %d)"
              .formatted(protocol, PROTOCOL_VERSION));
    }
    JsonNode python = member(hello, "python");
    JsonNode features = member(hello, "features");
    if (!features.isArray()) {
      throw unexpected(features, "a list for \"features\"");
    }
    Set<String> names = new HashSet<>();
    features.forEach(feature -> names.add(text(feature)));
    return new DaemonIdentity(
        protocol,
        text(member(hello, "daemon")),
        text(member(hello, "version")),
        wholeNumber(hello, "pid", Long.MAX_VALUE),
        text(member(python, "implementation")),
        text(member(python, "version")),
        text(member(python, "executable")),
        text(member(hello, "platform")),
        names);
  }

  // USAGE {"wall": s, "user": s, "system": s, "max_rss": bytes, "isolation": "fork",
  // "preloaded": n, "saved": s}; the last two are younger than the others, and may be absent
  static HookUsage usage(JsonNode usage) {
    String isolation = text(member(usage, "isolation"));
    return new HookUsage(
        seconds(usage, "wall"),
        seconds(usage, "user"),
        seconds(usage, "system"),
        wholeNumber(usage, "max_rss", Long.MAX_VALUE),
        switch (isolation) {
          case "fork" -> Isolation.FORK;
          case "fresh" -> Isolation.FRESH;
          default ->
              throw new ProtocolException(
                  "got isolation \"%s\" (expected: fork or fresh)".formatted(isolation));
        },
        usage.has("preloaded") ? integer(usage, "preloaded") : 0,
        usage.has("saved") ? seconds(usage, "saved") : Duration.ZERO);
  }

  // WARNING {"message": ..., "category": ..., "filename": ..., "lineno": n}
  static HookWarning warning(JsonNode warning) {
    return new HookWarning(
        text(member(warning, "message")),
        text(member(warning, "category")),
        text(member(warning, "filename")),
        integer(warning, "lineno"));
  }

  // ERROR {"kind": ..., "message": ..., "exception": ...|null, "traceback": ...|null,
  // "unsupported_operation": b, "cancelled": b}
  static HookError error(JsonNode error) {
    return new HookError(
        DaemonMessageDecoder.errorKind(text(member(error, "kind"))),
        text(member(error, "message")),
        textOrNull(member(error, "exception")),
        textOrNull(member(error, "traceback")),
        flag(error, "unsupported_operation"),
        flag(error, "cancelled"));
  }

  // FATAL {"kind": ..., "message": ..., "traceback": ...|null}
  static DaemonMessage fatal(JsonNode fatal) {
    return new DaemonMessage.Fatal(
        text(member(fatal, "kind")),
        text(member(fatal, "message")),
        textOrNull(member(fatal, "traceback")));
  }

  static String text(JsonNode node) {
    if (!node.isTextual()) {
      throw unexpected(node, "a string");
    }
    return node.textValue();
  }

  private static @Nullable String textOrNull(JsonNode node) {
    return node.isNull() ? null : text(node);
  }

  private static boolean flag(JsonNode object, String name) {
    JsonNode node = member(object, name);
    if (!node.isBoolean()) {
      throw unexpected(node, "true or false for \"" + name + "\"");
    }
    return node.booleanValue();
  }

  private static Duration seconds(JsonNode object, String name) {
    JsonNode node = member(object, name);
    double seconds = node.doubleValue();
    if (!node.isNumber() || !Double.isFinite(seconds) || seconds < 0) {
      throw unexpected(node, "seconds for \"" + name + "\"");
    }
    return Duration.ofNanos((long) (seconds * NANOS));
  }

  private static int integer(JsonNode object, String name) {
    return (int) wholeNumber(object, name, Integer.MAX_VALUE);
  }

  private static long wholeNumber(JsonNode object, String name, long max) {
    JsonNode node = member(object, name);
    if (!node.isIntegralNumber()
        || !node.canConvertToLong()
        || node.longValue() < 0
        || node.longValue() > max) {
      throw unexpected(node, "a whole number from 0 to " + max + " for \"" + name + "\"");
    }
    return node.longValue();
  }

  private static JsonNode member(JsonNode object, String name) {
    JsonNode node = object.get(name);
    if (node == null) {
      throw new ProtocolException(
          "got a payload without \"%s\" (expected: an object that has it)".formatted(name));
    }
    return node;
  }

  private static ProtocolException unexpected(JsonNode got, String expected) {
    String shown = got.isNumber() ? got.asText() : "a JSON " + got.getNodeType();
    return new ProtocolException("got %s (expected: %s)".formatted(shown, expected));
  }
}
