package dev.hookd.client;

import java.util.Optional;

/**
 * The daemon's dialect has no words for the request: a classic daemon was asked for something that
 * only the extended dialect has. Nothing was sent.
 */
public final class UnsupportedRequestException extends HookdException {

  UnsupportedRequestException(String message) {
    super(message, null);
  }

  @Override
  public String kind() {
    return "UnsupportedRequest";
  }

  @Override
  public Optional<String> hint() {
    return Optional.of("leave it out, or use hookd's own daemon");
  }
}
