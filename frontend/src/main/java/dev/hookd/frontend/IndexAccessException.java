package dev.hookd.frontend;

import org.jspecify.annotations.Nullable;

/**
 * An index or a proxy wants other credentials than it got, or forbids: HTTP status 401, 403 or 407.
 */
public final class IndexAccessException extends IndexException {

  public IndexAccessException(
      String message, Request request, @Nullable String hint, @Nullable Throwable cause) {
    super(message, request, hint, cause);
  }

  @Override
  public String kind() {
    return "IndexAccessDenied";
  }
}
