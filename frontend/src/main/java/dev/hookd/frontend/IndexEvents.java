package dev.hookd.frontend;

import dev.hookd.frontend.index.IndexListener;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Passes on what the face of this module tells of package indexes, and logs the rest. */
final class IndexEvents implements IndexListener {

  private static final Logger LOG = LoggerFactory.getLogger(IndexEvents.class);

  private final FrontendListener listener;

  IndexEvents(FrontendListener listener) {
    this.listener = listener;
  }

  @Override
  public void warning(String message) {
    listener.indexWarning(message);
  }

  @Override
  public void retrying(String url, int attempt, Duration delay, String reason) {
    LOG.info(
        "attempt {} to get {} failed, the next is in {} ms: {}",
        attempt,
        url,
        delay.toMillis(),
        reason);
  }

  @Override
  public void downloaded(String url, long bytes, long resumedAt) {
    LOG.debug("{} is here: {} bytes, {} of them from an attempt before", url, bytes, resumedAt);
    listener.downloaded(url, bytes);
  }
}
