package dev.hookd.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Cuts the daemon's output into lines, without their line feed (or CR LF), and caps each. Netty's
 * own {@code LineBasedFrameDecoder} has one cap for all; here the first bytes decide, so that a
 * stranger's endless line is noticed after 64 KiB while a result may have 64 MiB.
 *
 * <p>After a line that is too long nothing is read any more: the stream is not in step.
 */
final class DaemonLineDecoder extends ByteToMessageDecoder {

  private static final List<byte[]> PAYLOAD_KEYWORDS =
      List.of(
          ascii("OK "),
          ascii("ERROR "),
          ascii("FATAL "),
          ascii("TRACEBACK "),
          ascii("DEBUG "),
          ascii("WARNING "));

  private final ProtocolLimits limits;

  /** How many bytes of the unfinished line are known to hold no line feed. */
  private int scanned;

  private boolean finished;

  DaemonLineDecoder(ProtocolLimits limits) {
    this.limits = limits;
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
    if (finished) {
      in.skipBytes(in.readableBytes());
      return;
    }
    int start = in.readerIndex();
    int lineFeed = in.indexOf(start + scanned, in.writerIndex(), (byte) '\n');
    int length = (lineFeed < 0 ? in.writerIndex() : lineFeed) - start;
    if (length > limits.maxControlLine()) {
      int cap = cap(in, start);
      if (length > cap) {
        finished = true;
        in.skipBytes(in.readableBytes());
        throw new ProtocolException(
            "got a line of more than %d bytes (expected: at most %d)".formatted(cap, cap));
      }
    }
    if (lineFeed < 0) {
      scanned = length;
      return;
    }
    scanned = 0;
    boolean carriageReturn = length > 0 && in.getByte(lineFeed - 1) == '\r';
    out.add(in.readRetainedSlice(carriageReturn ? length - 1 : length));
    in.skipBytes(carriageReturn ? 2 : 1);
  }

  /** For a line that is longer than any keyword, as every line over the smallest limit is. */
  private int cap(ByteBuf in, int start) {
    for (byte[] keyword : PAYLOAD_KEYWORDS) {
      if (startsWith(in, start, keyword)) {
        return limits.maxPayloadLine();
      }
    }
    return limits.maxControlLine();
  }

  private static boolean startsWith(ByteBuf in, int start, byte[] prefix) {
    for (int i = 0; i < prefix.length; i++) {
      if (in.getByte(start + i) != prefix[i]) {
        return false;
      }
    }
    return true;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
