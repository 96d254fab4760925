package dev.hookd.client;

import dev.hookd.protocol.ProtocolLimits;
import java.time.Duration;

/**
 * The limits of one daemon.
 *
 * @param handshakeTimeout from the start of the process to its being ready
 * @param cancelGrace how long a daemon that was asked to cancel a call may take before its process
 *     tree is killed
 * @param shutdownGrace how long a daemon that was asked to shut down may take before its process
 *     tree is killed
 * @param outputTailBytes how much of a hook's standard output, and of its standard error, is kept
 */
public record HookDaemonConfig(
    Duration handshakeTimeout,
    Duration cancelGrace,
    Duration shutdownGrace,
    int outputTailBytes,
    ProtocolLimits limits) {

  /** 30 s, 2 s, 2 s, 256 KiB, and lines of 64 MiB. */
  public static final HookDaemonConfig DEFAULT =
      new HookDaemonConfig(
          Duration.ofSeconds(30),
          Duration.ofSeconds(2),
          Duration.ofSeconds(2),
          256 << 10,
          ProtocolLimits.DEFAULT);

  public HookDaemonConfig {
    requirePositive(handshakeTimeout, "handshakeTimeout");
    requirePositive(cancelGrace, "cancelGrace");
    requirePositive(shutdownGrace, "shutdownGrace");
    if (outputTailBytes < 0) {
      throw new IllegalArgumentException(
          "outputTailBytes must not be negative, got: " + outputTailBytes);
    }
  }

  private static void requirePositive(Duration duration, String name) {
    if (duration.isZero() || duration.isNegative()) {
      throw new IllegalArgumentException(name + " must be positive, got: " + duration);
    }
  }
}
