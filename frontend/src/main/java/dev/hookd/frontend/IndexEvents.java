package dev.hookd.frontend;

import dev.hookd.frontend.index.IndexListener;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts and logs the work with package indexes, and passes on what the face tells of it. */
final class IndexEvents implements IndexListener {

  private static final Logger LOG = LoggerFactory.getLogger(IndexEvents.class);

  private final FrontendListener listener;
  private final WorkMeters meters;

  IndexEvents(FrontendListener listener, WorkMeters meters) {
    this.listener = listener;
    this.meters = meters;
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
    meters.requestRetried();
  }

  @Override
  public void requested(Resource resource, Duration elapsed, @Nullable Exception failure) {
    meters.requestEnded(resource, elapsed, failure);
  }

  @Override
  public void downloaded(String url, long bytes, long resumedAt) {
    LOG.debug("{} is here: {} bytes, {} of them from an attempt before", url, bytes, resumedAt);
    meters.downloaded(bytes - resumedAt);
    listener.downloaded(url, bytes);
  }

  @Override
  public void downloadFailed(String url, Exception failure) {
    meters.downloadFailed(failure);
  }
}
