package dev.hookd.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.EncoderException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Both directions of one conversation's bytes. A child process's pipes are no Netty channel, so the
 * pipeline stands in an {@link EmbeddedChannel}: the reader thread feeds it what it read, and gets
 * messages back on the spot.
 *
 * <p>One codec belongs to one daemon. {@link #feed} must be called from one thread at a time,
 * {@link #encode} from any.
 */
public final class ProtocolCodec implements AutoCloseable {

  private final EmbeddedChannel inbound;
  private final EmbeddedChannel outbound = new EmbeddedChannel(new ClientMessageEncoder());

  /** After a violation, and after the end. Only the feeding thread and {@link #close} touch it. */
  private boolean finished;

  public ProtocolCodec(ProtocolLimits limits) {
    this(limits, new UnpooledByteBufAllocator(false));
  }

  /**
   * @param allocator for an unfinished line. One that does not pool: a line of 64 MiB is rare, and
   *     what it took must go back to the heap with it
   */
  ProtocolCodec(ProtocolLimits limits, ByteBufAllocator allocator) {
    inbound = new EmbeddedChannel(new DaemonLineDecoder(limits), new DaemonMessageDecoder());
    inbound.config().setAllocator(allocator);
  }

  /**
   * Decodes what these bytes complete, and hands each message over in order. After a violation, and
   * after {@link #close}, bytes are dropped.
   *
   * @param bytes may be used again as soon as this returns
   * @param length how many of them, from the first
   * @throws ProtocolException at the first line that cannot be read; the messages before it have
   *     been handed over, and none will ever be after it
   */
  public void feed(byte[] bytes, int length, Consumer<DaemonMessage> messages) {
    if (finished) {
      return;
    }
    @Nullable ProtocolException violation = null;
    // Whatever is thrown, the stream is out of step after it.
    finished = true;
    try {
      inbound.writeInbound(inbound.alloc().heapBuffer(length).writeBytes(bytes, 0, length));
      finished = false;
    } catch (ProtocolException e) {
      violation = e;
    }
    for (Object message = inbound.readInbound(); message != null; message = inbound.readInbound()) {
      messages.accept((DaemonMessage) message);
    }
    if (violation != null) {
      throw violation;
    }
  }

  /**
   * The bytes of a message, to be written at once.
   *
   * @throws IllegalArgumentException if the classic dialect cannot carry a value: one with a lone
   *     surrogate
   */
  public byte[] encode(ClientMessage message) {
    synchronized (outbound) {
      try {
        outbound.writeOutbound(message);
      } catch (EncoderException e) {
        throw e.getCause() instanceof IllegalArgumentException refused ? refused : e;
      }
      ByteBuf encoded = outbound.readOutbound();
      try {
        byte[] bytes = new byte[encoded.readableBytes()];
        encoded.readBytes(bytes);
        return bytes;
      } finally {
        encoded.release();
      }
    }
  }

  /**
   * Frees the buffer of an unfinished line, and ends {@link #feed}. Not while another thread feeds.
   */
  @Override
  public void close() {
    finished = true;
    inbound.finishAndReleaseAll();
  }
}
