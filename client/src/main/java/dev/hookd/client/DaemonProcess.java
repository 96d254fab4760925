package dev.hookd.client;

import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A started daemon, as its launcher sees it: three streams and an end. */
public interface DaemonProcess {

  /** The host's process id; -1 where there is none. */
  long pid();

  /** The daemon's standard input. */
  OutputStream stdin();

  /** The daemon's standard output: the protocol. */
  InputStream stdout();

  /** The daemon's standard error: what it says outside of the protocol. */
  InputStream stderr();

  /**
   * Completes with the exit status (128 + signal where a signal ended it) when the process has
   * ended.
   */
  CompletableFuture<Integer> onExit();

  /**
   * Kills the daemon and every process it started, in sessions of their own as well, at once.
   * Idempotent; does nothing when all have ended. Returns when the signals have been sent.
   */
  void killTree();

  /**
   * Where a file that the daemon announced is found on this machine. A launcher whose daemons see
   * another file system must override this, or a daemon could have the client read and delete files
   * that it cannot reach itself.
   *
   * @return empty when it cannot be found here
   * @throws java.nio.file.InvalidPathException if it is no path at all
   */
  default Optional<Path> hostPath(String announced) {
    return Optional.of(Path.of(announced));
  }
}
