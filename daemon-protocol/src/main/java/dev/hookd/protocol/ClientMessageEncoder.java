package dev.hookd.protocol;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.MessageToByteEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Writes what the client says, each message into one buffer. */
final class ClientMessageEncoder extends MessageToByteEncoder<ClientMessage> {

  ClientMessageEncoder() {
    super(ClientMessage.class);
  }

  @Override
  protected void encode(ChannelHandlerContext context, ClientMessage message, ByteBuf out) {
    out.writeCharSequence(text(message), StandardCharsets.UTF_8);
  }

  private static String text(ClientMessage message) {
    if (message instanceof ClientMessage.Answer answer) {
      return answer(answer.expectation(), answer.request());
    } else if (message instanceof ClientMessage.Request request) {
      return request(request.request());
    } else if (message instanceof ClientMessage.Run) {
      return "run\n";
    } else if (message instanceof ClientMessage.Hello) {
      return "hello\n";
    } else if (message instanceof ClientMessage.Cancel) {
      return "cancel\n";
    } else {
      return "shutdown\n";
    }
  }

  /**
   * Lines for one {@code EXPECT}: one, but for {@code backend-path}, which takes lines up to an
   * empty one.
   */
  private static String answer(Expectation expectation, HookRequest request) {
    return switch (expectation) {
      case ACTION -> "run\n";
      case BUILD_BACKEND -> line(request.backend().object());
      case BACKEND_PATH -> backendPath(request);
      case HOOK_NAME -> line(request.hook().wireName());
      case WHEEL_DIRECTORY -> directory(HookArgument.WHEEL_DIRECTORY, request);
      case SDIST_DIRECTORY -> directory(HookArgument.SDIST_DIRECTORY, request);
      case METADATA_DIRECTORY -> directory(HookArgument.METADATA_DIRECTORY, request);
      case CONFIG_SETTINGS -> {
        ConfigSettings settings = request.arguments().configSettings();
        yield settings == null ? "\n" : ClassicText.escapeJson(settings.toJson()) + "\n";
      }
    };
  }

  private static String backendPath(HookRequest request) {
    StringBuilder lines = new StringBuilder();
    for (String path : request.backend().path()) {
      // An empty line would end the list; "." is the same directory.
      lines.append(line(path.isEmpty() ? "." : path));
    }
    return lines.append('\n').toString();
  }

  private static String directory(HookArgument argument, HookRequest request) {
    return line(request.arguments().directory(argument).map(Path::toString).orElse(""));
  }

  private static String line(String value) {
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(value)) {
      throw new IllegalArgumentException(
          "the classic dialect cannot carry a lone surrogate, got: " + value);
    }
    return ClassicText.escape(value) + "\n";
  }

  private static String request(DaemonRequest request) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("source_tree", request.sourceTree().toString());
    json.put("build_backend", backendObject(request.backend()));
    if (request.backend().isInTree()) {
      request.backend().path().forEach(json.putArray("backend_path")::add);
      if (request.backend().pathMayLeaveTree()) {
        json.put("backend_path_outside_tree", true);
      }
    }
    if (request instanceof HookRequest hookRequest) {
      json.put("hook", hookRequest.hook().wireName());
      arguments(json.putObject("arguments"), hookRequest);
    }
    if (!request.environment().isEmpty()) {
      request.environment().forEach(json.putObject("environ")::put);
    }
    json.put("isolation", request.isolation().wireName());
    String action = request instanceof HookRequest ? "run\n" : "features\n";
    return action + Json.write(json) + "\n";
  }

  private static String backendObject(BuildBackend backend) {
    return backend.object().isEmpty() ? BuildBackend.LEGACY.object() : backend.object();
  }

  private static void arguments(ObjectNode json, HookRequest request) {
    for (HookArgument argument : request.hook().arguments()) {
      if (argument == HookArgument.CONFIG_SETTINGS) {
        ConfigSettings settings = request.arguments().configSettings();
        if (settings != null) {
          json.putRawValue(argument.wireName(), new RawValue(settings.toJson()));
        }
      } else {
        request
            .arguments()
            .directory(argument)
            .ifPresent(directory -> json.put(argument.wireName(), directory.toString()));
      }
    }
  }
}
