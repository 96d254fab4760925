package dev.hookd.frontend.environment;

import dev.hookd.frontend.system.CacheUser;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which environments this front end uses, so that nobody takes them away: those that somebody
 * holds, and, since a daemon may live on in one, those that were used lately. Thread-safe.
 */
final class EnvironmentUses {

  static final String KIND = "environments";

  private static final Logger LOG = LoggerFactory.getLogger(EnvironmentUses.class);

  private final CacheUser user;
  private final Duration keep;
  private final Map<String, Use> uses = new HashMap<>();

  /**
   * @param holders how many hold it
   * @param last when it was used last, by {@link System#nanoTime}
   */
  private record Use(int holders, long last) {}

  /**
   * @param keep for how long an environment is kept after its last use
   */
  EnvironmentUses(CacheUser user, Duration keep) {
    this.user = user;
    this.keep = keep;
  }

  /**
   * Notes that an environment is used. It may have been taken away before this, so that the caller
   * must look for it afterwards.
   *
   * @return whether that is the first use for some time
   */
  boolean note(String id) throws IOException, InterruptedException {
    user.moveIn();
    return change(id, 0);
  }

  /** Keeps it until {@link #release}. */
  void hold(String id) throws IOException, InterruptedException {
    user.moveIn();
    change(id, 1);
  }

  synchronized void release(String id) {
    uses.computeIfPresent(id, (key, use) -> new Use(use.holders() - 1, System.nanoTime()));
  }

  private synchronized boolean change(String id, int holders)
      throws IOException, InterruptedException {
    Use old = uses.get(id);
    if (old == null) {
      forgetUnused();
      user.need(KIND, id);
    }
    uses.put(id, new Use((old == null ? 0 : old.holders()) + holders, System.nanoTime()));
    return old == null;
  }

  private void forgetUnused() {
    long now = System.nanoTime();
    for (Map.Entry<String, Use> each : List.copyOf(uses.entrySet())) {
      Use use = each.getValue();
      if (use.holders() == 0 && now - use.last() >= keep.toNanos()) {
        try {
          user.forget(KIND, each.getKey());
          uses.remove(each.getKey());
        } catch (IOException e) {
          LOG.debug("{} is kept for longer than it is needed", each.getKey(), e);
        }
      }
    }
  }
}
