package dev.hookd.frontend.index;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Where the bytes of an answer go, as they come. Called by one thread at a time. */
interface BodySink {

  /**
   * Takes the next bytes.
   *
   * @throws BodyTooLargeException when these are more than are wanted
   * @throws LocalFileException when they cannot be kept
   */
  void accept(ByteBuffer bytes) throws IOException;

  /** An answer has more bytes than the limits allow. To ask again would not help. */
  final class BodyTooLargeException extends IOException {
    BodyTooLargeException(long limit) {
      super("it has more than " + limit + " bytes");
    }
  }

  /** The trouble is here, not with the server. */
  final class LocalFileException extends IOException {
    private final IOException problem;

    LocalFileException(IOException problem) {
      super(problem);
      this.problem = problem;
    }

    IOException problem() {
      return problem;
    }
  }
}
