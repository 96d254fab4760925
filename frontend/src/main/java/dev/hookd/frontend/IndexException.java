package dev.hookd.frontend;

import dev.hookd.client.HookdException;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Something could not be had from a package index: one subclass per cause. Neither the message nor
 * {@link #url()} ever holds credentials.
 */
public abstract sealed class IndexException extends HookdException
    permits DistributionNotFoundException,
        HashMismatchException,
        IndexAccessException,
        IndexUnreachableException,
        InvalidIndexAnswerException {

  /**
   * What was asked for, and how far it got.
   *
   * @param url without user information, query and fragment; may be a path
   * @param status of the last HTTP answer; 0 without one
   * @param attempts how many times it was tried; 0 when nothing was sent
   */
  public record Request(String url, int status, int attempts) {}

  private final Request request;
  private final @Nullable String hint;

  IndexException(
      String message, Request request, @Nullable String hint, @Nullable Throwable cause) {
    super(message, cause);
    this.request = request;
    this.hint = hint;
  }

  /** What was asked for; without user information, query and fragment. */
  public String url() {
    return request.url();
  }

  /** The status of the last HTTP answer; empty where there was none. */
  public OptionalInt status() {
    return request.status() == 0 ? OptionalInt.empty() : OptionalInt.of(request.status());
  }

  /** How many times it was tried; 0 when nothing was sent. */
  public int attempts() {
    return request.attempts();
  }

  @Override
  public Optional<String> hint() {
    return Optional.ofNullable(hint);
  }
}
