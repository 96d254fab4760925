package dev.hookd.cli;

import java.io.IOException;

/** Standard output could not be written. */
final class OutputException extends RuntimeException {

  OutputException(IOException cause) {
    super(cause);
  }

  /** Whether the reader went away ({@code hookd ... | head}), which is no failure of anybody. */
  boolean isBrokenPipe() {
    String message = String.valueOf(getCause());
    return message.contains("Broken pipe") || message.contains("pipe is being closed");
  }
}
