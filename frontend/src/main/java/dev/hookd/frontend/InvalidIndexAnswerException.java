package dev.hookd.frontend;

import org.jspecify.annotations.Nullable;

/**
 * An index answered with what cannot be used: a page that breaks the Simple API, one of a version
 * of it that is not known, more bytes than the limits allow, a redirect that must not be followed.
 */
public final class InvalidIndexAnswerException extends IndexException {

  public InvalidIndexAnswerException(
      String message, Request request, @Nullable String hint, @Nullable Throwable cause) {
    super(message, request, hint, cause);
  }

  @Override
  public String kind() {
    return "InvalidIndexAnswer";
  }
}
