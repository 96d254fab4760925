package dev.hookd.frontend.system;

import dev.hookd.frontend.EnvironmentFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;

/** Empties a cache directory, if it is one and nobody works in it. */
public final class CacheClearing {

  private CacheClearing() {}

  /**
   * Deletes all that is in the cache directory, which itself stays. One that is not there is empty.
   *
   * @throws EnvironmentFailedException if it is not known to be hookd's, or in use, or cannot be
   *     deleted
   */
  public static void clear(CacheDirectory cache) throws InterruptedException {
    if (!Files.exists(cache.root())) {
      return;
    }
    if (!cache.isTagged()) {
      throw failure(
          cache.root() + " is not known to be a cache of hookd alone: it has no CACHEDIR.TAG of it",
          "see what is in it, and delete it by hand",
          null);
    }
    try {
      List<String> users = CacheUser.clear(cache);
      if (!users.isEmpty()) {
        throw failure(
            cache.root() + " is in use by process " + String.join(", ", users),
            "end it first; 'hookd env prune' removes what nobody uses",
            null);
      }
    } catch (IOException e) {
      throw failure(
          cache.root() + " could not be cleared: " + e,
          "see who owns what is in it; what was moved to its directory 'trash' may be deleted",
          e);
    }
  }

  private static EnvironmentFailedException failure(
      String message, String hint, @org.jspecify.annotations.Nullable Throwable cause) {
    return new EnvironmentFailedException(message, "", hint, cause);
  }
}
