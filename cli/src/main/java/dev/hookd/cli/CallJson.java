package dev.hookd.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hookd.client.DaemonInfo;
import dev.hookd.client.HookOutput;
import dev.hookd.client.HookResult;
import dev.hookd.client.OutputTail;
import dev.hookd.protocol.DaemonIdentity;
import dev.hookd.protocol.HookUsage;
import dev.hookd.protocol.HookWarning;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The outcome of one hook call, and the parts of it that other outputs share, as JSON. */
final class CallJson {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private CallJson() {}

  static ObjectNode success(String hook, HookResult result) {
    ObjectNode node = NODES.objectNode().put("hook", hook).put("ok", true);
    if (result.value() instanceof HookResult.Value.Strings strings) {
      node.set("result", strings(strings.items()));
    } else {
      node.put("result", result.basename().orElse(null));
    }
    report(node, result.output(), result.warnings(), result.usage().orElse(null), result.daemon());
    return node.put("seconds", JsonText.seconds(result.elapsed()));
  }

  static ObjectNode failure(String hook, Failure failure) {
    ObjectNode node = NODES.objectNode().put("hook", hook).put("ok", false);
    node.set("error", error(failure));
    report(node, failure.output(), failure.warnings(), failure.usage(), failure.daemon());
    return node;
  }

  /** The object under {@code error}. */
  static ObjectNode error(Failure failure) {
    ObjectNode node =
        NODES
            .objectNode()
            .put("kind", failure.kind())
            .put("message", failure.message())
            .put("exception", failure.exception())
            .put("traceback", failure.traceback())
            .put("hint", failure.hint());
    failure.details().forEach(detail -> node.put(detail.name(), detail.text()));
    return node;
  }

  static ArrayNode strings(List<String> items) {
    ArrayNode node = NODES.arrayNode(items.size());
    items.forEach(node::add);
    return node;
  }

  private static void report(
      ObjectNode node,
      HookOutput output,
      List<HookWarning> warnings,
      @Nullable HookUsage usage,
      @Nullable DaemonInfo daemon) {
    tail(node, "stdout", output.stdout());
    tail(node, "stderr", output.stderr());
    ArrayNode list = node.putArray("warnings");
    for (HookWarning warning : warnings) {
      list.addObject()
          .put("message", warning.message())
          .put("filename", warning.filename())
          .put("lineno", warning.lineno())
          .put("category", warning.category());
    }
    node.set("usage", usage == null ? NODES.nullNode() : usage(usage));
    node.set("daemon", daemon == null ? NODES.nullNode() : daemon(daemon, usage));
  }

  /** The text, and only where its front is missing, how much there was. */
  private static void tail(ObjectNode node, String name, OutputTail tail) {
    node.put(name, tail.text());
    if (tail.truncated()) {
      node.put(name + "_bytes", tail.totalBytes());
    }
  }

  private static ObjectNode usage(HookUsage usage) {
    return NODES
        .objectNode()
        .put("wall", JsonText.seconds(usage.wall()))
        .put("user", JsonText.seconds(usage.user()))
        .put("system", JsonText.seconds(usage.system()))
        .put("max_rss", usage.maxRssBytes())
        .put("preloaded", usage.preloaded())
        .put("saved", JsonText.seconds(usage.saved()));
  }

  /** A classic daemon does not say which Python it is, nor how it keeps hooks apart. */
  private static ObjectNode daemon(DaemonInfo daemon, @Nullable HookUsage usage) {
    DaemonIdentity identity = daemon.identity().orElse(null);
    return NODES
        .objectNode()
        .put("pid", daemon.pid())
        .put("python", identity == null ? null : identity.pythonVersion())
        .put("dialect", daemon.dialect().name().toLowerCase(Locale.ROOT))
        .put("isolation", usage == null ? null : usage.isolation().wireName())
        .put("implementation", identity == null ? null : identity.implementation())
        .put("executable", identity == null ? null : identity.executable());
  }
}
