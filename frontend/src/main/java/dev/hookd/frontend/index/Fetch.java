package dev.hookd.frontend.index;

import java.net.URI;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One GET request.
 *
 * @param uri may hold user information
 * @param total how long it may take as a whole
 * @param receiver decides where the body goes when status and headers are known
 */
record Fetch(URI uri, Map<String, String> headers, Duration total, Receiver receiver) {

  interface Receiver {
    /**
     * Called once for each attempt, before the first byte.
     *
     * @return null when the body does not matter
     * @throws BodySink.LocalFileException when there is no place for it
     * @throws BodySink.BodyTooLargeException when it is announced as larger than is wanted
     */
    @Nullable BodySink open(int status, HttpHeaders headers)
        throws BodySink.LocalFileException, BodySink.BodyTooLargeException;
  }

  /**
   * What came back, after redirects; the body is in the sink.
   *
   * @param uri the last one, without user information
   */
  record Reply(URI uri, int status, HttpHeaders headers) {
    String header(String name) {
      return headers.firstValue(name).orElse("").strip();
    }
  }
}
