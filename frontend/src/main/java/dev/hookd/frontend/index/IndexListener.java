package dev.hookd.frontend.index;

import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Hears of what a caller may want to show. Called on the threads that do the work, so it must be
 * quick and thread-safe; what it throws is logged and otherwise ignored. No text holds credentials.
 */
public interface IndexListener {

  IndexListener NONE = new IndexListener() {};

  /** What requests ask for. */
  enum Resource {
    /** What an index has of a project, or a page of links. */
    PAGE,
    /** The metadata of a wheel, beside it (PEP 658). */
    METADATA,
    /** An sdist or a wheel. */
    FILE;

    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Something is not as it should be, and the work goes on: a yanked file, a newer API. */
  default void warning(String message) {}

  /**
   * A request failed and is going to be sent again.
   *
   * @param url without credentials
   * @param attempt the one that failed, from 1
   * @param delay until the next
   */
  default void retrying(String url, int attempt, Duration delay, String reason) {}

  /**
   * A file has come over the network, as a whole, and is in the cache.
   *
   * @param bytes its size
   * @param resumedAt how many of them were there from an attempt before, maybe another process's
   */
  default void downloaded(String url, long bytes, long resumedAt) {}

  /**
   * A file was to come over the network, and did not.
   *
   * @param url without credentials
   * @param failure an {@link InterruptedException} where nobody waits for it any more
   */
  default void downloadFailed(String url, Exception failure) {}

  /**
   * A request has ended, with all its attempts.
   *
   * @param resource what was asked for
   * @param elapsed since the first attempt began
   * @param failure null where there was an answer that can be used, such as that there is no such
   *     project; an {@link InterruptedException} where nobody waits for it any more
   */
  default void requested(Resource resource, Duration elapsed, @Nullable Exception failure) {}
}
