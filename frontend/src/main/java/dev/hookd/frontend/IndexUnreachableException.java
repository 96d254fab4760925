package dev.hookd.frontend;

import org.jspecify.annotations.Nullable;

/**
 * An index could not be asked: no connection, a time-out, an answer that says that the server is
 * overloaded or broken, each after all retries; or offline mode. Later it may work.
 */
public final class IndexUnreachableException extends IndexException {

  public IndexUnreachableException(
      String message, Request request, @Nullable String hint, @Nullable Throwable cause) {
    super(message, request, hint, cause);
  }

  @Override
  public String kind() {
    return "IndexUnreachable";
  }
}
