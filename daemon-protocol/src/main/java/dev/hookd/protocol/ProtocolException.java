package dev.hookd.protocol;

import io.netty.handler.codec.DecoderException;
import org.jspecify.annotations.Nullable;

/**
 * The other side did not keep to the protocol. What follows on the stream cannot be trusted: that
 * conversation, and the daemon, are finished.
 */
public final class ProtocolException extends DecoderException {

  public ProtocolException(String message) {
    this(message, null);
  }

  public ProtocolException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
