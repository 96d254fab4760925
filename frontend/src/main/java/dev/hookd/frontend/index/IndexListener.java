package dev.hookd.frontend.index;

import java.time.Duration;

/**
 * Hears of what a caller may want to show. Called on the threads that do the work, so it must be
 * quick and thread-safe; what it throws is logged and otherwise ignored. No text holds credentials.
 */
public interface IndexListener {

  IndexListener NONE = new IndexListener() {};

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
}
