package dev.hookd.protocol;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.MessageToMessageDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Reads one line as one {@link DaemonMessage}. The dialect is classic until {@code HELLO} has come,
 * and extended from then on.
 *
 * <p>A line that cannot be read is a {@link ProtocolException}, and so is every line after it: what
 * a daemon says once it is out of step must not be taken for an answer.
 */
final class DaemonMessageDecoder extends MessageToMessageDecoder<ByteBuf> {

  private static final int SHOWN_CHARACTERS = 200;

  private static final List<String> FOR_PERSONS =
      List.of("DEBUG ", "ERROR ", "FATAL ", "TRACEBACK ");

  private Dialect dialect = Dialect.CLASSIC;
  private boolean finished;

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf line, List<Object> out) {
    if (finished) {
      return;
    }
    try {
      out.add(read(text(line)));
    } catch (ProtocolException e) {
      finished = true;
      throw e;
    }
  }

  /**
   * A classic text for a person may hold anything, and bytes that are no UTF-8 become U+FFFD in it.
   * Everywhere else that would be another answer than the daemon gave, or another path.
   */
  private String text(ByteBuf line) {
    String text = line.toString(StandardCharsets.UTF_8);
    if (text.indexOf('\uFFFD') >= 0
        && !(dialect == Dialect.CLASSIC && isForPerson(text))
        && !ByteBufUtil.isText(line, StandardCharsets.UTF_8)) {
      throw unexpected(text, "UTF-8");
    }
    return text;
  }

  private static boolean isForPerson(String line) {
    return FOR_PERSONS.stream().anyMatch(line::startsWith);
  }

  private DaemonMessage read(String line) {
    int space = line.indexOf(' ');
    String keyword = space < 0 ? line : line.substring(0, space);
    String rest = space < 0 ? "" : line.substring(space + 1);
    return switch (keyword) {
      case "READY" -> bare(new DaemonMessage.Ready(), line, space);
      case "SHUTDOWN" -> bare(new DaemonMessage.Shutdown(), line, space);
      case "OK" -> new DaemonMessage.Ok(rest);
      default -> dialect == Dialect.CLASSIC ? classic(keyword, rest) : extended(keyword, rest);
    };
  }

  private static DaemonMessage bare(DaemonMessage message, String line, int space) {
    if (space >= 0) {
      throw unexpected(line, "nothing after the keyword");
    }
    return message;
  }

  private DaemonMessage classic(String keyword, String rest) {
    return switch (keyword) {
      case "HELLO" -> hello(rest); // HELLO <json>
      case "EXPECT" -> new DaemonMessage.Expect(expectation(rest)); // EXPECT <name>
      case "DEBUG" -> new DaemonMessage.Debug(ClassicText.unescape(rest)); // DEBUG <text>
      case "STDOUT" -> new DaemonMessage.StdoutFile(path(ClassicText.unescape(rest)));
      case "STDERR" -> new DaemonMessage.StderrFile(path(ClassicText.unescape(rest)));
      case "ERROR" -> classicError(rest); // ERROR <kind> <message>
      case "FATAL" -> classicFatal(rest); // FATAL <kind> <message>
      case "TRACEBACK" -> new DaemonMessage.Traceback(ClassicText.unescape(rest));
      default -> throw unknown(keyword);
    };
  }

  private DaemonMessage hello(String rest) {
    DaemonMessage hello = new DaemonMessage.Hello(MessageJson.identity(json("HELLO", rest)));
    dialect = Dialect.EXTENDED;
    return hello;
  }

  private static DaemonMessage classicError(String rest) {
    ErrorKind kind = errorKind(firstWord(rest));
    return new DaemonMessage.Failed(HookError.classic(kind, afterFirstWord(rest)));
  }

  private static DaemonMessage classicFatal(String rest) {
    return new DaemonMessage.Fatal(firstWord(rest), afterFirstWord(rest), null);
  }

  private static String firstWord(String rest) {
    int space = rest.indexOf(' ');
    return space < 0 ? rest : rest.substring(0, space);
  }

  private static String afterFirstWord(String rest) {
    int space = rest.indexOf(' ');
    return space < 0 ? "" : ClassicText.unescape(rest.substring(space + 1));
  }

  private static DaemonMessage extended(String keyword, String rest) {
    return switch (keyword) {
      case "STDOUT" -> new DaemonMessage.StdoutFile(path(MessageJson.text(json(keyword, rest))));
      case "STDERR" -> new DaemonMessage.StderrFile(path(MessageJson.text(json(keyword, rest))));
      case "DEBUG" -> new DaemonMessage.Debug(MessageJson.text(json(keyword, rest)));
      case "USAGE" -> new DaemonMessage.Usage(MessageJson.usage(json(keyword, rest)));
      case "WARNING" -> new DaemonMessage.Warned(MessageJson.warning(json(keyword, rest)));
      case "ERROR" -> new DaemonMessage.Failed(MessageJson.error(json(keyword, rest)));
      case "FATAL" -> MessageJson.fatal(json(keyword, rest));
      default -> throw unknown(keyword);
    };
  }

  private static JsonNode json(String keyword, String rest) {
    try {
      return Json.MAPPER.readTree(rest);
    } catch (JsonProcessingException e) {
      throw new ProtocolException(
          "got %s %s%s (expected: one JSON value)"
              .formatted(keyword, shown(rest), Json.position(e)),
          e);
    }
  }

  private static Expectation expectation(String name) {
    return Expectation.ofWireName(name)
        .orElseThrow(() -> unexpected("EXPECT " + name, "one of the names in docs/protocol.md"));
  }

  static ErrorKind errorKind(String name) {
    return ErrorKind.ofWireName(name)
        .orElseThrow(() -> unexpected("ERROR " + name, "one of the nine error kinds"));
  }

  private static String path(String path) {
    if (path.isEmpty() || path.indexOf('\0') >= 0) {
      throw unexpected("\"" + path + "\"", "the path of an output file");
    }
    return path;
  }

  private static ProtocolException unknown(String keyword) {
    return unexpected("\"" + shown(keyword) + "\"", "a keyword of the hookd protocol");
  }

  private static ProtocolException unexpected(String got, String expected) {
    return new ProtocolException("got %s (expected: %s)".formatted(shown(got), expected));
  }

  private static String shown(String text) {
    return text.length() <= SHOWN_CHARACTERS ? text : text.substring(0, SHOWN_CHARACTERS) + "...";
  }
}
